"""Changing and taking back what is still free of a pledge."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import case, func, select, update
from sqlalchemy.orm import Session

from app.accounts.rules import Actor
from app.audit.actions import Subject, record
from app.kernel.clock import local_day
from app.kernel.errors import DomainError
from app.kernel.ids import new_id
from app.pledges import queries
from app.pledges.actions.promise import Cause, Move, book, change
from app.pledges.actions.vet import next_version, place
from app.pledges.models import Pledge, PledgeLine
from app.pledges.rules import (
    MAX_UNITS,
    MAX_VALUE,
    WITHDRAWABLE,
    LineState,
    WithdrawReason,
    refusal_of_window,
)

BATCH = 500
_LIVE = tuple(state.value for state in WITHDRAWABLE)


@dataclass(frozen=True, slots=True)
class ChangeDraft:
    """New units by line id (lines not named stay) and a new window, at the version read."""

    units: Mapping[str, int]
    available_from: date
    available_to: date
    version: int


@dataclass(frozen=True, slots=True)
class WithdrawDraft:
    """Free units of one line that the donor takes back, and why."""

    line_id: str
    units: int
    reason: WithdrawReason


def change_pledge(
    session: Session, actor: Actor, pledge_id: str, draft: ChangeDraft, *, now: datetime
) -> None:
    """Change units and window of a pledge.

    Units never go below what is reserved, confirmed, withdrawn or in stock, and grow only
    while staff have not decided. Raises Conflict("changed-meanwhile"), Conflict
    ("units-below-promised"), DomainError for the window.
    """
    pledge = queries.pledge_to_change(session, actor, pledge_id)
    refusal = refusal_of_window(draft.available_from, draft.available_to, local_day(now))
    if refusal is not None:
        raise DomainError(refusal)
    next_version(session, pledge, draft.version)
    for line in queries.lines_of(session, pledge_id):
        wanted = draft.units.get(line.id, line.units)
        if wanted != line.units:
            _resize(session, line, wanted, pledge.version)
    pledge.available_from, pledge.available_to = draft.available_from, draft.available_to
    session.flush()
    subject = Subject("pledge", pledge.id, pledge.ward_code)
    facts = {"units": dict(draft.units), "window": [draft.available_from, draft.available_to]}
    record(session, actor, "change-pledge", subject, changes=facts)
    place(session, pledge)


def _resize(session: Session, line: PledgeLine, wanted: int, version: int) -> None:
    """Set a line's units; what they were is certain, since the pledge's version is ours."""
    if not 1 <= wanted <= MAX_UNITS:
        raise DomainError("units-out-of-range")
    if wanted * line.unit_value >= MAX_VALUE:
        raise DomainError("value-too-large")
    grows = wanted > line.units
    ends = ("pledged", "free") if grows else ("free", "pledged")
    cause = Cause("change", f"{line.id}:{version}", "change")
    book(session, Move(line.id, abs(wanted - line.units), *ends, cause))
    taken = PledgeLine.reserved + PledgeLine.fulfilled + PledgeLine.withdrawn
    states = (LineState.OFFERED.value,) if grows else _LIVE
    guards = (
        PledgeLine.units == line.units,
        PledgeLine.state.in_(states),
        taken <= wanted,
        PledgeLine.received + PledgeLine.withdrawn <= wanted,
    )
    refusal = "units-only-grow-before-accepted" if grows else "units-below-promised"
    change(session, line.id, guards, {"units": wanted, "free": wanted - taken}, refusal)


def withdraw(
    session: Session, actor: Actor, pledge_id: str, draft: WithdrawDraft, *, now: datetime
) -> None:
    """Take free units of a line back, with a reason; what is matched or in stock stays.

    Raises Conflict("not-that-many-free").
    """
    pledge = queries.pledge_to_change(session, actor, pledge_id)
    if not 1 <= draft.units <= MAX_UNITS:
        raise DomainError("units-out-of-range")
    session.execute(update(Pledge).where(Pledge.id == pledge.id).values(version=Pledge.version + 1))
    _take_back(session, draft.line_id, pledge_id, draft.units, LineState.WITHDRAWN)
    cause = Cause("withdrawal", new_id(), "withdraw")
    book(session, Move(draft.line_id, draft.units, "free", "withdrawn", cause))
    subject = Subject("pledge", pledge.id, pledge.ward_code)
    facts = {"line": draft.line_id, "units": draft.units, "at": now.isoformat()}
    record(session, actor, "withdraw-pledge", subject, reason=draft.reason.value, changes=facts)


def _take_back(
    session: Session, line_id: str, pledge_id: str, units: int, ended: LineState
) -> None:
    """Move free units out of one line; it ends when nothing is left of it."""
    guards = (
        PledgeLine.pledge_id == pledge_id,
        PledgeLine.state.in_(_LIVE),
        PledgeLine.free >= units,
        PledgeLine.units - PledgeLine.withdrawn - PledgeLine.received >= units,
    )
    nothing_left = (PledgeLine.free == units) & (PledgeLine.reserved == 0)
    state = case(
        (nothing_left & (PledgeLine.fulfilled > 0), LineState.CLOSED.value),
        (nothing_left, ended.value),
        else_=PledgeLine.state,
    )
    values = {
        "free": PledgeLine.free - units,
        "withdrawn": PledgeLine.withdrawn + units,
        "state": state,
    }
    change(session, line_id, guards, values, "not-that-many-free")


def expire_lines(session: Session, *, today: date) -> int:
    """Free the donors of what nobody asked for in time; returns how many lines it touched.

    At most 500 lines a call. Units in stock stay free to give. Run by the daily sweep.
    """
    awaited = PledgeLine.units - PledgeLine.withdrawn - PledgeLine.received
    statement = (
        select(PledgeLine.id, PledgeLine.pledge_id, func.least(PledgeLine.free, awaited))
        .join(Pledge, Pledge.id == PledgeLine.pledge_id)
        .where(
            Pledge.available_to < today,
            PledgeLine.state.in_(_LIVE),
            PledgeLine.free > 0,
            awaited > 0,
        )
        .order_by(PledgeLine.id)
        .limit(BATCH)
        .with_for_update(of=PledgeLine, skip_locked=True)
    )
    expired = session.execute(statement).all()
    for line_id, pledge_id, units in expired:
        _take_back(session, line_id, pledge_id, units, LineState.EXPIRED)
        cause = Cause("expiry", f"{line_id}:{today.isoformat()}", "expire")
        book(session, Move(line_id, units, "free", "withdrawn", cause))
    return len(expired)
