"""What lists of households and facts are narrowed to, what is chosen there, what is uploaded."""

from wtforms import FileField, RadioField, SelectField, SelectMultipleField, StringField
from wtforms.validators import InputRequired, Length, Optional, ValidationError

from app.households.rules import HouseholdFilter, RowDecision
from app.households.texts import ERRORS, KINDS
from app.infra.forms import BaseForm
from app.infra.i18n import _, lazy_

LONGEST_SEARCH = 100


class FilterForm(BaseForm):
    """What the list of households is narrowed to; the choices of `group` are the ward's."""

    q = StringField(lazy_("Tên hoặc mã hộ"), [Optional(), Length(max=LONGEST_SEARCH)])
    group = SelectField(lazy_("Tổ dân phố"), [Optional()], validate_choice=False)
    kind = SelectField(
        lazy_("Hoàn cảnh"),
        [Optional()],
        choices=[("", lazy_("Tất cả")), *KINDS.items()],
        validate_choice=False,
    )

    def wanted(self) -> HouseholdFilter:
        """The filter; what is not a kind or too long is left out."""
        kind = str(self.kind.data or "")
        return HouseholdFilter(
            search=str(self.q.data or "")[:LONGEST_SEARCH],
            group_id=str(self.group.data or "") or None,
            kind=kind if kind in KINDS else None,
        )


class ChosenForm(BaseForm):
    """The facts that are ticked in a queue."""

    standing = SelectMultipleField(validate_choice=False)

    def validate_standing(self, field: SelectMultipleField) -> None:
        """At least one must be meant."""
        if not field.data:
            raise ValidationError(_("Xin chọn ít nhất một hoàn cảnh."))

    def chosen(self) -> list[str]:
        """The ids. Call after validate()."""
        return [str(i) for i in self.standing.data or ()]


class RowForm(BaseForm):
    """What an officer says of a row that may repeat somebody."""

    decision = RadioField(
        lazy_("Quyết định"),
        [InputRequired()],
        choices=[(d.value, d.value) for d in RowDecision],
    )

    def draft(self) -> RowDecision:
        """The decision. Call after validate()."""
        return RowDecision(self.decision.data)


class UploadForm(BaseForm):
    """A spreadsheet."""

    file = FileField(lazy_("Danh sách hộ (.xlsx, .xls, .ods hoặc .csv)"))

    def validate_file(self, field: FileField) -> None:
        """Something must have been chosen."""
        if not getattr(field.data, "filename", ""):
            raise ValidationError(str(ERRORS["file-missing"]))

    def draft(self) -> tuple[str, bytes]:
        """Name and content. Call after validate()."""
        return str(self.file.data.filename), bytes(self.file.data.read())
