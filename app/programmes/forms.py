"""What staff type to open a programme of their ward. Shape only."""

from collections.abc import Sequence

from wtforms import (
    BooleanField,
    DateField,
    RadioField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.validators import DataRequired, InputRequired, Length, Optional

from app.infra.forms import BaseForm
from app.infra.i18n import lazy_
from app.programmes.rules import ProgrammeDraft, Theme
from app.programmes.texts import ERRORS, THEMES

LONGEST_NAME = 120
LONGEST_AIM = 300


class ProgrammeForm(BaseForm):
    """A dated drive: its name and aim, what it gathers, from when to when."""

    name_vi = StringField(lazy_("Tên chương trình"), [DataRequired(), Length(max=LONGEST_NAME)])
    name_en = StringField(lazy_("Tên bằng tiếng Anh"), [Optional(), Length(max=LONGEST_NAME)])
    theme = RadioField(
        lazy_("Chủ đề"),
        [InputRequired()],
        choices=[(theme.value, words) for theme, words in THEMES.items()],
        default=Theme.OTHER.value,
    )
    aim_vi = TextAreaField(lazy_("Mục tiêu"), [DataRequired(), Length(max=LONGEST_AIM)])
    aim_en = TextAreaField(lazy_("Mục tiêu bằng tiếng Anh"), [Optional(), Length(max=LONGEST_AIM)])
    kinds = SelectMultipleField(
        lazy_("Vận động những gì"), [InputRequired(ERRORS["programme-without-kinds"])], choices=[]
    )
    starts_on = DateField(lazy_("Bắt đầu nhận cam kết"), [InputRequired()])
    ends_on = DateField(lazy_("Kết thúc"), [InputRequired()])
    handover_from = DateField(lazy_("Trao từ ngày"), [InputRequired()])
    handover_to = DateField(lazy_("Trao đến ngày"), [InputRequired()])
    once_per_household = BooleanField(
        lazy_("Mỗi hộ chỉ nhận một lần trong chương trình này"), default=True
    )

    def with_kinds(self, kinds: Sequence[tuple[str, str]]) -> "ProgrammeForm":
        """The same form, offering these kinds: code and label."""
        self.kinds.choices = list(kinds)
        return self

    def draft(self, code: str, ward_code: str | None) -> ProgrammeDraft:
        """The typed input, under a fresh code. Call after validate()."""
        assert self.starts_on.data
        assert self.ends_on.data
        assert self.handover_from.data
        assert self.handover_to.data
        name, aim = self.name_vi.data or "", self.aim_vi.data or ""
        return ProgrammeDraft(
            code=code,
            theme=Theme(self.theme.data).value,
            name_vi=name,
            name_en=self.name_en.data or name,
            aim_vi=aim,
            aim_en=self.aim_en.data or aim,
            kinds=tuple(self.kinds.data or ()),
            starts_on=self.starts_on.data,
            ends_on=self.ends_on.data,
            handover_from=self.handover_from.data,
            handover_to=self.handover_to.data,
            once_per_household=bool(self.once_per_household.data),
            ward_code=ward_code,
        )
