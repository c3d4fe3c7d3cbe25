"""Deciding on proposals. Accepting is the commit point: until then nothing is reserved."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial

from sqlalchemy import insert, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.accounts.rules import Actor
from app.audit.actions import Subject, record
from app.catalogue.rules import fits
from app.households import queries as households
from app.infra.jobs import JobName, enqueue
from app.infra.transaction import rows_changed
from app.kernel.clock import local_day
from app.kernel.errors import Conflict, DomainError
from app.kernel.ids import new_code, new_id
from app.matching.actions.telling import tell_donor
from app.matching.models import Allocation, ProgrammeShare, Proposal
from app.matching.queries import deciding
from app.matching.rules.decisions import (
    Candidate,
    is_in_sample,
    refusal_for,
    repeat_since,
    wholes,
)
from app.matching.rules.states import ProposalState
from app.needs import actions as needs
from app.pledges import actions as pledges

MOST_AT_ONCE = 500
MOST_REASON = 500
# What a constraint of the database refuses although the checks before it passed: a race.
RACES = {
    "uq_allocation_line_need": "already-allocated",
    "pk_programme_share": "given-in-programme",
    "ck_allocation_four_eyes": "approver-prepared-it",
}


@dataclass(frozen=True, slots=True)
class Refused:
    """A proposal that could not be decided as asked, and why, as an error code."""

    proposal_id: int
    code: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a bulk decision: never all or nothing."""

    done: list[int] = field(default_factory=list)
    allocation_ids: list[str] = field(default_factory=list)
    refused: list[Refused] = field(default_factory=list)


def accept_proposals(
    session: Session,
    actor: Actor,
    proposal_ids: Sequence[int],
    *,
    reason: str | None = None,
    now: datetime,
) -> Outcome:
    """Make allocations of what can still be given; the rest comes back with its reason.

    Locks are taken in the order line, household, need, ids ascending, for the whole bulk, so
    that two approvers wait for each other instead of killing one another. At most
    MOST_AT_ONCE ids (DomainError "too-many-at-once").
    """
    wanted = deciding.with_their_whole(session, actor, _distinct(proposal_ids))
    deciding.lock_pairs(session, deciding.pairs_of(session, actor, wanted))
    candidates = {
        c.proposal_id: c for c in deciding.candidates(session, actor, wanted, local_day(now))
    }
    outcome = Outcome()
    outcome.refused.extend(Refused(i, "proposal-gone") for i in wanted if i not in candidates)
    for whole in wholes(candidates.values()):
        parts = [_Acceptance(session, actor, candidate, reason, now) for candidate in whole]
        code = _try(session, partial(_carry_out, parts))
        ids = [candidate.proposal_id for candidate in whole]
        if code is None:
            outcome.done.extend(ids)
            outcome.allocation_ids.extend(part.allocation_id for part in parts)
        else:
            outcome.refused.extend(Refused(proposal_id, code) for proposal_id in ids)
            _remember_refusal(session, ids, code)
    accepted = [candidates[proposal_id] for proposal_id in outcome.done]
    # Meant for one ward, a line was offered to nobody else; else others may have been overtaken.
    for line_id in sorted({c.line_id for c in accepted if len(c.line.wards) != 1}):
        enqueue(session, JobName.WITHDRAW_OVERTAKEN, line_id, wards="*")
    return outcome


def _carry_out(parts: Sequence["_Acceptance"]) -> None:
    """Accept all parts or none: a project's first part covers its need, all must pay for it."""
    first = parts[0].candidate
    paid = sum(part.candidate.units * part.candidate.line.unit_value for part in parts)
    if first.project_cost is not None and paid < first.project_cost:
        raise Conflict("project-not-complete", proposal_id=first.proposal_id)
    for part in parts:
        part.carry_out(covers=first.project_cost is None or part is parts[0])


def _remember_refusal(session: Session, proposal_ids: Sequence[int], code: str) -> None:
    """Keep the reason with the proposal, so that the list shows it where it belongs."""
    undecided = Proposal.state == ProposalState.PROPOSED.value
    session.execute(
        update(Proposal).where(Proposal.id.in_(proposal_ids), undecided).values(last_refusal=code)
    )


def _try(session: Session, work: Callable[[], None]) -> str | None:
    """Do `work` in a savepoint; the code of its refusal, or None if it stands."""
    try:
        with session.begin_nested():
            work()
    except DomainError as refused:
        return refused.code
    except IntegrityError as broken:
        name = getattr(getattr(broken.orig, "diag", None), "constraint_name", None)
        if name not in RACES:
            raise
        return RACES[name]
    return None


