"""What a pledge may hold and become: states, limits, progress, how a donor's name is shown."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum
from types import MappingProxyType

MAX_UNITS = 1_000_000
MAX_VALUE = 10**15
MAX_LINES = 10
MAX_NOTE = 500
MAX_NAME = 120
LONGEST_WINDOW = timedelta(days=731)


class LineState(StrEnum):
    """Where one line stands. How far it got is progress, derived from counts, never a state."""

    DRAFT = "draft"
    OFFERED = "offered"
    ACCEPTED = "accepted"
    OPEN = "open"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"
    CLOSED = "closed"


# TRUST.md, 2.2; and a donor may take back what nobody has vetted yet.
NEXT: Mapping[LineState, frozenset[LineState]] = MappingProxyType(
    {
        LineState.DRAFT: frozenset({LineState.OFFERED}),
        LineState.OFFERED: frozenset(
            {LineState.ACCEPTED, LineState.DECLINED, LineState.WITHDRAWN, LineState.EXPIRED}
        ),
        LineState.ACCEPTED: frozenset({LineState.OPEN, LineState.WITHDRAWN}),
        LineState.OPEN: frozenset({LineState.CLOSED, LineState.WITHDRAWN, LineState.EXPIRED}),
        LineState.DECLINED: frozenset(),
        LineState.WITHDRAWN: frozenset(),
        LineState.EXPIRED: frozenset(),
        LineState.CLOSED: frozenset(),
    }
)
WITHDRAWABLE = frozenset({LineState.OFFERED, LineState.ACCEPTED, LineState.OPEN})


def may_become(state: LineState, wanted: LineState) -> bool:
    """Whether a line in `state` may go to `wanted` in one step."""
    return wanted in NEXT[state]


class GivenAs(StrEnum):
    """In kind, or as cash with which the ward buys it."""

    KIND = "kind"
    CASH = "cash"


class DonorKind(StrEnum):
    """Who gives."""

    PERSON = "person"
    BUSINESS = "business"
    ORGANISATION = "organisation"


class ShownAs(StrEnum):
    """How the public may read a donor's name."""

    NAME = "name"
    INITIALS = "initials"
    ANONYMOUS = "anonymous"


class Earmark(StrEnum):
    """For whom a pledge is meant, as the wizard asks it."""

    ANYONE = "anyone"
    WARDS = "wards"
    GROUPS = "groups"
    PROGRAMME = "programme"


class WithdrawReason(StrEnum):
    """Why a donor takes units back."""

    CIRCUMSTANCES = "circumstances"
    GIVEN_ELSEWHERE = "given-elsewhere"
    WRONG_ENTRY = "wrong-entry"
    GOODS_UNFIT = "goods-unfit"
    OTHER = "other"


class DeclineReason(StrEnum):
    """Why staff cannot take what is offered."""

    NO_NEED = "no-need"
    UNSAFE = "unsafe"
    EXPIRES_SOON = "expires-soon"
    NO_ROOM = "no-room"
    CANNOT_REACH = "cannot-reach"
    CONDITION_NOT_ALLOWED = "condition-not-allowed"


@dataclass(frozen=True, slots=True)
class LineDraft:
    """One line as typed: whole units of one kind, each worth `unit_value` đồng."""

    kind_code: str
    units: int
    unit_value: int
    given_as: GivenAs
    spec: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class PledgeDraft:
    """A whole pledge before it is recorded.

    wards, groups: empty for any. available_from..available_to: the days it can be given.
    """

    lines: tuple[LineDraft, ...]
    ward_code: str
    available_from: date
    available_to: date
    wards: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    programme_id: str | None = None
    note: str | None = None


def refusal_of_line(line: LineDraft) -> str | None:
    """Why a line may not be pledged, as an error code, or None. The kind is checked elsewhere."""
    if not 1 <= line.units <= MAX_UNITS:
        return "units-out-of-range"
    if not 0 <= line.unit_value < MAX_VALUE or line.units * line.unit_value >= MAX_VALUE:
        return "value-too-large"
    if line.given_as is GivenAs.CASH and line.unit_value == 0:
        return "cash-needs-value"
    return None


def refusal_of_window(first: date, last: date, today: date) -> str | None:
    """Why a pledge may not be given from `first` to `last`, or None."""
    if last < first:
        return "window-out-of-order"
    if last < today:
        return "window-is-over"
    if last - today > LONGEST_WINDOW:
        return "window-too-long"
    return None


def refusal_of(draft: PledgeDraft, today: date) -> str | None:
    """Why a pledge may not be recorded, or None. What needs data is checked by the action."""
    if not draft.lines:
        return "pledge-without-lines"
    if len(draft.lines) > MAX_LINES:
        return "too-many-lines"
    if draft.wards and draft.ward_code not in draft.wards:
        return "ward-not-among-wards"
    refusals = (refusal_of_line(line) for line in draft.lines)
    first = next((code for code in refusals if code is not None), None)
    return first or refusal_of_window(draft.available_from, draft.available_to, today)


