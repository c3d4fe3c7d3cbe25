"""Writes of campaigns: taking lists in, beginning, pausing and stopping, owing reminders."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime

from sqlalchemy import func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app.accounts.rules import Actor
from app.audit.actions import Subject, record
from app.campaigns import queries
from app.campaigns.lists import CardRow, CardSheet
from app.campaigns.models import Campaign, CardList, InsuranceCard, Reminder
from app.campaigns.queries import Due, Plan
from app.campaigns.rules import TRANSITIONS, CampaignDraft, CampaignState, ListKind
from app.infra.crypto import cipher
from app.infra.jobs import JobName, enqueue
from app.infra.transaction import rows_changed
from app.kernel.errors import Conflict
from app.kernel.vietnamese import fold
from app.notices import actions as notices
from app.notices.rules import NoticeDraft
from app.places.actions import canonical_group
from app.places.queries import groups_of, ward

CHUNK = 500
MOST_NAME, MOST_REFUSED = 120, 1000


@dataclass(frozen=True, slots=True)
class ListFile:
    """A file that came in, and whose list it is."""

    ward_code: str
    kind: ListKind
    name: str
    body: bytes


def take_list(
    session: Session, actor: Actor, file: ListFile, sheet: CardSheet, *, now: datetime
) -> int:
    """Enter a list's good rows: cards are added or corrected, renewals give known cards a new day.

    Returns how many rows were taken. Raises Conflict("list-taken-already") for the same file.
    """
    kind, ward_code = file.kind, file.ward_code
    rows = list(sheet.rows.values())
    if kind is ListKind.RENEWALS:
        taken = sum(_renew(session, ward_code, row, now) for row in rows)
    else:
        taken = _enter(session, ward_code, rows)
    values = {
        "ward_code": ward_code,
        "kind": kind.value,
        "name": file.name[:MOST_NAME],
        "digest": hashlib.sha256(file.body).digest(),
        "taken": taken,
        "unknown": len(sheet.rows) - taken,
        "refused": sheet.refused[:MOST_REFUSED],
        "created_by": str(actor.account_id),
        "created_at": now,
    }
    statement = insert(CardList).values(**values).on_conflict_do_nothing()
    list_id = session.scalar(statement.returning(CardList.id))
    if list_id is None:
        raise Conflict("list-taken-already")
    facts = {"kind": kind.value, "taken": taken, "refused": len(sheet.refused)}
    subject = Subject("card-list", str(list_id), ward_code)
    record(session, actor, "take-card-list", subject, changes=facts)
    return taken


def _enter(session: Session, ward_code: str, rows: Sequence[CardRow]) -> int:
    """Add or correct cards; returns how many. A list without groups leaves those that are known."""
    groups = _groups_meant(session, ward_code, rows)
    for start in range(0, len(rows), CHUNK):
        chunk = rows[start : start + CHUNK]
        statement = insert(InsuranceCard).values([_stored(ward_code, row, groups) for row in chunk])
        fresh = {
            "holder": statement.excluded.holder,
            "expires_on": statement.excluded.expires_on,
            "group_id": func.coalesce(statement.excluded.group_id, InsuranceCard.group_id),
        }
        session.execute(
            statement.on_conflict_do_update(index_elements=["ward_code", "number"], set_=fresh)
        )
    return len(rows)


def _renew(session: Session, ward_code: str, row: CardRow, now: datetime) -> bool:
    """Give a known card its new day; a renewal never makes a card, nor shortens one."""
    number = cipher().index(row.card, "insurance-card")
    one = (InsuranceCard.ward_code == ward_code, InsuranceCard.number == number)
    later = update(InsuranceCard).where(*one, InsuranceCard.expires_on < row.expires_on)
    values = {"expires_on": row.expires_on, "renewed_at": now}
    return rows_changed(session, later.values(values)) == 1


def _groups_meant(session: Session, ward_code: str, rows: Sequence[CardRow]) -> dict[str, str]:
    """The ward's groups by the words of the list; it opens none, as its typing errors would."""
    known = {fold(group.name): group.id for group in groups_of(session, ward_code)}
    names = {row.group: fold(canonical_group(row.group)[1]) for row in rows if row.group}
    return {words: known[name] for words, name in names.items() if name in known}


def _stored(ward_code: str, row: CardRow, groups: Mapping[str, str]) -> dict[str, object]:
    number = cipher().index(row.card, "insurance-card")
    kept = {k: v for k, v in asdict(row).items() if k not in {"expires_on", "group"}}
    place = f"insurance_card.holder:{ward_code}:{number.hex()}"
    holder = cipher().encrypt(json.dumps(kept, ensure_ascii=False), place)
    return {
        "ward_code": ward_code,
        "number": number,
        "holder": holder,
        "expires_on": row.expires_on,
        "group_id": groups.get(row.group),
    }


