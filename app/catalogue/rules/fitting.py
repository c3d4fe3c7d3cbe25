"""When what is offered fits what is needed. Pure.

A kind's fit rule is data, field by field: "same", "at-least" (the offer is as large or larger),
"any-of" (the offer lists what it can be), "seat" and "depth" (the wheelchair rules), "ignore".
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from app.catalogue.rules.specs import Spec

# What a person measures and what a chair must be beyond it, in cm (DOMAIN.md, 7).
SEAT_BEYOND_HIP = (2, 3)
DEPTH_BELOW_THIGH = (3, 6)
# A chair is made in whole sizes; one centimetre beside the rule still sits well.
TOLERANCE_CM = 1


@dataclass(frozen=True, slots=True)
class Seat:
    """The seat that fits somebody: least and most width and depth, in cm."""

    width: tuple[int, int]
    depth: tuple[int, int] | None


def seat_for(hip_cm: int, thigh_cm: int | None = None) -> Seat:
    """The seat for a hip width and, where it was measured, a thigh length.

    Width is the hip and 2 to 3 cm, depth is the thigh less 3 to 6 cm. Raises ValueError for what
    no person measures: the catalogue's bounds should have refused it.
    """
    if hip_cm <= 0:
        raise ValueError(hip_cm)
    if thigh_cm is not None and thigh_cm <= DEPTH_BELOW_THIGH[1]:
        raise ValueError(thigh_cm)
    width = (hip_cm + SEAT_BEYOND_HIP[0], hip_cm + SEAT_BEYOND_HIP[1])
    if thigh_cm is None:
        return Seat(width, None)
    return Seat(width, (thigh_cm - DEPTH_BELOW_THIGH[1], thigh_cm - DEPTH_BELOW_THIGH[0]))


def size_to_show(hip_cm: int) -> int:
    """The even seat width that fits a hip: the size in which chairs are sold.

    It stands on the public card instead of the body's measure.
    """
    least, most = seat_for(hip_cm).width
    return most if least % 2 else least


def blocking_field(fit: Mapping[str, object], pledge_spec: Spec, need_spec: Spec) -> str | None:
    """The first field by which an offer does not fit a need, or None if it fits.

    A field that either side leaves open blocks nothing: staff will see to it.
    """
    for name, rule in fit.items():
        offered, needed = _sides(str(rule), name, pledge_spec, need_spec)
        if _is_open(offered) or _is_open(needed):
            continue
        if not RULES.get(str(rule), _same)(offered, needed):
            return name
    return None


def fits(fit: Mapping[str, object], pledge_spec: Spec, need_spec: Spec) -> bool:
    """Whether what is offered fits what is needed."""
    return blocking_field(fit, pledge_spec, need_spec) is None


def _sides(rule: str, name: str, pledge_spec: Spec, need_spec: Spec) -> tuple[object, object]:
    """What is offered and what is needed of one field."""
    if rule == "seat":
        return pledge_spec.get("seat_cm"), _width_needed(need_spec)
    if rule == "depth":
        return pledge_spec.get("depth_cm"), need_spec.get("thigh_cm")
    return pledge_spec.get(name), need_spec.get(name)


def _width_needed(need_spec: Spec) -> object:
    """Least and most seat width: from the hip, or on a card from the size it shows."""
    hip, size = need_spec.get("hip_cm"), need_spec.get("seat_cm")
    if isinstance(hip, int):
        return seat_for(hip).width
    return (size, size) if isinstance(size, int) else None


def _is_open(value: object) -> bool:
    return value is None or value in ("", [], ())


def _same(offered: object, needed: object) -> bool:
    return offered == needed


def _at_least(offered: object, needed: object) -> bool:
    if isinstance(offered, int) and isinstance(needed, int):
        return offered >= needed
    return offered == needed


def _any_of(offered: object, needed: object) -> bool:
    return needed in offered if isinstance(offered, list | tuple) else offered == needed


def _seat(offered: object, needed: object) -> bool:
    if not isinstance(offered, int) or not isinstance(needed, tuple):
        return False
    return bool(needed[0] - TOLERANCE_CM <= offered <= needed[1] + TOLERANCE_CM)


def _depth(offered: object, needed: object) -> bool:
    if not isinstance(offered, int) or not isinstance(needed, int):
        return False
    longest = needed - DEPTH_BELOW_THIGH[0] + TOLERANCE_CM
    return needed - DEPTH_BELOW_THIGH[1] - TOLERANCE_CM <= offered <= longest


def _ignore(_offered: object, _needed: object) -> bool:
    return True


RULES: Mapping[str, Callable[[object, object], bool]] = {
    "same": _same,
    "at-least": _at_least,
    "any-of": _any_of,
    "seat": _seat,
    "depth": _depth,
    "ignore": _ignore,
}
