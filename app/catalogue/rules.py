"""How a thing is described, and when what is offered fits what is needed. Pure.

A kind's spec fields are data: [{"name", "type": "choice"|"number"|"flag", "choices", …}]. Its fit
rule is data too, field by field: "same", "at-least" (the offer is as large or larger), "seat" (the
wheelchair rule), "any-of" (the offer lists sizes), "ignore".
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


@dataclass(frozen=True, slots=True)
class SpecField:
    """One thing to know of a kind. `side` says who is asked: need, pledge or both.

    least, most: of a number. refer: a flag that, when set, sends the person to a specialist
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
    """The spec fields of a kind, from how the catalogue stores them."""
    return tuple(
        SpecField(
            name=str(item["name"]),
            label_vi=str(item["label_vi"]),
            label_en=str(item["label_en"]),
            type=FieldType(str(item["type"])),
            side=str(item.get("side", "both")),
            required=bool(item.get("required", False)),
            choices=tuple((str(a), str(b), str(c)) for a, b, c in _choices(item)),
            least=int(str(item.get("least", 0))),
            most=int(str(item.get("most", 0))),
            unit=str(item.get("unit", "")),
            refer=bool(item.get("refer", False)),
        )
        for item in raw
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
        return None if value in known else SpecFault(field.name, "spec-unknown-choice")
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


# Seat width is hip width and 2 to 3 cm; a chair made for 1 cm more or less still sits well.
SEAT_MORE = (1, 4)


def blocking_field(fit: Mapping[str, object], pledge_spec: Spec, need_spec: Spec) -> str | None:
    """The first field by which an offer does not fit a need, or None if it fits.

    A field that either side leaves open blocks nothing: staff will see to it.
    """
    for name, rule in fit.items():
        offered, needed = pledge_spec.get(name), need_spec.get(name)
        if rule == "seat":
            offered, needed = pledge_spec.get("seat_cm"), need_spec.get("hip_cm")
        if offered in {None, ""} or needed in {None, ""}:
            continue
        if not _field_fits(str(rule), offered, needed):
            return name
    return None


def _field_fits(rule: str, offered: object, needed: object) -> bool:
    if rule == "same":
        return offered == needed
    if not isinstance(offered, int) or not isinstance(needed, int):
        return rule == "ignore" or offered == needed
    if rule == "at-least":
        return offered >= needed
    if rule == "seat":
        return needed + SEAT_MORE[0] <= offered <= needed + SEAT_MORE[1]
    return True


def fits(fit: Mapping[str, object], pledge_spec: Spec, need_spec: Spec) -> bool:
    """Whether what is offered fits what is needed."""
    return blocking_field(fit, pledge_spec, need_spec) is None


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
