"""Reading campaigns: the ward's lists, a campaign's plan, who is reminded next."""

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import cast

from sqlalchemy import ColumnElement, exists, func, select, tuple_
from sqlalchemy.orm import Session

from app.accounts.rules import Actor
from app.campaigns.models import (
    Campaign,
    CampaignAgreement,
    CardList,
    InsuranceCard,
    Reminder,
)
from app.campaigns.rules import (
    KINDS,
    LARGEST_ALONE,
    AgreementState,
    CampaignKind,
    CampaignState,
    Coverage,
    ListKind,
    needs_agreement,
    step_due,
)
from app.infra.crypto import cipher
from app.kernel.errors import NotFound

CAUSE_ID = func.concat(Reminder.card_id, ":", Reminder.expires_on, ":", Reminder.step)
# Of the campaign of the statement around them: the people on its list; for how many of them a
# second person has agreed; and whether it may remind, in the words of rules.needs_agreement.
PEOPLE = (
    select(func.count())
    .where(InsuranceCard.ward_code == Campaign.ward_code)
    .correlate(Campaign)
    .scalar_subquery()
)
AGREED = (
    select(func.coalesce(func.max(CampaignAgreement.people), 0))
    .where(CampaignAgreement.campaign_id == Campaign.id)
    .where(CampaignAgreement.state == AgreementState.AGREED.value)
    .correlate(Campaign)
    .scalar_subquery()
)
MAY_REMIND = func.greatest(LARGEST_ALONE, AGREED) >= PEOPLE


@dataclass(frozen=True, slots=True)
class Plan:
    """A campaign as its pages and its worker need it.

    people: on its list; agreed: for how many a second person has agreed, 0 if none has.
    """

    id: int
    kind: CampaignKind
    ward_code: str
    state: CampaignState
    steps: tuple[int, ...]
    hotline: str
    coverage: Coverage
    people: int
    agreed: int
    drafted_by: str
    created_at: datetime
    started_at: datetime | None

    @property
    def needs_agreement(self) -> bool:
        """Whether nobody more is reminded until a second person agrees."""
        return needs_agreement(self.people, self.agreed)


@dataclass(frozen=True, slots=True)
class Due:
    """A card whose holder is to be reminded; its holder's name and phone, in plain."""

    card_id: int
    expires_on: date
    step: int
    name: str
    phone: str
    group_id: str | None


@dataclass(frozen=True, slots=True)
class TakenList:
    """A list that came in."""

    kind: ListKind
    name: str
    taken: int
    unknown: int
    refused: Sequence[Sequence[object]]
    created_at: datetime


def lists_of(session: Session, ward_code: str) -> list[TakenList]:
    """The ward's lists, the newest first."""
    rows = session.scalars(
        select(CardList).where(CardList.ward_code == ward_code).order_by(CardList.id.desc())
    )
    return [
        TakenList(ListKind(r.kind), r.name, r.taken, r.unknown, r.refused, r.created_at)
        for r in rows
    ]


def is_taken(session: Session, ward_code: str, kind: ListKind, digest: bytes) -> bool:
    """Whether the ward has taken in a file of this content as a list of this kind."""
    same = (CardList.ward_code == ward_code, CardList.kind == kind.value)
    return session.scalar(select(exists().where(*same, CardList.digest == digest))) or False


def count_cards(session: Session, ward_code: str, *, valid_on: date | None = None) -> int:
    """The cards on the ward's lists; only those valid on a day, if it is given."""
    counted = select(func.count()).where(InsuranceCard.ward_code == ward_code)
    if valid_on is not None:
        counted = counted.where(InsuranceCard.expires_on >= valid_on)
    return session.scalar(counted) or 0


def campaigns_of(session: Session, ward_code: str, *, today: date) -> list[Plan]:
    """The ward's campaigns, the newest first."""
    rows = session.scalars(
        select(Campaign).where(Campaign.ward_code == ward_code).order_by(Campaign.id.desc())
    )
    return [_plan(session, row, today) for row in rows]


def campaign_for(session: Session, actor: Actor, campaign_id: int, *, today: date) -> Plan:
    """One campaign of the actor's ward. Raises NotFound for any other."""
    row = session.get(Campaign, campaign_id)
    if row is None or row.ward_code not in actor.ward_codes:
        raise NotFound("campaign")
    return _plan(session, row, today)


def plan_of(session: Session, campaign_id: int, *, today: date) -> Plan | None:
    """One campaign for its worker."""
    row = session.get(Campaign, campaign_id, populate_existing=True)
    return _plan(session, row, today) if row is not None else None