class _Acceptance:
    """One proposal becoming one allocation, step by step in the order of the locks."""

    def __init__(
        self,
        session: Session,
        actor: Actor,
        candidate: Candidate,
        reason: str | None,
        now: datetime,
    ) -> None:
        self.session, self.actor, self.candidate = session, actor, candidate
        self.reason, self.now = reason, now
        self.allocation_id = new_id()

    def carry_out(self, *, covers: bool) -> None:
        """Raises Conflict with the reason for which it cannot be given.

        covers: False for a further part of a project, which is one unit however many pay for it.
        """
        self._check()
        self._mark_accepted()
        candidate, cause = self.candidate, {"cause": "allocation", "cause_id": self.allocation_id}
        pledges.reserve(self.session, candidate.line_id, candidate.units, **cause)
        if covers:
            whole = candidate.project_cost is not None
            needs.cover(self.session, candidate.need_id, 1 if whole else candidate.units)
        self._allocate(is_first=covers)
        tell_donor(self.session, candidate, self.allocation_id)
        self._record()

    def _check(self) -> None:
        candidate, today = self.candidate, local_day(self.now)

        def spec_fits(given: Mapping[str, object], asked: Mapping[str, object]) -> bool:
            return fits(candidate.fit, given, asked)

        refusal = refusal_for(candidate, self.actor.account_id, today, spec_fits)
        since = repeat_since(today, candidate.repeat_after_days)
        if refusal is None and deciding.given_before(self.session, candidate, since):
            refusal = "given-recently"
        if households.is_own_household(self.session, self.actor, candidate.household_id):
            refusal = "own-household"
        if refusal is not None:
            raise Conflict(refusal, proposal_id=candidate.proposal_id)

    def _mark_accepted(self) -> None:
        statement = (
            update(Proposal)
            .where(
                Proposal.id == self.candidate.proposal_id,
                Proposal.state == ProposalState.PROPOSED.value,
            )
            .values(
                state=ProposalState.ACCEPTED.value,
                decided_by=self.actor.account_id,
                decided_at=self.now,
                decision_reason=self.reason,
            )
        )
        if rows_changed(self.session, statement) != 1:
            raise Conflict("proposal-decided-already", proposal_id=self.candidate.proposal_id)

    def _allocate(self, *, is_first: bool) -> None:
        candidate = self.candidate
        values = {
            "id": self.allocation_id,
            "code": new_code("PB"),
            "ward_code": candidate.ward_code,
            "proposal_id": candidate.proposal_id,
            "need_id": candidate.need_id,
            "household_id": candidate.household_id,
            "pledge_line_id": candidate.line_id,
            "programme_id": candidate.need.programme_id,
            "units": candidate.units,
            "prepared_by": candidate.prepared_by,
            "approved_by": self.actor.account_id,
            "approved_at": self.now,
            "override_reason": candidate.override_reason,
        }
        self.session.execute(insert(Allocation).values(values))
        if candidate.once_in_programme and is_first:
            share = {
                "household_id": candidate.household_id,
                "programme_id": candidate.need.programme_id,
                "kind_code": candidate.need.kind_code,
                "allocation_id": self.allocation_id,
            }
            self.session.execute(insert(ProgrammeShare).values(share))

    def _record(self) -> None:
        candidate = self.candidate
        subject = Subject("proposal", str(candidate.proposal_id), candidate.ward_code)
        changes = {
            "allocation": self.allocation_id,
            "need": candidate.need_id,
            "line": candidate.line_id,
            "units": candidate.units,
            "override": candidate.override_reason,
        }
        record(
            self.session,
            self.actor,
            "accept-proposal",
            subject,
            reason=self.reason,
            changes=changes,
        )


def decline_proposals(
    session: Session, actor: Actor, proposal_ids: Sequence[int], *, reason: str, now: datetime
) -> Outcome:
    """Decline what is still undecided, with one reason for all. Nothing was reserved."""
    if not reason.strip():
        raise DomainError("reason-needed")
    wanted = deciding.with_their_whole(session, actor, _distinct(proposal_ids))
    statement = (
        update(Proposal)
        .where(Proposal.id.in_(wanted), Proposal.state == ProposalState.PROPOSED.value)
        .where(deciding.in_wards_of(actor))
        .values(
            state=ProposalState.DECLINED.value,
            decided_by=actor.account_id,
            decided_at=now,
            decision_reason=reason.strip()[:MOST_REASON],
        )
        .returning(Proposal.id, Proposal.ward_code)
    )
    declined = {row.id: row.ward_code for row in session.execute(statement)}
    for proposal_id, ward_code in sorted(declined.items()):
        subject = Subject("proposal", str(proposal_id), ward_code)
        record(session, actor, "decline-proposal", subject, reason=reason)
    refused = [Refused(i, "proposal-decided-already") for i in wanted if i not in declined]
    return Outcome(done=sorted(declined), refused=refused)


def open_proposals(
    session: Session, actor: Actor, proposal_ids: Sequence[int], *, alone: bool, now: datetime
) -> int:
    """Stamp that the approver has these on the screen; returns how many were stamped.

    alone: shown on their own page. In a list, the sampled ones stay unopened.
    """
    shown = deciding.with_their_whole(session, actor, proposal_ids)
    chosen = [
        row.id
        for row in deciding.unopened(session, actor, shown)
        if alone or not is_in_sample(row.run_id, row.id)
    ]
    if not chosen:
        return 0
    statement = (
        update(Proposal)
        .where(Proposal.id.in_(chosen), Proposal.opened_at.is_(None))
        .values(opened_at=now, opened_by=actor.account_id)
    )
    return rows_changed(session, statement)


def _distinct(proposal_ids: Sequence[int]) -> list[int]:
    wanted = sorted(set(proposal_ids))
    if len(wanted) > MOST_AT_ONCE:
        raise DomainError("too-many-at-once", most=MOST_AT_ONCE)
    return wanted
