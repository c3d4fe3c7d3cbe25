"""What becomes of an allocation: handed over, confirmed, or released again."""

from datetime import datetime

from sqlalchemy import ColumnElement, case, delete, update
from sqlalchemy.orm import Session

from app.accounts.rules import Actor
from app.audit.actions import Subject, record
from app.infra.transaction import rows_changed
from app.kernel.errors import Conflict, DomainError
from app.matching.models import Allocation, ProgrammeShare
from app.matching.queries.allocations import AllocationRow, allocation_for, parts_of
from app.matching.rules.states import OPEN_ALLOCATION, RELEASABLE, AllocationState
from app.needs import actions as needs
from app.pledges import actions as pledges

MOST_REASON = 500


def release_allocation(
    session: Session, actor: Actor, allocation_id: str, *, reason: str, now: datetime
) -> AllocationRow:
    """Take back an allocation of which nothing was handed over; units and need are free again.

    A project is paid for completely or not at all, so all its parts go together.
    Raises NotFound; Conflict("allocation-cannot-be-released") once something was handed over.
    """
    if not reason.strip():
        raise DomainError("reason-needed")
    found = allocation_for(session, actor, allocation_id)
    parts = parts_of(session, actor, found)
    for part in parts:
        _release(session, actor, part, reason=reason.strip()[:MOST_REASON], now=now)
    needs.uncover(session, found.need_id, 1 if found.is_part else found.units)
    return found


def _release(
    session: Session, actor: Actor, found: AllocationRow, *, reason: str, now: datetime
) -> None:
    if found.state not in RELEASABLE:
        raise Conflict("allocation-cannot-be-released", allocation_id=found.id)
    pledges.release(session, found.line_id, found.units, cause="allocation", cause_id=found.id)
    statement = (
        update(Allocation)
        .where(Allocation.id == found.id, Allocation.state.in_(RELEASABLE), Allocation.handed == 0)
        .values(state=AllocationState.RELEASED.value, released_reason=reason, released_at=now)
    )
    if rows_changed(session, statement) != 1:
        raise Conflict("allocation-cannot-be-released", allocation_id=found.id)
    session.execute(delete(ProgrammeShare).where(ProgrammeShare.allocation_id == found.id))
    subject = Subject("allocation", found.id, found.ward_code)
    changes = {"units": found.units, "need": found.need_code, "line": found.line_id}
    record(session, actor, "release-allocation", subject, reason=reason, changes=changes)


def book_handover(session: Session, allocation_id: str, units: int) -> None:
    """Count `units` (> 0) as handed over.

    Only the allocation's own count: the caller books line, need and stock with its own cause.
    Raises Conflict("more-than-allocated") if fewer are left or the allocation is not open.
    """
    handed = Allocation.handed + units
    guards = (Allocation.state.in_(OPEN_ALLOCATION), handed <= Allocation.units)
    _recount(session, allocation_id, guards, handed, "more-than-allocated")


def unbook_handover(session: Session, allocation_id: str, units: int) -> None:
    """Take `units` (> 0) off the handed-over count, of those nobody has confirmed.

    Raises Conflict("units-not-handed-over").
    """
    live = (AllocationState.PART_HANDED, AllocationState.HANDED, AllocationState.DISPUTED)
    handed = Allocation.handed - units
    guards = (Allocation.state.in_(live), handed >= Allocation.confirmed)
    _recount(session, allocation_id, guards, handed, "units-not-handed-over")


def confirm(session: Session, allocation_id: str, units: int) -> None:
    """Count `units` (> 0) as confirmed; all of them make the allocation confirmed.

    Raises Conflict("units-not-handed-over") if fewer wait for a confirmation.
    """
    live = (AllocationState.PART_HANDED, AllocationState.HANDED)
    confirmed = Allocation.confirmed + units
    state = case((confirmed == Allocation.units, "confirmed"), else_=Allocation.state)
    statement = (
        update(Allocation)
        .where(
            Allocation.id == allocation_id,
            Allocation.state.in_(live),
            confirmed <= Allocation.handed,
        )
        .values(confirmed=confirmed, state=state)
    )
    if units <= 0 or rows_changed(session, statement) != 1:
        raise Conflict("units-not-handed-over", allocation_id=allocation_id)


def _recount(
    session: Session,
    allocation_id: str,
    guards: tuple[ColumnElement[bool], ...],
    handed: ColumnElement[int],
    refusal: str,
) -> None:
    """Set the handed-over count and the state that follows from it."""
    state = case(
        (handed == Allocation.units, AllocationState.HANDED.value),
        (handed > 0, AllocationState.PART_HANDED.value),
        else_=AllocationState.APPROVED.value,
    )
    statement = (
        update(Allocation)
        .where(Allocation.id == allocation_id, *guards)
        .values(handed=handed, state=state)
    )
    if rows_changed(session, statement) != 1:
        raise Conflict(refusal, allocation_id=allocation_id)
