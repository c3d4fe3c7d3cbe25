"""The promise ledger: each count of a line moves by one guarded UPDATE and one movement row.

A repeat with the same cause, cause_id and step changes nothing, so a caller may try again.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import cast

from sqlalchemy import ColumnElement, Table, bindparam, case, func, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app.infra.prepared import Prepared
from app.infra.transaction import rows_changed, written_as_of
from app.kernel.errors import Conflict, DomainError
from app.pledges.models import PledgeLine, PromiseMovement
from app.pledges.rules import LineState


@dataclass(frozen=True, slots=True)
class Cause:
    """What a movement comes from, such as an allocation's acceptance; unique with its step."""

    kind: str
    id: str
    step: str


@dataclass(frozen=True, slots=True)
class Move:
    """`units` (> 0) of a line, from one account of the promise to another."""

    line_id: str
    units: int
    from_account: str
    to_account: str
    cause: Cause


def reserve(session: Session, line_id: str, units: int, *, cause: str, cause_id: str) -> None:
    """Hold `units` (> 0) of an open line for one need.

    Raises Conflict("pledge-no-longer-available") if the line is closed or has fewer free.
    """
    move = Move(line_id, units, "free", "reserved", Cause(cause, cause_id, "reserve"))
    if book(session, move):
        guards = (PledgeLine.state == LineState.OPEN.value, PledgeLine.free >= units)
        values = {"free": PledgeLine.free - units, "reserved": PledgeLine.reserved + units}
        change(session, line_id, guards, values, "pledge-no-longer-available")


def release(session: Session, line_id: str, units: int, *, cause: str, cause_id: str) -> None:
    """Give `units` that were reserved, and not handed over, back to the free ones.

    Raises Conflict("units-not-reserved").
    """
    move = Move(line_id, units, "reserved", "free", Cause(cause, cause_id, "release"))
    if book(session, move):
        left = PledgeLine.reserved + PledgeLine.fulfilled - units
        guards = (PledgeLine.reserved >= units, left >= PledgeLine.handed)
        values = {"free": PledgeLine.free + units, "reserved": PledgeLine.reserved - units}
        change(session, line_id, guards, values, "units-not-reserved")


def book_receipt(session: Session, line_id: str, units: int) -> None:
    """Count `units` of an open line as in. The receipt itself is the row that is never changed.

    Raises Conflict("more-than-pledged") if the line is not open or fewer are still to come.
    """
    _positive(units)
    awaited = PledgeLine.units - PledgeLine.withdrawn - PledgeLine.received
    guards = (PledgeLine.state == LineState.OPEN.value, awaited >= units)
    values = {"received": PledgeLine.received + units}
    change(session, line_id, guards, values, "more-than-pledged")


def book_handover(session: Session, line_id: str, units: int, *, cause: str, cause_id: str) -> None:
    """Count `units` as handed over: reserved before, and in.

    Raises Conflict("units-not-in-stock") if fewer are reserved or have been received.
    """
    move = Move(line_id, units, "reserved", "handed", Cause(cause, cause_id, "hand-over"))
    if book(session, move):
        handed = PledgeLine.handed + units
        guards = (
            handed <= PledgeLine.received,
            handed <= PledgeLine.reserved + PledgeLine.fulfilled,
        )
        change(session, line_id, guards, {"handed": handed}, "units-not-in-stock")


def unbook_handover(
    session: Session, line_id: str, units: int, *, cause: str, cause_id: str
) -> None:
    """Reverse a handover of `units` that nobody has confirmed.

    Raises Conflict("units-not-handed-over").
    """
    move = Move(line_id, units, "handed", "reserved", Cause(cause, cause_id, "take-back"))
    if book(session, move):
        left = PledgeLine.handed - units
        change(
            session,
            line_id,
            (left >= PledgeLine.fulfilled,),
            {"handed": left},
            "units-not-handed-over",
        )


def fulfil(session: Session, line_id: str, units: int, *, cause: str, cause_id: str) -> None:
    """Count `units` that were handed over as confirmed; closes a line that has no more to give.

    Raises Conflict("units-not-handed-over").
    """
    move = Move(line_id, units, "handed", "fulfilled", Cause(cause, cause_id, "fulfil"))
    if book(session, move):
        fulfilled, reserved = PledgeLine.fulfilled + units, PledgeLine.reserved - units
        guards = (fulfilled <= PledgeLine.handed, reserved >= 0)
        is_over = (reserved == 0) & (PledgeLine.free == 0)
        values: dict[str, object] = {
            "fulfilled": fulfilled,
            "reserved": reserved,
            "state": case((is_over, LineState.CLOSED.value), else_=PledgeLine.state),
        }
        change(session, line_id, guards, values, "units-not-handed-over")


def book(session: Session, move: Move) -> bool:
    """Write a movement; False if this very step was written before, so nothing is left to do."""
    _positive(move.units)
    values: dict[str, object] = {
        "line_id": move.line_id,
        "from_account": move.from_account,
        "to_account": move.to_account,
        "units": move.units,
        "cause": move.cause.kind,
        "cause_id": move.cause.id,
        "step": move.cause.step,
        "at": written_as_of(),
    }
    return _BOOKED.change(session, values) == 1


_MOVES = cast("Table", PromiseMovement.__table__)
_MOVED = {
    name: bindparam(name, type_=_MOVES.c[name].type)
    for name in ("line_id", "from_account", "to_account", "units", "cause", "cause_id", "step")
}
_AT = func.coalesce(bindparam("at", type_=_MOVES.c.at.type), func.now())
_BOOKED = Prepared(
    insert(_MOVES)
    .values({**_MOVED, "at": _AT})
    .on_conflict_do_nothing(index_elements=["cause", "cause_id", "step"])
)


def change(
    session: Session,
    line_id: str,
    guards: tuple[ColumnElement[bool], ...],
    values: Mapping[str, object],
    refusal: str,
) -> None:
    """Change one line where every guard holds. Raises Conflict(`refusal`) where one does not."""
    statement = update(PledgeLine).where(PledgeLine.id == line_id, *guards).values(dict(values))
    if rows_changed(session, statement) != 1:
        raise Conflict(refusal, line_id=line_id)


def _positive(units: int) -> None:
    if units <= 0:
        raise DomainError("units-out-of-range")
