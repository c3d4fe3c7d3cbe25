"""Counting what waits for a person: all queues of a role in one statement."""

from collections.abc import Iterable
from datetime import datetime
from functools import cache
from typing import Any, TypeAlias

from sqlalchemy import (
    ARRAY,
    DateTime,
    Select,
    String,
    bindparam,
    exists,
    func,
    literal,
    or_,
    select,
    union_all,
)
from sqlalchemy.orm import Session, aliased

from app.accounts.models import AccountProposal
from app.accounts.queries import places_of_proposals
from app.accounts.rules import Actor, Role
from app.campaigns.models import Campaign, CampaignAgreement
from app.campaigns.queries import nobody_left_to_agree
from app.desk.rules import QUEUES, Queue, Waiting, for_digest, in_order
from app.handovers.models import Appointment, HandoverDay
from app.households.models import HouseholdImport, HouseholdMerge, Standing
from app.infra.columns import among
from app.infra.models import Job
from app.infra.prepared import Prepared
from app.matching.models import Allocation, MatchRun, Policy, Proposal
from app.matching.queries.proposals import is_first_part
from app.needs.models import Need
from app.notices.models import ChannelTrouble, Notice, WardPause
from app.notices.queries import needs_a_person, to_be_told
from app.pledges.models import Pledge, PledgeLine

AnySelect: TypeAlias = Select[*tuple[Any, ...]]

# Who asks and when, filled in at each call, so that a role's statement is built only once.
WARDS = bindparam("wards", type_=ARRAY(String()))
GROUPS = bindparam("groups", type_=ARRAY(String()))
PROVINCE = bindparam("province", type_=String())
ME = bindparam("me", type_=String())
DONOR = bindparam("donor", type_=String())
NOW = bindparam("now", type_=DateTime(timezone=True))


def _count(queue: Queue, since: Any) -> AnySelect:  # noqa: ANN401 - a timestamp column.
    return select(literal(queue.value).label("queue"), func.count().label("count"), func.min(since))


def _standings(queue: Queue, state: str) -> AnySelect:
    """Not what this person registered or verified: that waits for somebody else."""
    return _count(queue, Standing.created_at).where(
        among(Standing.ward_code, WARDS),
        Standing.state == state,
        (Standing.created_by != ME) | Standing.light,
    )


def _needs(queue: Queue, state: str) -> AnySelect:
    return _count(queue, Need.created_at).where(
        among(Need.ward_code, WARDS), Need.state == state, (Need.created_by != ME) | Need.light
    )


_NEEDS_RETURNED = _count(Queue.NEEDS_RETURNED, Need.created_at).where(
    Need.created_by == ME, Need.state == "draft", Need.returned_reason.is_not(None)
)
_OFFERS = (
    _count(Queue.OFFERS_TO_VET, Pledge.created_at)
    .select_from(PledgeLine)
    .join(Pledge, Pledge.id == PledgeLine.pledge_id)
    .where(among(Pledge.ward_code, WARDS), PledgeLine.state == "offered")
)
# All that a run proposed, a project once; its time is the approver's to spend, so the run's start
# counts.
_PROPOSALS = (
    _count(Queue.PROPOSALS_TO_DECIDE, MatchRun.created_at)
    .select_from(Proposal)
    .join(MatchRun, MatchRun.id == Proposal.run_id)
    .where(among(Proposal.ward_code, WARDS), Proposal.state == "proposed")
    .where(MatchRun.state == "ready", is_first_part())
)
_INVITED = exists().where(
    Appointment.allocation_id == Allocation.id, Appointment.state.in_(("invited", "changed"))
)
_TO_INVITE = _count(Queue.ALLOCATIONS_TO_INVITE, Allocation.approved_at).where(
    among(Allocation.ward_code, WARDS),
    Allocation.state.in_(("approved", "ready", "part-handed")),
    ~_INVITED,
)
_TO_CONFIRM = _count(Queue.HANDOVERS_TO_CONFIRM, Allocation.approved_at).where(
    among(Allocation.ward_code, WARDS), Allocation.state == "handed"
)
_DAYS = _count(Queue.DAYS_TO_COME, HandoverDay.starts_at).where(
    among(HandoverDay.ward_code, WARDS),
    HandoverDay.state.in_(("planned", "open")),
    HandoverDay.ends_at > NOW,
)
_IMPORTS = _count(Queue.IMPORTS_TO_COMMIT, HouseholdImport.created_at).where(
    among(HouseholdImport.ward_code, WARDS), HouseholdImport.state == "checked"
)
_MERGES = _count(Queue.MERGES_TO_DECIDE, HouseholdMerge.prepared_at).where(
    among(HouseholdMerge.ward_code, WARDS),
    HouseholdMerge.state == "asked",
    HouseholdMerge.prepared_by != ME,
)
_NOTICES = _count(Queue.NOTICES_TO_MIND, Notice.created_at).where(
    among(Notice.ward_code, WARDS), needs_a_person()
)
_CALLS = _count(Queue.CALLS_TO_MAKE, Notice.created_at).where(
    among(Notice.ward_code, WARDS), among(Notice.group_id, GROUPS), to_be_told()
)
_PAUSES = union_all(
    select(ChannelTrouble.since).where(ChannelTrouble.needs_person),
    select(WardPause.since).where(among(WardPause.ward_code, WARDS)),
).subquery()
_CHANNELS = _count(Queue.CHANNELS_PAUSED, _PAUSES.c.since)
_WARD_JOBS = _count(Queue.WARD_JOBS_FAILED, Job.created_at).where(
    Job.state == "dead", among(Job.wards, WARDS)
)
# Matched to a household's need, and not brought or paid yet.
_TO_BRING = (
    _count(Queue.GIFTS_TO_BRING, Pledge.created_at)
    .select_from(PledgeLine)
    .join(Pledge, Pledge.id == PledgeLine.pledge_id)
    .where(
        Pledge.donor_id == DONOR, PledgeLine.reserved + PledgeLine.fulfilled > PledgeLine.received
    )
    .where(PledgeLine.state.in_(("accepted", "open")))
)
_ACCOUNTS = _count(Queue.ACCOUNTS_TO_AGREE, AccountProposal.proposed_at).where(
    AccountProposal.state == "proposed", places_of_proposals(AccountProposal, WARDS, PROVINCE)
)


