"""What the ward's staff type: decisions on lines, units taken in, units announced."""

from datetime import date

from wtforms import (
    DateField,
    HiddenField,
    IntegerField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
)
from wtforms.validators import DataRequired, InputRequired, Length, Optional

from app.infra.forms import BaseForm
from app.infra.i18n import lazy_
from app.pledges.forms.fields import UnitsField
from app.pledges.rules import DeclineReason
from app.pledges.texts import DECLINE_REASONS
from app.stock.rules import MAX_NOTE, Condition, ReceiptDraft
from app.stock.texts import CONDITIONS


class SearchForm(BaseForm):
    """What a list of pledges or donors is narrowed to; every field may stay empty."""

    q = StringField(lazy_("Tên nhà hảo tâm hoặc mã"), [Optional(), Length(max=100)])
    state = SelectField(lazy_("Tình trạng"), [Optional()])
    kind = SelectField(lazy_("Loại hỗ trợ"), [Optional()])


class DecideForm(BaseForm):
    """The lines of one pledge that staff accept, at the version they read."""

    lines = SelectMultipleField(lazy_("Các khoản"), validate_choice=False)
    version = IntegerField(validators=[InputRequired()])

    def chosen(self) -> tuple[tuple[str, ...], int]:
        """Line ids and version. Call after validate()."""
        assert self.version.data is not None
        return tuple(dict.fromkeys(self.lines.data or [])), self.version.data


class DeclineForm(DecideForm):
    """The same, with the reason that the donor reads."""

    reason = RadioField(
        lazy_("Lý do"),
        [InputRequired()],
        choices=[(reason.value, words) for reason, words in DECLINE_REASONS.items()],
    )

    def why(self) -> DeclineReason:
        """The chosen reason. Call after validate()."""
        return DeclineReason(self.reason.data)


class AnnounceForm(BaseForm):
    """How many units will be brought, and on which day."""

    units = UnitsField(lazy_("Số lượng sẽ mang đến"), [DataRequired()])
    expected_on = DateField(lazy_("Ngày mang đến"), [InputRequired()])

    def draft(self) -> tuple[int, date]:
        """The typed input. Call after validate()."""
        assert self.units.whole is not None
        assert self.expected_on.data is not None
        return self.units.whole, self.expected_on.data


class ReceiveForm(BaseForm):
    """Units that came in, as the desk inspected them."""

    units = UnitsField(lazy_("Số lượng đã nhận"), [DataRequired()])
    received_on = DateField(lazy_("Ngày nhận"), [InputRequired()])
    condition = RadioField(
        lazy_("Đã kiểm, tình trạng"),
        [InputRequired()],
        choices=[(condition.value, words) for condition, words in CONDITIONS.items()],
    )
    expires_on = DateField(lazy_("Hạn sử dụng"), [Optional()])
    note = StringField(lazy_("Ghi chú trên biên nhận"), [Optional(), Length(max=MAX_NOTE)])
    announced_id = HiddenField()

    def draft(self) -> ReceiptDraft:
        """The typed input. Call after validate()."""
        assert self.units.whole is not None
        assert self.received_on.data is not None
        return ReceiptDraft(
            units=self.units.whole,
            received_on=self.received_on.data,
            condition=Condition(self.condition.data),
            expires_on=self.expires_on.data,
            note=self.note.data or None,
            announced_id=self.announced_id.data or None,
        )
