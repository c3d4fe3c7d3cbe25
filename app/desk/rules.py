"""Which queues each role answers for. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from app.accounts.rules import Role


class Queue(StrEnum):
    """One kind of work that waits for a person."""

    STANDINGS_TO_VERIFY = "standings-to-verify"
    STANDINGS_TO_APPROVE = "standings-to-approve"
    MERGES_TO_DECIDE = "merges-to-decide"
    NEEDS_TO_VERIFY = "needs-to-verify"
    NEEDS_TO_APPROVE = "needs-to-approve"
    NEEDS_RETURNED = "needs-returned"
    OFFERS_TO_VET = "offers-to-vet"
    PROPOSALS_TO_DECIDE = "proposals-to-decide"
    ALLOCATIONS_TO_INVITE = "allocations-to-invite"
    HANDOVERS_TO_CONFIRM = "handovers-to-confirm"
    DAYS_TO_COME = "days-to-come"
    IMPORTS_TO_COMMIT = "imports-to-commit"
    CALLS_TO_MAKE = "calls-to-make"
    NOTICES_TO_MIND = "notices-to-mind"
    CAMPAIGNS_TO_AGREE = "campaigns-to-agree"
    CAMPAIGNS_FOR_PROVINCE = "campaigns-for-province"
    CAMPAIGNS_DECLINED = "campaigns-declined"
    POLICIES_TO_APPROVE = "policies-to-approve"
    ACCOUNTS_TO_AGREE = "accounts-to-agree"
    CHANNELS_PAUSED = "channels-paused"
    JOBS_FAILED = "jobs-failed"
    WARD_JOBS_FAILED = "ward-jobs-failed"
    GIFTS_TO_BRING = "gifts-to-bring"


_OFFICER = (
    Queue.STANDINGS_TO_VERIFY,
    Queue.NEEDS_TO_VERIFY,
    Queue.NEEDS_RETURNED,
    Queue.CAMPAIGNS_DECLINED,
    Queue.OFFERS_TO_VET,
    Queue.ALLOCATIONS_TO_INVITE,
    Queue.DAYS_TO_COME,
    Queue.IMPORTS_TO_COMMIT,
    Queue.NOTICES_TO_MIND,
    Queue.CHANNELS_PAUSED,
    Queue.WARD_JOBS_FAILED,
)
_APPROVER = (
    Queue.STANDINGS_TO_APPROVE,
    Queue.MERGES_TO_DECIDE,
    Queue.NEEDS_TO_APPROVE,
    Queue.OFFERS_TO_VET,
    Queue.PROPOSALS_TO_DECIDE,
    Queue.HANDOVERS_TO_CONFIRM,
    Queue.CAMPAIGNS_TO_AGREE,
    Queue.POLICIES_TO_APPROVE,
    Queue.ACCOUNTS_TO_AGREE,
    Queue.CHANNELS_PAUSED,
)
# What goes on by itself is no news of the morning, nor what anybody of any ward may settle.
NOT_IN_DIGESTS = frozenset({Queue.DAYS_TO_COME, Queue.POLICIES_TO_APPROVE})
_DONOR = (Queue.GIFTS_TO_BRING,)
QUEUES: Mapping[Role, tuple[Queue, ...]] = {
    Role.WARD_OFFICER: _OFFICER,
    Role.WARD_APPROVER: _APPROVER,
    Role.GROUP_LEADER: (Queue.CALLS_TO_MAKE,),
    Role.PROVINCE_OFFICER: (
        Queue.OFFERS_TO_VET,
        Queue.CAMPAIGNS_FOR_PROVINCE,
        Queue.POLICIES_TO_APPROVE,
        Queue.ACCOUNTS_TO_AGREE,
    ),
    Role.VOLUNTEER: (Queue.DAYS_TO_COME,),
    Role.EVENT_LEAD: (Queue.DAYS_TO_COME,),
    Role.DONOR: _DONOR,
    Role.DONOR_ADMIN: _DONOR,
    Role.SYSTEM_ADMIN: (Queue.JOBS_FAILED, Queue.CHANNELS_PAUSED),
}


@dataclass(frozen=True, slots=True)
class Waiting:
    """How many wait in a queue, and since when the oldest does."""

    queue: Queue
    count: int
    oldest: datetime


def for_digest(of_each_role: Iterable[list[Waiting]]) -> list[Waiting]:
    """What waits in any of a person's roles, each queue once, what waited longest first."""
    most: dict[Queue, Waiting] = {}
    for one in (w for waiting in of_each_role for w in waiting):
        known = most.get(one.queue)
        if one.queue not in NOT_IN_DIGESTS and (known is None or one.count > known.count):
            most[one.queue] = one
    return in_order(list(most.values()))


def in_order(waiting: list[Waiting]) -> list[Waiting]:
    """What has waited longest stands first; empty queues are left out."""
    return sorted((w for w in waiting if w.count), key=lambda w: (w.oldest, w.queue))
