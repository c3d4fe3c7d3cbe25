"""What people do to a proposal before it is decided: take it up, make it smaller, turn it.

Nobody overrides alone: whoever changed a proposal has prepared it, so another one approves.
"""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import insert, update
from sqlalchemy.orm import Session

from app.accounts.rules import Actor
from app.audit.actions import Subject, record
from app.catalogue.rules import fits
from app.infra.transaction import rows_changed
from app.kernel.clock import local_day
from app.kernel.errors import Conflict, DomainError
from app.matching.models import Proposal
from app.matching.queries import deciding
from app.matching.queries.proposals import ProposalRow, proposal_for
from app.matching.rules.decisions import ChangeDraft
from app.matching.rules.pairs import broken_rules
from app.matching.rules.shares import PAID_TOGETHER
from app.matching.rules.states import ProposalState, RunState

MOST_REASON = 500


def put_forward(
    session: Session, actor: Actor, proposal_ids: Sequence[int], *, now: datetime
) -> int:
    """Take up undecided proposals as prepared by the actor; returns how many.

    So that an approver who asked for the run may still decide on them.
    """
    wanted = deciding.with_their_whole(session, actor, proposal_ids)
    statement = (
        update(Proposal)
        .where(Proposal.id.in_(wanted), Proposal.state == ProposalState.PROPOSED.value)
        .where(Proposal.put_forward_by.is_(None), deciding.in_wards_of(actor))
        .values(put_forward_by=actor.account_id)
        .returning(Proposal.id, Proposal.ward_code)
    )
    taken = session.execute(statement).all()
    for row in sorted(taken):
        subject = Subject("proposal", str(row.id), row.ward_code)
        record(session, actor, "put-proposal-forward", subject, changes={"at": now.isoformat()})
    return len(taken)


def change_proposal(
    session: Session, actor: Actor, proposal_id: int, draft: ChangeDraft, *, now: datetime
) -> int:
    """Override one undecided proposal; returns the id of the proposal that stands now.

    Raises NotFound, DomainError for what cannot be, Conflict where somebody decided before.
    """
    if not draft.reason.strip():
        raise DomainError("reason-needed")
    found = proposal_for(session, actor, proposal_id)
    if found.state == ProposalState.SUPERSEDED or found.run_state != RunState.READY:
        raise Conflict("run-no-longer-current")
    if found.state != ProposalState.PROPOSED:
        raise Conflict("proposal-decided-already", proposal_id=found.id)
    if found.reason.get("code") == PAID_TOGETHER:
        raise DomainError("project-is-one")
    if draft.need_code is None or draft.need_code == found.need_code:
        _make_smaller(session, actor, found, draft)
        return proposal_id
    return _turn(session, actor, found, draft, now=now)


def _make_smaller(session: Session, actor: Actor, found: ProposalRow, draft: ChangeDraft) -> None:
    if found.units == 1:
        raise DomainError("one-unit-only")
    if not 1 <= draft.units < found.units:
        raise DomainError("fewer-units-only", units=found.units)
    statement = (
        update(Proposal)
        .where(Proposal.id == found.id, Proposal.state == ProposalState.PROPOSED.value)
        .where(Proposal.units == found.units)
        .values(
            units=draft.units,
            put_forward_by=actor.account_id,
            override_reason=draft.reason.strip()[:MOST_REASON],
        )
    )
    if rows_changed(session, statement) != 1:
        raise Conflict("proposal-decided-already", proposal_id=found.id)
    changes: dict[str, object] = {"units": [found.units, draft.units]}
    _record(session, actor, found, draft, changes)


def _turn(
    session: Session, actor: Actor, found: ProposalRow, draft: ChangeDraft, *, now: datetime
) -> int:
    """Decline the proposal and put another need in its place."""
    other = deciding.other_need(
        session, actor, draft.need_code or "", found.ward_code, local_day(now)
    )
    line = deciding.terms_of_line(session, found.line_id)
    if other is None or other.state != "approved":
        raise DomainError("other-need-unknown")
    if broken_rules(line.terms, other.terms, lambda a, b: fits(line.fit, a, b)):
        raise DomainError("pledge-no-longer-fits")
    if not 1 <= draft.units <= min(other.left, line.free):
        raise DomainError("too-many-units", most=min(other.left, line.free))
    _decline_for(session, actor, found, draft, now=now)
    values = {
        "run_id": found.run_id,
        "ward_code": found.ward_code,
        "need_id": other.id,
        "pledge_line_id": found.line_id,
        "units": draft.units,
        "rank": found.rank,
        "reason": {"code": "chosen-by-people", "facts": {"instead_of": found.need_code}},
        "put_forward_by": actor.account_id,
        "override_reason": draft.reason.strip()[:MOST_REASON],
    }
    if deciding.is_proposed(session, found.run_id, other.id, found.line_id):
        raise Conflict("already-proposed", need_code=other.code)
    new_id = session.scalar(insert(Proposal).values(values).returning(Proposal.id))
    _record(session, actor, found, draft, {"need": [found.need_id, other.id], "became": new_id})
    return int(new_id or 0)


def _decline_for(
    session: Session, actor: Actor, found: ProposalRow, draft: ChangeDraft, *, now: datetime
) -> None:
    statement = (
        update(Proposal)
        .where(Proposal.id == found.id, Proposal.state == ProposalState.PROPOSED.value)
        .values(
            state=ProposalState.DECLINED.value,
            decided_by=actor.account_id,
            decided_at=now,
            decision_reason=draft.reason.strip()[:MOST_REASON],
        )
    )
    if rows_changed(session, statement) != 1:
        raise Conflict("proposal-decided-already", proposal_id=found.id)


def _record(
    session: Session,
    actor: Actor,
    found: ProposalRow,
    draft: ChangeDraft,
    changes: dict[str, object],
) -> None:
    subject = Subject("proposal", str(found.id), found.ward_code)
    record(session, actor, "override-proposal", subject, reason=draft.reason, changes=changes)
