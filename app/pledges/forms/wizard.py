"""The wizard's questions, one a page, and the changes a donor may make later."""

from collections.abc import Iterable, Mapping
from datetime import date

from wtforms import (
    BooleanField,
    DateField,
    Field,
    IntegerField,
    RadioField,
    SelectField,
    SelectMultipleField,
    TextAreaField,
)
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, Optional

from app.catalogue.rules import FieldType, SpecField
from app.catalogue.texts import unit_words
from app.infra.forms import BaseForm
from app.infra.i18n import current_language, lazy_
from app.pledges.forms.fields import DongField, UnitsField
from app.pledges.rules import (
    MAX_NOTE,
    Earmark,
    GivenAs,
    LineDraft,
    WithdrawReason,
)
from app.pledges.texts import EARMARKS, ERRORS, GIVEN_AS, GROUPS, WITHDRAW_REASONS

SPEC = "spec_"


class KindForm(BaseForm):
    """What is given; the choices are the open kinds of the catalogue. hints: a line on each."""

    hints: Mapping[str, str]
    kind = RadioField(lazy_("Ông/bà muốn ủng hộ gì?"), [InputRequired()])


class LineForm(BaseForm):
    """How much of one kind, of what worth, in kind or as cash."""

    units = UnitsField(lazy_("Số lượng"), [DataRequired()])
    given_as = RadioField(
        lazy_("Ủng hộ bằng"),
        [InputRequired()],
        choices=[(given.value, words) for given, words in GIVEN_AS.items()],
        default=GivenAs.KIND.value,
    )
    unit_value = DongField(lazy_("Giá trị mỗi đơn vị"), [Optional()])

    def spec(self) -> dict[str, object]:
        """The details that were filled in, by their names in the catalogue."""
        named = {f.name.removeprefix(SPEC): f for f in self if f.name.startswith(SPEC)}
        given = {name: field.data for name, field in named.items()}
        return {name: value for name, value in given.items() if value not in {None, ""}}

    def draft(self, kind_code: str) -> LineDraft:
        """The typed input. Call after validate()."""
        assert self.units.whole is not None
        given_as = GivenAs(self.given_as.data)
        return LineDraft(
            kind_code, self.units.whole, self.unit_value.dong or 0, given_as, self.spec()
        )

    @property
    def spec_fields(self) -> list[Field]:
        """The fields that this kind adds."""
        return [field for field in self if field.name.startswith(SPEC)]


def line_form(fields: Iterable[SpecField]) -> type[LineForm]:
    """The form of one kind: the common questions and those of its catalogue entry."""
    own = {f"{SPEC}{spec.name}": _spec_field(spec) for spec in fields}
    return type("KindLineForm", (LineForm,), own)


def _spec_field(spec: SpecField) -> Field:
    """A field for one detail."""
    words = spec.label_en if current_language() == "en" else spec.label_vi
    unit = unit_words(spec)
    label = f"{words} ({unit})" if unit else words
    needed = InputRequired() if spec.required else Optional()
    if spec.type is FieldType.FLAG:
        return BooleanField(label)
    if spec.type is FieldType.NUMBER:
        return IntegerField(label, [needed, NumberRange(spec.least, spec.most)])
    place = 2 if current_language() == "en" else 1
    choices = [(choice[0], choice[place]) for choice in spec.choices]
    return SelectField(label, [needed], choices=[("", "–"), *choices])


class EarmarkForm(BaseForm):
    """For whom it is meant, and which ward takes it in."""

    earmark = RadioField(
        lazy_("Ủng hộ cho ai?"),
        [InputRequired()],
        choices=[(earmark.value, words) for earmark, words in EARMARKS.items()],
        default=Earmark.ANYONE.value,
    )
    wards = SelectMultipleField(lazy_("Các phường"))
    groups = SelectMultipleField(lazy_("Các nhóm"), choices=list(GROUPS.items()))
    programme = SelectField(lazy_("Chương trình"), [Optional()])
    ward = SelectField(lazy_("Phường tiếp nhận"), [InputRequired()])

    def settle(self) -> bool:
        """Whether what belongs to the chosen earmark was given. Call after validate()."""
        chosen = Earmark(self.earmark.data)
        asked = {
            Earmark.WARDS: (self.wards, "choose-wards"),
            Earmark.GROUPS: (self.groups, "choose-groups"),
            Earmark.PROGRAMME: (self.programme, "choose-programme"),
        }
        if chosen in asked and not asked[chosen][0].data:
            field, code = asked[chosen]
            field.errors = [str(ERRORS[code])]
            return False
        return True

    def answers(self) -> dict[str, object]:
        """Only what belongs to the chosen earmark. Call after settle()."""
        chosen = Earmark(self.earmark.data)
        wards = list(self.wards.data or []) if chosen is Earmark.WARDS else []
        ward = self.ward.data if not wards or self.ward.data in wards else wards[0]
        return {
            "earmark": chosen.value,
            "wards": wards,
            "groups": list(self.groups.data or []) if chosen is Earmark.GROUPS else [],
            "programme": self.programme.data if chosen is Earmark.PROGRAMME else None,
            "ward": ward,
        }


class WindowForm(BaseForm):
    """From when until when it can be given, and a word to the ward."""

    available_from = DateField(lazy_("Có thể trao từ ngày"), [InputRequired()])
    available_to = DateField(lazy_("Đến hết ngày"), [InputRequired()])
    note = TextAreaField(lazy_("Lời nhắn cho cán bộ phường"), [Optional(), Length(max=MAX_NOTE)])

    def window(self) -> tuple[date, date]:
        """The two days. Call after validate()."""
        assert self.available_from.data is not None
        assert self.available_to.data is not None
        return self.available_from.data, self.available_to.data


class ChangeForm(WindowForm):
    """A new window, and new units in fields `units_<line id>` that the view adds."""

    note = None  # type: ignore[assignment]
    version = IntegerField(validators=[InputRequired()])


class WithdrawForm(BaseForm):
    """How many units the donor takes back, and why."""

    units = UnitsField(lazy_("Số lượng rút lại"), [DataRequired()])
    reason = RadioField(
        lazy_("Lý do"),
        [InputRequired()],
        choices=[(reason.value, words) for reason, words in WITHDRAW_REASONS.items()],
    )

    def draft(self) -> tuple[int, WithdrawReason]:
        """The typed input. Call after validate()."""
        assert self.units.whole is not None
        return self.units.whole, WithdrawReason(self.reason.data)
