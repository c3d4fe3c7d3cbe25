"""What people type about campaigns."""

from wtforms import FileField, IntegerField, RadioField, StringField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, ValidationError

from app.campaigns.rules import CampaignDraft, ListKind
from app.campaigns.texts import ERRORS, LISTS
from app.infra.forms import BaseForm
from app.infra.i18n import lazy_

MOST_PEOPLE = 1_000_000
MOST_HOTLINE = 20
MOST_REASON = 500


class ListForm(BaseForm):
    """A list of cards or of renewals."""

    kind = RadioField(
        lazy_("Tệp này là"),
        [InputRequired()],
        choices=[(kind.value, words) for kind, words in LISTS.items()],
        default=ListKind.CARDS.value,
    )
    file = FileField(lazy_("Tệp danh sách (.xlsx, .xls, .ods hoặc .csv)"))

    def validate_file(self, field: FileField) -> None:
        """Something must have been chosen."""
        if not getattr(field.data, "filename", ""):
            raise ValidationError(str(ERRORS["file-missing"]))

    def draft(self) -> tuple[ListKind, str, bytes]:
        """Kind, name and content. Call after validate()."""
        name = str(self.file.data.filename)
        return ListKind(self.kind.data), name, bytes(self.file.data.read())


class CampaignForm(BaseForm):
    """The facts of a campaign."""

    population = IntegerField(
        lazy_("Số dân của phường"), [InputRequired(), NumberRange(min=1, max=MOST_PEOPLE)]
    )
    covered = IntegerField(
        lazy_("Số người đang có thẻ BHYT"), [InputRequired(), NumberRange(min=0, max=MOST_PEOPLE)]
    )
    hotline = StringField(
        lazy_("Số điện thoại hỗ trợ, in trong tin"), [DataRequired(), Length(max=MOST_HOTLINE)]
    )

    def validate_covered(self, field: IntegerField) -> None:
        """No more than there are people."""
        people = self.population.data
        if field.data is not None and people is not None and field.data > people:
            raise ValidationError(str(ERRORS["covered-above-population"]))

    def draft(self) -> CampaignDraft:
        """The typed facts. Call after validate()."""
        assert self.population.data is not None
        assert self.covered.data is not None
        return CampaignDraft(
            int(self.population.data), int(self.covered.data), str(self.hotline.data)
        )


class DeclineForm(BaseForm):
    """Why somebody does not agree to a campaign."""

    reason = TextAreaField(lazy_("Lý do"), [DataRequired(), Length(max=MOST_REASON)])

    def draft(self) -> str:
        """The reason. Call after validate()."""
        return str(self.reason.data)