def draft_campaign(
    session: Session, actor: Actor, ward_code: str, draft: CampaignDraft, *, today: date
) -> int:
    """Prepare a campaign; it reminds nobody yet. Raises Conflict("campaign-open") for a second."""
    values = {
        "ward_code": ward_code,
        "kind": draft.kind.key,
        "steps": list(draft.kind.steps),
        "hotline": draft.hotline,
        "population": draft.population,
        "covered": draft.covered,
        "valid_before": queries.count_cards(session, ward_code, valid_on=today),
        "created_by": str(actor.account_id),
    }
    statement = insert(Campaign).values(**values).on_conflict_do_nothing()
    campaign_id: int | None = session.scalar(statement.returning(Campaign.id))
    if campaign_id is None:
        raise Conflict("campaign-open")
    record(session, actor, "draft-campaign", Subject("campaign", str(campaign_id), ward_code))
    return campaign_id


def start_campaign(
    session: Session, actor: Actor, campaign_id: int, *, now: datetime, today: date
) -> None:
    """Let a campaign remind, from now on each day; those held by a pause go on.

    Raises NotFound; Conflict("campaign-changed-meanwhile").
    """
    plan = queries.campaign_for(session, actor, campaign_id, today=today)
    values: dict[str, object] = {}
    if plan.state is CampaignState.DRAFT:
        valid = queries.count_cards(session, plan.ward_code, valid_on=today)
        values = {"started_at": now, "valid_before": valid}
    _turn(session, actor, plan, CampaignState.RUNNING, **values)
    notices.release_some(session, plan.kind.cause, queries.causes_of(session, plan.id), now=now)
    ask_for_reminders(session, plan.id, plan.ward_code, now.isoformat())


def pause_campaign(session: Session, actor: Actor, campaign_id: int, *, today: date) -> None:
    """Hold a campaign and what it has not sent. Raises NotFound; Conflict as above."""
    plan = queries.campaign_for(session, actor, campaign_id, today=today)
    _turn(session, actor, plan, CampaignState.PAUSED)
    notices.hold_some(session, plan.kind.cause, queries.causes_of(session, plan.id))


def stop_campaign(session: Session, actor: Actor, campaign_id: int, *, today: date) -> None:
    """End a campaign for good; what it has not sent is not sent. Raises as above."""
    plan = queries.campaign_for(session, actor, campaign_id, today=today)
    _turn(session, actor, plan, CampaignState.STOPPED)
    notices.drop_some(
        session, plan.kind.cause, queries.causes_of(session, plan.id), "campaign-stopped"
    )


def _turn(
    session: Session, actor: Actor, plan: Plan, after: CampaignState, **values: object
) -> None:
    before = [s.value for s in CampaignState if after in TRANSITIONS[s]]
    one = update(Campaign).where(Campaign.id == plan.id, Campaign.state.in_(before))
    if rows_changed(session, one.values(state=after.value, **values)) != 1:
        raise Conflict("campaign-changed-meanwhile")
    subject = Subject("campaign", str(plan.id), plan.ward_code)
    record(session, actor, f"{after.value}-campaign", subject)


def ask_for_reminders(session: Session, campaign_id: int, ward_code: str, when: str) -> None:
    """Ask a worker for what is due; once for each `when`, a day or the moment of a click."""
    key = f"campaign:{campaign_id}:{when}"
    enqueue(session, JobName.REMIND, str(campaign_id), wards=ward_code, dedupe_key=key)


def remind(session: Session, plan: Plan, *, today: date) -> int:
    """Owe up to CHUNK reminders that are due; returns how many, 0 when all are owed.

    The campaign's row is locked, so that a pause waits for these and two workers share none.
    """
    state = session.scalar(select(Campaign.state).where(Campaign.id == plan.id).with_for_update())
    if state != CampaignState.RUNNING.value:
        return 0
    name = ward(session, plan.ward_code).name
    due = queries.due_now(session, plan, today=today, limit=CHUNK)
    for one in due:
        notice_id = notices.owe(session, _draft(plan, one, name))
        if notice_id is not None:
            facts = {"card_id": one.card_id, "expires_on": one.expires_on, "step": one.step}
            session.add(Reminder(campaign_id=plan.id, notice_id=notice_id, **facts))
    session.flush()
    return len(due)


def _draft(plan: Plan, one: Due, ward_name: str) -> NoticeDraft:
    return NoticeDraft(
        template=plan.kind.template,
        cause=plan.kind.cause,
        cause_id=f"{one.card_id}:{one.expires_on.isoformat()}:{one.step}",
        recipient_kind="holder",
        recipient_id=str(one.card_id),
        ward_code=plan.ward_code,
        language="vi",
        phone=one.phone or None,
        group_id=one.group_id,
        parameters={"on": one.expires_on, "ward": ward_name, "phone": plan.hotline},
        personal={"name": one.name},
    )
