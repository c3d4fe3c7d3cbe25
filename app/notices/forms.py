"""What people type about notices."""

from collections.abc import Iterable
from typing import Self

from wtforms import (
    HiddenField,
    IntegerField,
    PasswordField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.validators import AnyOf, DataRequired, InputRequired, Length, Regexp

from app.infra.forms import BaseForm
from app.infra.i18n import lazy_
from app.notices.own_words import LONGEST, Moment, WordsDraft
from app.notices.rules import Channel, Outcome, Topic, TryDraft
from app.notices.texts import TOPICS

MOST_REASON = 500


class SendAnewForm(BaseForm):
    """Why a message is to go once more."""

    reason = StringField(lazy_("Vì sao gửi lại"), [DataRequired(), Length(max=MOST_REASON)])

    def draft(self) -> str:
        """The reason. Call after validate()."""
        assert self.reason.data
        return str(self.reason.data)


class TryForm(BaseForm):
    """What came of a call or a knock. seen: how many misses the page showed."""

    note = StringField(lazy_("Ghi chú"), [Length(max=MOST_REASON)])
    outcome = StringField(validators=[AnyOf([Outcome.TOLD.value, Outcome.MISSED.value])])
    seen = IntegerField(validators=[InputRequired()])

    def draft(self) -> TryDraft:
        """Call after validate()."""
        assert self.seen.data is not None
        note = (self.note.data or "").strip()
        return TryDraft(Outcome(str(self.outcome.data)), note, int(self.seen.data))


class PauseForm(BaseForm):
    """Why nothing is to go by a channel."""

    reason = StringField(lazy_("Vì sao tạm dừng"), [DataRequired(), Length(max=MOST_REASON)])

    def of(self, channel: Channel) -> Self:
        """The form of one channel, which stands on a page beside those of others."""
        self.reason.id = f"reason-{channel.value}"
        return self

    def draft(self) -> str:
        """The reason. Call after validate()."""
        return str(self.reason.data)


class ZaloTokenForm(BaseForm):
    """A refresh token as Zalo shows it. Named a password, so that no half-sent form keeps it."""

    refresh_password = PasswordField(
        lazy_("Mã làm mới (refresh token)"),
        [
            DataRequired(),
            Length(min=20, max=2000),
            Regexp(r"^\S+$", message=lazy_("Mã không có dấu cách. Hãy chép lại từ Zalo.")),
        ],
    )

    def draft(self) -> str:
        """The token. Call after validate()."""
        return str(self.refresh_password.data)


class PaperForm(BaseForm):
    """What happened with all that is left: printed, or called out."""

    how = StringField(validators=[AnyOf([Outcome.PRINTED.value, Outcome.ANNOUNCED.value])])

    def draft(self) -> Outcome:
        """Call after validate()."""
        return Outcome(str(self.how.data))


class TopicsForm(BaseForm):
    """Which kinds of messages somebody wants; none ticked is an answer too."""

    wanted = SelectMultipleField(lazy_("Tôi muốn nhận"))

    def offer(self, topics: Iterable[Topic]) -> Self:
        """Ask about these kinds only: those that the person is sent at all."""
        self._offered = frozenset(topics)
        self.wanted.choices = [(topic.value, TOPICS[topic]) for topic in sorted(self._offered)]
        return self

    def draft(self) -> frozenset[Topic]:
        """The topics offered that are not wanted. Call after validate()."""
        return self._offered - {Topic(value) for value in self.wanted.data or ()}


class ReadForm(BaseForm):
    """Up to which notice the page showed."""

    newest = IntegerField(validators=[InputRequired()])

    def draft(self) -> int:
        """The newest notice's id. Call after validate()."""
        assert self.newest.data is not None
        return int(self.newest.data)


class WordsForm(BaseForm):
    """A ward's own words for a piece of a notice. was: those in use when the page was shown."""

    words = TextAreaField(lazy_("Lời của phường"), [DataRequired(), Length(max=LONGEST)])
    was = HiddenField(validators=[Length(max=LONGEST)])

    def draft(self, moment: Moment, language: str) -> WordsDraft:
        """The words as typed. Call after validate(), or with what may be faulty for a look."""
        return WordsDraft(moment, language, self.words.data or "", self.was.data or "")
