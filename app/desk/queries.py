"""Counting what waits for a person: all queues of a role in one statement."""

from collections.abc import Callable
from datetime import datetime
from typing import Any, TypeAlias

from sqlalchemy import Select, exists, func, literal, select, union_all
from sqlalchemy.orm import Session

from app.accounts.rules import Actor, Role
from app.desk.rules import QUEUES, Queue, Waiting, in_order
from app.handovers.models import Appointment, HandoverDay
from app.households.models import HouseholdImport, Standing
from app.infra.models import Job
from app.matching.models import Allocation, MatchRun, Proposal
from app.needs.models import Need
from app.notices.models import Notice
from app.notices.queries import needs_a_person
from app.pledges.models import Pledge, PledgeLine

AnySelect: TypeAlias = Select[*tuple[Any, ...]]
Count = Callable[[Actor, datetime], AnySelect]


def _count(queue: Queue, since: Any) -> AnySelect:  # noqa: ANN401 - a timestamp column.
    return select(literal(queue.value).label("queue"), func.count().label("count"), func.min(since))


def _standings(queue: Queue, state: str) -> Count:
    def count(actor: Actor, _: datetime) -> AnySelect:
        """Not what this person registered or verified: that waits for somebody else."""
        return _count(queue, Standing.created_at).where(
            Standing.ward_code.in_(actor.ward_codes),
            Standing.state == state,
            (Standing.created_by != actor.account_id) | Standing.light,
        )

    return count


def _needs(queue: Queue, state: str) -> Count:
    def count(actor: Actor, _: datetime) -> AnySelect:
        return _count(queue, Need.created_at).where(
            Need.ward_code.in_(actor.ward_codes),
            Need.state == state,
            (Need.created_by != actor.account_id) | Need.light,
        )

    return count


def _needs_returned(actor: Actor, _: datetime) -> AnySelect:
    return _count(Queue.NEEDS_RETURNED, Need.created_at).where(
        Need.created_by == actor.account_id,
        Need.state == "draft",
        Need.returned_reason.is_not(None),
    )


def _offers(actor: Actor, _: datetime) -> AnySelect:
    return (
        _count(Queue.OFFERS_TO_VET, Pledge.created_at)
        .select_from(PledgeLine)
        .join(Pledge, Pledge.id == PledgeLine.pledge_id)
        .where(Pledge.ward_code.in_(actor.ward_codes), PledgeLine.state == "offered")
    )


def _proposals(actor: Actor, _: datetime) -> AnySelect:
    """All that a run proposed; its time is the approver's to spend, so the run's start counts."""
    return (
        _count(Queue.PROPOSALS_TO_DECIDE, MatchRun.created_at)
        .select_from(Proposal)
        .join(MatchRun, MatchRun.id == Proposal.run_id)
        .where(Proposal.ward_code.in_(actor.ward_codes), Proposal.state == "proposed")
    )


def _to_invite(actor: Actor, _: datetime) -> AnySelect:
    invited = exists().where(
        Appointment.allocation_id == Allocation.id, Appointment.state.in_(("invited", "changed"))
    )
    return _count(Queue.ALLOCATIONS_TO_INVITE, Allocation.approved_at).where(
        Allocation.ward_code.in_(actor.ward_codes),
        Allocation.state.in_(("approved", "ready", "part-handed")),
        ~invited,
    )


def _to_confirm(actor: Actor, _: datetime) -> AnySelect:
    return _count(Queue.HANDOVERS_TO_CONFIRM, Allocation.approved_at).where(
        Allocation.ward_code.in_(actor.ward_codes), Allocation.state == "handed"
    )


def _days(actor: Actor, now: datetime) -> AnySelect:
    return _count(Queue.DAYS_TO_COME, HandoverDay.starts_at).where(
        HandoverDay.ward_code.in_(actor.ward_codes),
        HandoverDay.state.in_(("planned", "open")),
        HandoverDay.ends_at > now,
    )


def _imports(actor: Actor, _: datetime) -> AnySelect:
    return _count(Queue.IMPORTS_TO_COMMIT, HouseholdImport.created_at).where(
        HouseholdImport.ward_code.in_(actor.ward_codes), HouseholdImport.state == "checked"
    )


def _notices(actor: Actor, _: datetime) -> AnySelect:
    return _count(Queue.NOTICES_TO_MIND, Notice.created_at).where(
        Notice.ward_code.in_(actor.ward_codes), needs_a_person()
    )


def _jobs(_actor: Actor, _: datetime) -> AnySelect:
    return _count(Queue.JOBS_FAILED, Job.created_at).where(Job.state == "dead")


COUNTS: dict[Queue, Count] = {
    Queue.STANDINGS_TO_VERIFY: _standings(Queue.STANDINGS_TO_VERIFY, "submitted"),
    Queue.STANDINGS_TO_APPROVE: _standings(Queue.STANDINGS_TO_APPROVE, "verified"),
    Queue.NEEDS_TO_VERIFY: _needs(Queue.NEEDS_TO_VERIFY, "submitted"),
    Queue.NEEDS_TO_APPROVE: _needs(Queue.NEEDS_TO_APPROVE, "verified"),
    Queue.NEEDS_RETURNED: _needs_returned,
    Queue.OFFERS_TO_VET: _offers,
    Queue.PROPOSALS_TO_DECIDE: _proposals,
    Queue.ALLOCATIONS_TO_INVITE: _to_invite,
    Queue.HANDOVERS_TO_CONFIRM: _to_confirm,
    Queue.DAYS_TO_COME: _days,
    Queue.IMPORTS_TO_COMMIT: _imports,
    Queue.NOTICES_TO_MIND: _notices,
    Queue.JOBS_FAILED: _jobs,
}


def waiting_for(session: Session, actor: Actor, *, now: datetime) -> list[Waiting]:
    """What waits for this person, oldest first; one statement whatever the role."""
    queues = QUEUES.get(Role(actor.role), ())
    if not queues:
        return []
    counts = [COUNTS[queue](actor, now) for queue in queues]
    rows = session.execute(union_all(*counts))
    return in_order([Waiting(Queue(queue), count, oldest) for queue, count, oldest in rows])
