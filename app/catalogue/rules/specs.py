"""How a thing is described. Pure.

A kind's spec fields are data: [{"name", "type": "choice"|"number"|"flag", "choices", …}]; so is
its fit rule (app.catalogue.rules.fitting).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

Spec = Mapping[str, object]


class FieldType(StrEnum):
    """What a spec field holds."""

    CHOICE = "choice"
    NUMBER = "number"
    FLAG = "flag"


class Model(StrEnum):
    """How a kind is matched (MATCHING.md)."""

    UNITS = "units"
    ITEM = "item"
    PLACE = "place"
    PROJECT = "project"
    MONEY = "money"


@dataclass(frozen=True, slots=True)
class SpecField:
    """One thing to know of a kind. `side` says who is asked: need, pledge or both.

    least, most: of a number; unit: what it counts, the same in both languages where unit_en is
    empty. refer: a flag that, when set, sends the person to a specialist
    instead of a match (DOMAIN.md, 7: pressure sores, cannot sit upright).
    """

    name: str
    label_vi: str
    label_en: str
    type: FieldType
    side: str = "both"
    required: bool = False
    choices: tuple[tuple[str, str, str], ...] = ()
    least: int = 0
    most: int = 0
    unit: str = ""
    unit_en: str = ""
    refer: bool = False

    @property
    def of_needs(self) -> bool:
        """Whether a need says it."""
        return self.side in {"need", "both"}

    @property
    def of_pledges(self) -> bool:
        """Whether a pledge says it."""
        return self.side in {"pledge", "both"}


@dataclass(frozen=True, slots=True)
class SpecFault:
    """What is wrong with one field of a spec; `code` selects the sentence."""

    field: str
    code: str


def spec_fields(raw: Sequence[Mapping[str, object]]) -> tuple[SpecField, ...]:
    """The spec fields of a kind, from how the catalogue stores them.

    A number's label may end in its unit, after a comma: "Mức học bổng, triệu đồng".
    """
    return tuple(map(_field, raw))


def _field(item: Mapping[str, object]) -> SpecField:
    kind, unit = FieldType(str(item["type"])), str(item.get("unit", ""))
    labels = [(str(item[name]), "") for name in ("label_vi", "label_en")]
    if kind is FieldType.NUMBER and not unit:
        parted = [label.rpartition(", ") for label, _unit in labels]
        if all(label for label, _comma, _unit in parted):
            labels = [(label, unit) for label, _comma, unit in parted]
    return SpecField(
        name=str(item["name"]),
        label_vi=labels[0][0],
        label_en=labels[1][0],
        type=kind,
        side=str(item.get("side", "both")),
        required=bool(item.get("required", False)),
        choices=tuple((str(a), str(b), str(c)) for a, b, c in _choices(item)),
        least=int(str(item.get("least", 0))),
        most=int(str(item.get("most", 0))),
        unit=unit or labels[0][1],
        unit_en=labels[1][1],
        refer=bool(item.get("refer", False)),
    )


def _choices(item: Mapping[str, object]) -> Sequence[Sequence[object]]:
    found = item.get("choices", ())
    return found if isinstance(found, list | tuple) else ()


def spec_faults(fields: Sequence[SpecField], spec: Spec, side: str) -> list[SpecFault]:
    """What is wrong with a spec of `side` ("need" or "pledge"); empty if nothing."""
    asked = [f for f in fields if f.side in {side, "both"}]
    faults = [fault for f in asked if (fault := _fault(f, spec.get(f.name))) is not None]
    known = {f.name for f in asked}
    return faults + [SpecFault(name, "spec-unknown-field") for name in spec if name not in known]


def _fault(field: SpecField, value: object) -> SpecFault | None:
    if value is None or value == "":
        return SpecFault(field.name, "spec-missing") if field.required else None
    if field.type is FieldType.CHOICE:
        known = {code for code, _, _ in field.choices}
        is_known = isinstance(value, str) and value in known
        return None if is_known else SpecFault(field.name, "spec-unknown-choice")
    if field.type is FieldType.FLAG:
        return None if isinstance(value, bool) else SpecFault(field.name, "spec-not-a-flag")
    if isinstance(value, bool) or not isinstance(value, int):
        return SpecFault(field.name, "spec-not-a-number")
    if not field.least <= value <= field.most:
        return SpecFault(field.name, "spec-out-of-range")
    return None


def referral(fields: Sequence[SpecField], spec: Spec) -> str | None:
    """The field that sends this need to a specialist instead of a match, or None."""
    return next((f.name for f in fields if f.refer and spec.get(f.name) is True), None)


@dataclass(frozen=True, slots=True)
class Kind:
    """A support kind as the rest of the house reads it."""

    code: str
    label_vi: str
    label_en: str
    unit_vi: str
    unit_en: str
    model: Model
    icon: str
    reference_value: int
    max_units: int
    repeat_after_days: int
    one_per_household: bool
    is_open: bool
    fields: tuple[SpecField, ...]
    fit: Mapping[str, object]
    evidence: tuple[Mapping[str, object], ...]

    def label(self, language: str) -> str:
        """Its name in a language."""
        return self.label_en if language == "en" else self.label_vi

    def unit(self, language: str) -> str:
        """Its unit in a language."""
        return self.unit_en if language == "en" else self.unit_vi
