"""What a receipt may say: its states, the condition of goods, its number, its refusals."""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

MAX_NOTE = 300


class ReceiptState(StrEnum):
    """announced -> received -> inspected -> stocked|refused; the desk mostly stocks at once."""

    ANNOUNCED = "announced"
    RECEIVED = "received"
    INSPECTED = "inspected"
    STOCKED = "stocked"
    REFUSED = "refused"


class Condition(StrEnum):
    """What the inspection found; money is `money-seen` in the fund's account or till."""

    NEW = "new"
    USED_GOOD = "used-good"
    MONEY_SEEN = "money-seen"


@dataclass(frozen=True, slots=True)
class PledgedLine:
    """What stock is told of the line that units come in for; copied onto the receipt."""

    line_id: str
    pledge_id: str
    pledge_code: str
    ward_code: str
    donor_id: str
    donor_name: str
    donor_tax_code: str | None
    kind_code: str
    given_as: str
    unit_value: int


@dataclass(frozen=True, slots=True)
class ReceiptDraft:
    """Units that came in, as the desk writes them down.

    expires_on: for food and the like. announced_id: the announced receipt that this fulfils.
    """

    units: int
    received_on: date
    condition: Condition
    expires_on: date | None = None
    note: str | None = None
    announced_id: str | None = None


FOOD_KINDS = frozenset({"qua_tet", "nhu_yeu_pham", "sieu_thi_0d"})
FOOD_KEEPS = timedelta(days=30)
OLDEST_ENTRY = timedelta(days=366)


def refusal_of(line: PledgedLine, draft: ReceiptDraft, today: date) -> str | None:
    """Why units may not be taken in, as an error code, or None (DOMAIN.md, 7b)."""
    if draft.received_on > today:
        return "received-in-future"
    if today - draft.received_on > OLDEST_ENTRY:
        return "received-too-long-ago"
    if (draft.condition is Condition.MONEY_SEEN) != (line.given_as == "cash"):
        return "condition-not-for-this"
    if line.given_as == "cash":
        return None
    return _refusal_of_goods(line.kind_code, draft)


def _refusal_of_goods(kind_code: str, draft: ReceiptDraft) -> str | None:
    is_food = kind_code in FOOD_KINDS
    if is_food and draft.condition is not Condition.NEW:
        return "food-must-be-new"
    if draft.expires_on is None:
        return "food-needs-expiry" if kind_code == "nhu_yeu_pham" else None
    if is_food and draft.expires_on - draft.received_on < FOOD_KEEPS:
        return "food-expires-soon"
    return "goods-expired" if draft.expires_on < draft.received_on else None


def receipt_number(year: int, n: int) -> str:
    """The n-th receipt of a ward's year, such as `PN-2026-000123`."""
    return f"PN-{year}-{n:06d}"
