"""What a reader asks a report for."""

from datetime import date

from wtforms import DateField, SelectField, StringField
from wtforms.validators import Length, Optional

from app.infra.forms import BaseForm
from app.infra.i18n import lazy_
from app.reports.rules import Dimension, Question, quarter_of
from app.reports.texts import DIMENSIONS, ERRORS

MAX_KEY = 40


class QuestionForm(BaseForm):
    """The filters of the report page; everything may be left out."""

    first = DateField(lazy_("Từ ngày"), [Optional()])
    last = DateField(lazy_("Đến ngày"), [Optional()])
    dimension = SelectField(
        lazy_("Xem theo"),
        choices=[(d.value, label) for d, label in DIMENSIONS.items()],
        default=Dimension.KIND.value,
    )
    ward = StringField(lazy_("Phường, xã"), [Optional(), Length(max=5)])
    programme = StringField(lazy_("Chương trình"), [Optional(), Length(max=MAX_KEY)])
    kind = StringField(lazy_("Loại hỗ trợ"), [Optional(), Length(max=MAX_KEY)])
    donor_kind = StringField(lazy_("Nguồn ủng hộ"), [Optional(), Length(max=MAX_KEY)])
    group = StringField(lazy_("Tổ dân phố"), [Optional(), Length(max=MAX_KEY)])

    def is_in_order(self) -> bool:
        """Whether the period runs forwards; says so at the field if not."""
        if self.first.data and self.last.data and self.last.data < self.first.data:
            self.last.errors = [str(ERRORS["period-out-of-order"])]
            return False
        return True

    def question(self, wards: tuple[str, ...], today: date) -> Question:
        """The typed question over `wards`; the present quarter where no days are given.

        What nobody of us offers counts as not asked: the form says so at the field.
        """
        first, last = quarter_of(today)
        chosen = (self.ward.data,) if self.ward.data and self.ward.data in wards else wards
        return Question(
            first=self.first.data or min(first, self.last.data or first),
            last=self.last.data or max(last, self.first.data or last),
            ward_codes=chosen,
            dimension=next((d for d in Dimension if d == self.dimension.data), Dimension.KIND),
            programme=self.programme.data or None,
            kind=self.kind.data or None,
            donor_kind=self.donor_kind.data or None,
            group=self.group.data or None,
        )
