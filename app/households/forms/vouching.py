"""Facts, visits, agreements and looks at hidden numbers, as typed."""

from datetime import date
from typing import Self

from wtforms import BooleanField, DateField, RadioField, SelectField, StringField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length, Optional

from app.households.rules import (
    ConsentDraft,
    ConsentMethod,
    ConsentPurpose,
    StandingDraft,
    StandingKind,
    VisitDraft,
)
from app.households.texts import ANSWERS, CONSENT_METHODS, CONSENTS, KINDS, REVEAL_REASONS
from app.infra.forms import BaseForm
from app.infra.i18n import lazy_

LONGEST_SOURCE = 200
LONGEST_REASON = 500


class StandingForm(BaseForm):
    """A fact to be vouched for. The choices of `member` are the household's people."""

    kind = SelectField(lazy_("Hoàn cảnh"), [InputRequired()], choices=list(KINDS.items()))
    member = SelectField(lazy_("Của ai"), [Optional()], validate_choice=False)
    source = StringField(lazy_("Căn cứ"), [DataRequired(), Length(max=LONGEST_SOURCE)])
    valid_from = DateField(lazy_("Có hiệu lực từ ngày"), [InputRequired()])
    valid_until = DateField(lazy_("Đến ngày"), [Optional()])

    def draft(self) -> StandingDraft:
        """The fact as typed. Call after validate()."""
        assert self.valid_from.data
        return StandingDraft(
            kind=StandingKind(self.kind.data),
            source=str(self.source.data),
            valid_from=self.valid_from.data,
            valid_until=self.valid_until.data,
            member_id=self.member.data or None,
        )


class VisitForm(BaseForm):
    """What a verifier saw with their own eyes, and that they are no kin."""

    visited_on = DateField(lazy_("Ngày đến thăm hoặc xem giấy tờ"), [InputRequired()])
    valid_until = DateField(lazy_("Có hiệu lực đến ngày"), [Optional()])
    no_kin = BooleanField(lazy_("Tôi không phải người thân của hộ này"), [DataRequired()])

    def draft(self) -> VisitDraft:
        """The visit as typed. Call after validate()."""
        assert isinstance(self.visited_on.data, date)
        return VisitDraft(self.visited_on.data, self.valid_until.data)


class ReasonForm(BaseForm):
    """Why something is sent back, ended or noted."""

    reason = TextAreaField(lazy_("Lý do"), [DataRequired(), Length(max=LONGEST_REASON)])

    def of(self, which: object) -> Self:
        """The form of one of several, which stands on a page beside the others'."""
        self.reason.id = f"reason-{which}"
        return self

    def draft(self) -> str:
        """The reason. Call after validate()."""
        return str(self.reason.data)


class ConsentForm(BaseForm):
    """One answer, a yes or a no; nothing is ticked beforehand."""

    purpose = SelectField(
        lazy_("Hỏi về việc gì"), [InputRequired()], choices=list(CONSENTS.items())
    )
    answer = RadioField(lazy_("Hộ trả lời"), [InputRequired()], choices=list(ANSWERS.items()))
    method = RadioField(
        lazy_("Trả lời bằng cách nào"), [InputRequired()], choices=list(CONSENT_METHODS.items())
    )

    def draft(self) -> ConsentDraft:
        """The answer as typed. Call after validate()."""
        purpose, method = ConsentPurpose(self.purpose.data), ConsentMethod(self.method.data)
        return ConsentDraft(purpose, method, agrees=self.answer.data == "yes")


class RevealForm(BaseForm):
    """Whose hidden number must be read, and why. The choices of `member` have numbers."""

    member = SelectField(lazy_("Của ai"), [InputRequired()], validate_choice=False)
    purpose = SelectField(
        lazy_("Xem để làm gì"), [InputRequired()], choices=list(REVEAL_REASONS.items())
    )

    def draft(self) -> tuple[str, str]:
        """The member's id and the reason's code. Call after validate()."""
        return str(self.member.data), str(self.purpose.data)
