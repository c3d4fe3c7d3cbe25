"""A need's counts: what is promised to it and what has reached it, guarded in one statement.

The public card follows in the same transaction, so that the board never offers what is covered.
"""

from sqlalchemy import case, select, update
from sqlalchemy.orm import Session

from app.infra.transaction import rows_changed
from app.kernel.errors import Conflict
from app.needs.models import Need, NeedCard
from app.needs.rules import NeedState


def cover(session: Session, need_id: str, units: int) -> None:
    """Promise `units` (> 0) to an open need. Raises Conflict if it is closed or has no such gap."""
    statement = (
        update(Need)
        .where(
            Need.id == need_id,
            Need.state == NeedState.APPROVED,
            Need.covered + units <= Need.units,
        )
        .values(covered=Need.covered + units, version=Need.version + 1)
    )
    if rows_changed(session, statement) != 1:
        raise Conflict("need-no-longer-open")
    _follow(session, need_id)


def uncover(session: Session, need_id: str, units: int) -> None:
    """Take back a promise that was released; what has been handed over stays."""
    statement = (
        update(Need)
        .where(Need.id == need_id, Need.covered - units >= Need.handed)
        .values(covered=Need.covered - units, version=Need.version + 1)
    )
    if rows_changed(session, statement) != 1:
        raise Conflict("need-already-handed")
    _follow(session, need_id)


def book_handover(session: Session, need_id: str, units: int) -> None:
    """Count units as handed over. Raises Conflict beyond what is promised."""
    statement = (
        update(Need)
        .where(Need.id == need_id, Need.handed + units <= Need.covered)
        .values(handed=Need.handed + units)
    )
    if rows_changed(session, statement) != 1:
        raise Conflict("need-handed-beyond-covered")


def unbook_handover(session: Session, need_id: str, units: int) -> None:
    """Take units back that were returned; a need that had been met is open again."""
    reopened = case(
        (Need.state == NeedState.CLOSED.value, NeedState.APPROVED.value), else_=Need.state
    )
    statement = (
        update(Need)
        .where(Need.id == need_id, Need.handed >= units)
        .values(handed=Need.handed - units, state=reopened)
    )
    if rows_changed(session, statement) != 1:
        raise Conflict("need-handed-beyond-covered")
    _follow(session, need_id)


def close_if_met(session: Session, need_id: str) -> bool:
    """Close a need all of whose units were handed over; returns whether it is closed now."""
    statement = (
        update(Need)
        .where(Need.id == need_id, Need.state == NeedState.APPROVED, Need.handed == Need.units)
        .values(state=NeedState.CLOSED.value, version=Need.version + 1)
    )
    closed = rows_changed(session, statement) == 1
    if closed:
        _follow(session, need_id)
    return closed


def _follow(session: Session, need_id: str) -> None:
    """Bring the card in step with its need, if it has one."""
    need = session.execute(
        select(Need.covered, Need.units, Need.state).where(Need.id == need_id)
    ).one()
    session.execute(
        update(NeedCard)
        .where(NeedCard.need_id == need_id)
        .values(
            covered=need.covered,
            is_open=need.state == NeedState.APPROVED and need.covered < need.units,
        )
    )