def _campaigns(queue: Queue, since: Any, state: str) -> AnySelect:  # noqa: ANN401 - a timestamp column.
    return (
        _count(queue, since)
        .select_from(CampaignAgreement)
        .join(Campaign, Campaign.id == CampaignAgreement.campaign_id)
        .where(among(Campaign.ward_code, WARDS), Campaign.state != "stopped")
        .where(CampaignAgreement.state == state)
    )


# Not one that this person wrote or asked about: that waits for somebody else.
_OF_OTHERS = (CampaignAgreement.asked_by != ME, CampaignAgreement.drafted_by != ME)
_CAMPAIGNS = _campaigns(Queue.CAMPAIGNS_TO_AGREE, CampaignAgreement.asked_at, "asked").where(
    *_OF_OTHERS
)
# A province has many wards, so only those that have nobody else to agree wait for its officer.
_FOR_PROVINCE = _campaigns(Queue.CAMPAIGNS_FOR_PROVINCE, CampaignAgreement.asked_at, "asked").where(
    *_OF_OTHERS, nobody_left_to_agree(NOW)
)
# Told to who wrote it or asked, until it is asked anew or stopped.
_NEWER = aliased(CampaignAgreement)
_DECLINED = _campaigns(Queue.CAMPAIGNS_DECLINED, CampaignAgreement.decided_at, "declined").where(
    or_(CampaignAgreement.asked_by == ME, CampaignAgreement.drafted_by == ME),
    ~exists().where(
        _NEWER.campaign_id == CampaignAgreement.campaign_id, _NEWER.id > CampaignAgreement.id
    ),
)
# Not one's own, nor one that a later version has been approved instead of.
_APPROVED = aliased(Policy)
_POLICIES = _count(Queue.POLICIES_TO_APPROVE, Policy.created_at).where(
    Policy.approved_by.is_(None),
    Policy.created_by != ME,
    ~exists().where(_APPROVED.approved_by.is_not(None), _APPROVED.version > Policy.version),
)
_JOBS = _count(Queue.JOBS_FAILED, Job.created_at).where(Job.state == "dead")

COUNTS: dict[Queue, AnySelect] = {
    Queue.STANDINGS_TO_VERIFY: _standings(Queue.STANDINGS_TO_VERIFY, "submitted"),
    Queue.STANDINGS_TO_APPROVE: _standings(Queue.STANDINGS_TO_APPROVE, "verified"),
    Queue.MERGES_TO_DECIDE: _MERGES,
    Queue.NEEDS_TO_VERIFY: _needs(Queue.NEEDS_TO_VERIFY, "submitted"),
    Queue.NEEDS_TO_APPROVE: _needs(Queue.NEEDS_TO_APPROVE, "verified"),
    Queue.NEEDS_RETURNED: _NEEDS_RETURNED,
    Queue.OFFERS_TO_VET: _OFFERS,
    Queue.PROPOSALS_TO_DECIDE: _PROPOSALS,
    Queue.ALLOCATIONS_TO_INVITE: _TO_INVITE,
    Queue.HANDOVERS_TO_CONFIRM: _TO_CONFIRM,
    Queue.DAYS_TO_COME: _DAYS,
    Queue.IMPORTS_TO_COMMIT: _IMPORTS,
    Queue.CALLS_TO_MAKE: _CALLS,
    Queue.NOTICES_TO_MIND: _NOTICES,
    Queue.CAMPAIGNS_TO_AGREE: _CAMPAIGNS,
    Queue.CAMPAIGNS_FOR_PROVINCE: _FOR_PROVINCE,
    Queue.CAMPAIGNS_DECLINED: _DECLINED,
    Queue.POLICIES_TO_APPROVE: _POLICIES,
    Queue.ACCOUNTS_TO_AGREE: _ACCOUNTS,
    Queue.CHANNELS_PAUSED: _CHANNELS,
    Queue.JOBS_FAILED: _JOBS,
    Queue.WARD_JOBS_FAILED: _WARD_JOBS,
    Queue.GIFTS_TO_BRING: _TO_BRING,
}


def waiting_for(session: Session, actor: Actor, *, now: datetime) -> list[Waiting]:
    """What waits for this person, oldest first; one statement whatever the role."""
    queues = QUEUES.get(Role(actor.role), ())
    if not queues:
        return []
    places = {
        "wards": sorted(actor.ward_codes),
        "groups": sorted(actor.group_ids),
        "province": actor.province_code or "",
    }
    facts = {**places, "me": actor.account_id, "donor": actor.donor_id, "now": now}
    rows = _statement(queues).rows(session, facts)
    return in_order([Waiting(Queue(queue), count, oldest) for queue, count, oldest in rows])


def waiting_in_all(session: Session, actors: Iterable[Actor], *, now: datetime) -> list[Waiting]:
    """What only this person can move on, over all of their roles, for the morning's digest."""
    return for_digest(waiting_for(session, actor, now=now) for actor in actors)


@cache
def _statement(queues: tuple[Queue, ...]) -> Prepared:
    return Prepared(union_all(*(COUNTS[queue] for queue in queues)))
