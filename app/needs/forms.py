"""What staff type about a need: shape only; the kind's own fields come from the catalogue."""

from collections.abc import Mapping, Sequence

from werkzeug.datastructures import MultiDict
from wtforms import (
    BooleanField,
    DateField,
    Field,
    HiddenField,
    IntegerField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.validators import (
    DataRequired,
    InputRequired,
    Length,
    NumberRange,
    Optional,
    ValidationError,
)

from app.catalogue.rules import FieldType, Kind, SpecField
from app.catalogue.texts import unit_words
from app.infra.forms import BaseForm
from app.infra.i18n import _, current_language, lazy_
from app.kernel.money import NotMoney, read_dong
from app.needs.rules import LONGEST_STORY, NeedDraft, NeedFilter, NeedState
from app.needs.texts import URGENCIES

SPEC = "spec_"
LONGEST_REASON = 500
LONGEST_SEARCH = 80
LONGEST_NUMBER = 10
Choices = Sequence[tuple[str, str]]


class NeedForm(BaseForm):
    """A need of one kind; form_for() adds the kind's spec fields and evidence."""

    version = HiddenField()
    units = IntegerField(lazy_("Số lượng"), [InputRequired(), NumberRange(min=1)], default=1)
    cost = StringField(lazy_("Chi phí ước tính (đồng)"), [Optional(), Length(max=30)])
    urgency = SelectField(
        lazy_("Mức độ gấp"), choices=[(str(i), word) for i, word in enumerate(URGENCIES)]
    )
    starts_on = DateField(lazy_("Cần từ ngày"), [InputRequired()])
    deadline_on = DateField(lazy_("Muộn nhất đến ngày"), [Optional()])
    member_id = SelectField(lazy_("Dành cho ai"), choices=[("", lazy_("Cả hộ"))])
    programme_id = SelectField(lazy_("Chương trình"), choices=[("", "–")])
    evidence = SelectMultipleField(lazy_("Căn cứ đã có"), choices=[])
    story = TextAreaField(
        lazy_("Hoàn cảnh, viết cho nhà hảo tâm đọc"), [Optional(), Length(max=LONGEST_STORY)]
    )

    def draft(self, kind: Kind) -> NeedDraft:
        """The typed input. Call after validate(). Raises NotMoney for an unreadable cost."""
        assert self.units.data
        assert self.starts_on.data
        return NeedDraft(
            kind_code=kind.code,
            units=self.units.data,
            cost_dong=read_dong(self.cost.data) if self.cost.data else 0,
            urgency=int(self.urgency.data or 0),
            starts_on=self.starts_on.data,
            deadline_on=self.deadline_on.data,
            spec=self.spec(kind),
            evidence=tuple(self.evidence.data or ()),
            story=self.story.data or "",
            programme_id=self.programme_id.data or None,
            member_id=self.member_id.data or None,
        )

    def seen(self) -> int:
        """The version that the page showed; 0 for none of ours."""
        return number_in(self.version.data)

    def with_choices(self, kind: Kind, programmes: Choices, people: Choices) -> "NeedForm":
        """The same form, offering these programmes and the household's people.

        What one person uses, such as a wheelchair, asks whose it is.
        """
        self.programme_id.choices = [("", "–"), *programmes]
        nobody = _("Cả hộ") if kind.one_per_household else _("Hãy chọn một người")
        self.member_id.choices = [("", nobody), *people]
        if not kind.one_per_household:
            self.member_id.validators = [*self.member_id.validators, DataRequired()]
        return self

    def spec(self, kind: Kind) -> dict[str, object]:
        """What was typed in the kind's own fields; empty ones are left out."""
        typed = {f.name: self[SPEC + f.name].data for f in kind.fields if f.of_needs}
        return {name: value for name, value in typed.items() if value not in {None, "", False}}

    def validate_cost(self, field: Field) -> None:
        """A cost is an amount of đồng, however it is written."""
        if field.data:
            try:
                read_dong(field.data)
            except NotMoney as error:
                raise ValidationError(str(MONEY_WORDS)) from error

    def spec_inputs(self, kind: Kind) -> list[Field]:
        """The kind's own fields, to be shown one below the other."""
        return [self[SPEC + f.name] for f in kind.fields if f.of_needs]


MONEY_WORDS = lazy_("Hãy nhập số tiền, ví dụ 2.500.000 hoặc 2,5 triệu.")


class ReasonForm(BaseForm):
    """Why something is sent back, suspended or withdrawn."""

    reason = TextAreaField(lazy_("Lý do"), [DataRequired(), Length(max=LONGEST_REASON)])


class SeenForm(BaseForm):
    """The version of the need that the page showed when the button was pressed."""

    version = HiddenField()

    def seen(self) -> int:
        """That version; 0, which no need has, for none of ours."""
        return number_in(self.version.data)


class ChosenForm(BaseForm):
    """The needs that were ticked in a list."""

    needs = SelectMultipleField(lazy_("Nhu cầu"), validate_choice=False)

    def ids(self) -> list[str]:
        """Their ids, each once, in the order of the list."""
        return [need_id for need_id in dict.fromkeys(self.needs.data or []) if need_id.isalnum()]


class FilterForm(BaseForm):
    """What the list of needs is narrowed to; lives in the address."""

    state = HiddenField()
    search = StringField(lazy_("Tên chủ hộ hoặc mã"))
    kind = SelectField(lazy_("Loại hỗ trợ"), choices=[("", lazy_("Tất cả"))], validate_choice=False)
    urgency = SelectField(
        lazy_("Mức độ gấp"),
        choices=[("", lazy_("Tất cả")), *((str(i), URGENCIES[i]) for i in (1, 2, 3))],
        validate_choice=False,
    )

    def with_kinds(self, kinds: Sequence[Kind]) -> "FilterForm":
        """The same form, offering these kinds."""
        language = current_language()
        self.kind.choices = [("", _("Tất cả")), *((k.code, k.label(language)) for k in kinds)]
        return self

    def wanted(self) -> NeedFilter:
        """The filter, with what nobody of us offers left out."""
        urgency = number_in(self.urgency.data)
        return NeedFilter(
            state=self.state.data if self.state.data in set(NeedState) else None,
            kind_code=self.kind.data or None,
            urgency=urgency if urgency in range(1, len(URGENCIES)) else None,
            search=(self.search.data or "")[:LONGEST_SEARCH],
        )


def number_in(typed: str | None) -> int:
    """A small whole number in a hidden field or an address; 0 for anything else."""
    typed = typed or ""
    return int(typed) if typed.isdecimal() and len(typed) < LONGEST_NUMBER else 0


def form_for(
    kind: Kind,
    typed: MultiDict[str, str] | None = None,
    stored: Mapping[str, object] | None = None,
) -> NeedForm:
    """The form of one kind, filled with what was typed, or with what is stored."""
    fields = {SPEC + f.name: _field(f) for f in kind.fields if f.of_needs}
    made = type("NeedFormOfKind", (NeedForm,), fields)
    form: NeedForm = made(typed, data=dict(stored or {}))
    side = "label_en" if current_language() == "en" else "label_vi"
    form.evidence.choices = [(str(e["code"]), str(e[side])) for e in kind.evidence]
    return form


def _field(field: SpecField) -> Field:
    english = current_language() == "en"
    label = field.label_en if english else field.label_vi
    if field.type is FieldType.CHOICE:
        blank = [] if field.required else [("", "–")]
        choices = blank + [(c, en if english else vi) for c, vi, en in field.choices]
        return SelectField(label, choices=choices)
    if field.type is FieldType.FLAG:
        return BooleanField(label)
    checks = [InputRequired()] if field.required else [Optional()]
    bounds = NumberRange(min=field.least, max=field.most)
    unit = unit_words(field)
    return IntegerField(f"{label} ({unit})" if unit else label, [*checks, bounds])
