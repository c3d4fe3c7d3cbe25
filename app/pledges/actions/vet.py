"""Deciding on what is offered: accepted lines open for matching, declined ones end."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import update
from sqlalchemy.orm import Session

from app.accounts.rules import Actor
from app.audit.actions import Subject, record
from app.infra.jobs import JobName, enqueue
from app.infra.transaction import rows_changed
from app.kernel.errors import Conflict, DomainError
from app.pledges import queries
from app.pledges.actions.told import tell_accepted
from app.pledges.models import Pledge, PledgeLine
from app.pledges.rules import DeclineReason, LineState


@dataclass(frozen=True, slots=True)
class Decision:
    """The lines of one pledge that staff decide on, at the version they read."""

    pledge_id: str
    line_ids: tuple[str, ...]
    version: int


def accept_lines(session: Session, actor: Actor, decision: Decision, *, now: datetime) -> None:
    """Accept offered lines and open them; owes one notice to the donor, wakes matching.

    Raises Conflict("changed-meanwhile") if the donor changed the pledge since it was read,
    Conflict("line-not-offered") if a line was decided or withdrawn meanwhile.
    """
    pledge = _claim(session, actor, decision)
    _turn(session, decision.line_ids, (LineState.OFFERED, LineState.ACCEPTED), _by(actor, now))
    _turn(session, decision.line_ids, (LineState.ACCEPTED, LineState.OPEN), {})
    subject = Subject("pledge", pledge.id, pledge.ward_code)
    record(session, actor, "accept-pledge", subject, changes={"lines": list(decision.line_ids)})
    tell_accepted(session, pledge, decision.line_ids)
    place(session, pledge)


def decline_lines(
    session: Session, actor: Actor, decision: Decision, reason: DeclineReason, *, now: datetime
) -> None:
    """Decline offered lines with a reason that the donor reads. Raises as accept_lines()."""
    pledge = _claim(session, actor, decision)
    values = _by(actor, now) | {"reason": reason.value}
    _turn(session, decision.line_ids, (LineState.OFFERED, LineState.DECLINED), values)
    subject = Subject("pledge", pledge.id, pledge.ward_code)
    facts = {"lines": list(decision.line_ids)}
    record(session, actor, "decline-pledge", subject, reason=reason.value, changes=facts)


def place(session: Session, pledge: Pledge) -> None:
    """Ask matching to propose needs for the pledge's open lines as they stand now."""
    wards = ",".join(sorted({pledge.ward_code, *pledge.wards}))
    key = f"place:{pledge.id}:{pledge.version}"
    enqueue(session, JobName.PLACE_PLEDGE, pledge.id, wards=wards, dedupe_key=key)


def _claim(session: Session, actor: Actor, decision: Decision) -> Pledge:
    if not decision.line_ids:
        raise DomainError("no-line-chosen")
    pledge = queries.pledge_in_scope(session, actor, decision.pledge_id)
    return next_version(session, pledge, decision.version)


def next_version(session: Session, pledge: Pledge, version: int) -> Pledge:
    """Move the pledge on from the version that was read. Raises Conflict("changed-meanwhile")."""
    statement = (
        update(Pledge)
        .where(Pledge.id == pledge.id, Pledge.version == version)
        .values(version=Pledge.version + 1)
        .execution_options(synchronize_session=False)
    )
    if rows_changed(session, statement) != 1:
        raise Conflict("changed-meanwhile")
    session.refresh(pledge)
    return pledge


def _by(actor: Actor, now: datetime) -> dict[str, object]:
    return {"decided_by": actor.account_id, "decided_at": now}


def _turn(
    session: Session,
    line_ids: Sequence[str],
    step: tuple[LineState, LineState],
    values: dict[str, object],
) -> None:
    """Take all these lines one step on, or none of them."""
    before, after = step
    statement = (
        update(PledgeLine)
        .where(PledgeLine.id.in_(line_ids), PledgeLine.state == before.value)
        .values(state=after.value, **values)
    )
    if rows_changed(session, statement) != len(set(line_ids)):
        raise Conflict("line-not-offered")