def running_campaigns(session: Session) -> list[tuple[int, str]]:
    """Id and ward of each running campaign."""
    rows = session.execute(
        select(Campaign.id, Campaign.ward_code).where(Campaign.state == "running")
    )
    return [(row.id, row.ward_code) for row in rows]


def due_now(session: Session, plan: Plan, *, today: date, limit: int | None = None) -> list[Due]:
    """The reminders that are due and not owed yet, by card; at most `limit`."""
    found: list[Due] = []
    for step in sorted(plan.steps):
        room = None if limit is None else limit - len(found)
        if room == 0:
            break
        found += _due_at(session, plan, step, today, room)
    return found


def _due_at(session: Session, plan: Plan, step: int, today: date, room: int | None) -> list[Due]:
    days = [
        day
        for left in range(step + 1)
        if step_due(day := date.fromordinal(today.toordinal() + left), today, plan.steps) == step
    ]
    told = exists().where(
        Reminder.card_id == InsuranceCard.id,
        Reminder.expires_on == InsuranceCard.expires_on,
        Reminder.step == step,
    )
    of_ward = (InsuranceCard.ward_code == plan.ward_code, InsuranceCard.expires_on.in_(days))
    rows = session.scalars(
        select(InsuranceCard).where(*of_ward, ~told).order_by(InsuranceCard.id).limit(room)
    )
    return [_due(card, step) for card in rows]


def _due(card: InsuranceCard, step: int) -> Due:
    holder = holder_of(card)
    name, phone = str(holder["name"]), str(holder["phone"])
    return Due(card.id, card.expires_on, step, name, phone, card.group_id)


def holder_of(card: InsuranceCard) -> dict[str, object]:
    """The holder's name, phone, birth year and card number in plain."""
    place = f"insurance_card.holder:{card.ward_code}:{card.number.hex()}"
    return cast("dict[str, object]", json.loads(cipher().decrypt(card.holder, place)))


def expiry_of(session: Session, card_id: int) -> date | None:
    """When a card runs out as the lists have it now; None if there is no such card."""
    return session.scalar(select(InsuranceCard.expires_on).where(InsuranceCard.id == card_id))


def state_of_reminder(session: Session, cause_id: str) -> CampaignState | None:
    """The state of the campaign that owed the reminder `card:expiry:step`."""
    card_id, expires_on, step = cause_id.split(":")
    one = (Reminder.card_id == int(card_id), Reminder.step == int(step))
    statement = select(Campaign.state).join(Reminder, Reminder.campaign_id == Campaign.id)
    found = session.scalar(
        statement.where(*one, Reminder.expires_on == date.fromisoformat(expires_on))
    )
    return CampaignState(found) if found else None


def paused_causes(session: Session, cause_ids: Collection[str]) -> set[str]:
    """Those of the causes `card:expiry:step` whose campaign pauses.

    The campaign is locked against a start, so that what the caller holds is seen by it.
    """
    paused = Campaign.state == CampaignState.PAUSED.value
    statement = select(CAUSE_ID).join(Campaign, Reminder.campaign_id == Campaign.id)
    asked = statement.where(paused, _is_one_of(cause_ids)).with_for_update(read=True, of=Campaign)
    return set(session.scalars(asked))


def _is_one_of(cause_ids: Collection[str]) -> ColumnElement[bool]:
    keys = [
        (int(card_id), date.fromisoformat(expires_on), int(step))
        for card_id, expires_on, step in (cause.split(":") for cause in cause_ids)
    ]
    return tuple_(Reminder.card_id, Reminder.expires_on, Reminder.step).in_(keys)


def causes_of(session: Session, campaign_id: int) -> list[str]:
    """The causes of the notices that a campaign owed: `card:expiry:step`."""
    return list(session.scalars(select(CAUSE_ID).where(Reminder.campaign_id == campaign_id)))


def _plan(session: Session, row: Campaign, today: date) -> Plan:
    valid_now = count_cards(session, row.ward_code, valid_on=today)
    begun = row.state != CampaignState.DRAFT.value
    after = row.covered + valid_now - row.valid_before if begun else row.covered
    counts = select(PEOPLE, AGREED).select_from(Campaign).where(Campaign.id == row.id)
    people, agreed = session.execute(counts).one()
    return Plan(
        id=row.id,
        kind=KINDS[row.kind],
        ward_code=row.ward_code,
        state=CampaignState(row.state),
        steps=tuple(row.steps),
        hotline=row.hotline,
        coverage=Coverage(row.population, row.covered, after),
        people=people,
        agreed=agreed,
        drafted_by=row.created_by,
        created_at=row.created_at,
        started_at=row.started_at,
    )