@dataclass(frozen=True, slots=True)
class Counts:
    """The counts of one line; the database keeps free+reserved+fulfilled+withdrawn = units."""

    units: int
    free: int
    reserved: int
    fulfilled: int
    withdrawn: int
    received: int
    handed: int

    @property
    def matched(self) -> int:
        """Units that are or were spoken for."""
        return self.reserved + self.fulfilled

    @property
    def least_units(self) -> int:
        """What the line may be cut down to."""
        return max(self.matched + self.withdrawn, self.received + self.withdrawn)

    @property
    def withdrawable(self) -> int:
        """Free units that have not come in: those in stock are no longer the donor's to keep."""
        return max(0, min(self.free, self.units - self.withdrawn - self.received))


class Step(StrEnum):
    """How far a line has got, as its donor reads it."""

    WAITING = "waiting"
    HELD = "held"
    MATCHED = "matched"
    HANDED_OVER = "handed-over"
    PARTLY = "partly-confirmed"
    CONFIRMED = "confirmed"
    ENDED = "ended"


_BEFORE_MATCHING = {
    LineState.DRAFT: Step.WAITING,
    LineState.OFFERED: Step.WAITING,
    LineState.ACCEPTED: Step.HELD,
    LineState.OPEN: Step.HELD,
}


def progress(state: LineState, counts: Counts) -> Step:
    """The furthest step that any unit has reached; confirmed only once none is on its way."""
    if counts.fulfilled:
        return Step.PARTLY if counts.free or counts.reserved else Step.CONFIRMED
    if counts.handed:
        return Step.HANDED_OVER
    if counts.reserved:
        return Step.MATCHED
    return _BEFORE_MATCHING.get(state, Step.ENDED)


def shown_name(name: str, shown_as: ShownAs) -> str | None:
    """A donor's name as the public may read it, or None for an anonymous donor."""
    if shown_as is ShownAs.ANONYMOUS:
        return None
    if shown_as is ShownAs.INITIALS:
        return "".join(f"{word[0].upper()}." for word in name.split() if word[0].isalpha())
    return name


_TAX_WEIGHTS = (31, 29, 23, 19, 17, 13, 7, 5, 3)
_ORGANISATION_DIGITS = 10
_PERSON_DIGITS = 12
_BRANCH_DIGITS = 13


def tax_code_doubt(tax_code: str) -> str | None:
    """Why a tax code looks mistyped, as a warning code, or None. It never refuses.

    Ten digits with a check digit, with `-` and three digits for a branch; since 07/2025 a
    person's twelve-digit citizen number too (Circular 86/2024/TT-BTC).
    """
    digits = tax_code.replace("-", "").replace(" ", "")
    if not (digits.isascii() and digits.isdigit()):
        return "tax-code-not-digits"
    if len(digits) == _PERSON_DIGITS:
        return None
    if len(digits) not in {_ORGANISATION_DIGITS, _BRANCH_DIGITS}:
        return "tax-code-wrong-length"
    pairs = zip(_TAX_WEIGHTS, digits[: len(_TAX_WEIGHTS)], strict=True)
    remainder = sum(weight * int(digit) for weight, digit in pairs) % 11
    return None if 10 - remainder == int(digits[9]) else "tax-code-check-digit"


class Risk(StrEnum):
    """What staff look at before they take goods of a kind."""

    FOOD_EXPIRY = "food-expiry"
    WHEELCHAIR_CHECK = "wheelchair-check"
    USED_GOODS = "used-goods"
    LARGE_VALUE = "large-value"
    CASH_BY_BANK = "cash-by-bank"


_FOOD_KINDS = frozenset({"qua_tet", "nhu_yeu_pham", "sieu_thi_0d"})
_NO_GOODS = frozenset({"hoc_bong", "do_dau", "so_tiet_kiem", "the_bhyt", "vien_phi", "phau_thuat"})
FOOD_KEEPS = timedelta(days=30)
LARGE_VALUE = 100_000_000
# Non-cash proof is asked for from this sum on (DOMAIN.md, 3; VAT and CIT rules of 2025).
BANK_PROOF_FROM = 5_000_000


def risks_of(line: LineDraft) -> tuple[Risk, ...]:
    """What to look at before a line is accepted (DOMAIN.md, 7b)."""
    total, in_kind = line.units * line.unit_value, line.given_as is GivenAs.KIND
    asked = {
        Risk.FOOD_EXPIRY: in_kind and line.kind_code in _FOOD_KINDS,
        Risk.WHEELCHAIR_CHECK: in_kind and line.kind_code == "xe_lan",
        Risk.USED_GOODS: in_kind and line.kind_code not in _FOOD_KINDS | _NO_GOODS,
        Risk.LARGE_VALUE: total >= LARGE_VALUE,
        Risk.CASH_BY_BANK: not in_kind and total >= BANK_PROOF_FROM,
    }
    return tuple(risk for risk, applies in asked.items() if applies)
