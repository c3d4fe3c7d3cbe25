"""Beginning, pausing and stopping campaigns, and owing their reminders."""

from datetime import date, datetime

from sqlalchemy import ColumnElement, func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app.accounts.rules import Actor
from app.audit.actions import Subject, record
from app.campaigns import queries
from app.campaigns.models import Campaign, CampaignAgreement, Reminder
from app.campaigns.queries import MAY_REMIND, Due, Plan
from app.campaigns.rules import TRANSITIONS, AgreementState, CampaignDraft, CampaignState
from app.infra.jobs import JobName, enqueue
from app.infra.transaction import rows_changed
from app.kernel.errors import Conflict
from app.notices import actions as notices
from app.notices.rules import NoticeDraft
from app.places.queries import ward

CHUNK = 500


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

    Raises NotFound; Conflict("campaign-needs-agreement") for a draft that would reach more people
    than one person may; Conflict("campaign-changed-meanwhile").
    """
    plan = queries.campaign_for(session, actor, campaign_id, today=today)
    if plan.state is CampaignState.DRAFT:
        if plan.needs_agreement:
            raise Conflict("campaign-needs-agreement")
        valid = queries.count_cards(session, plan.ward_code, valid_on=today)
        begun = {"started_at": now, "valid_before": valid}
        _turn(session, actor, plan, CampaignState.RUNNING, MAY_REMIND, **begun)
    else:
        _turn(session, actor, plan, CampaignState.RUNNING)
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
    asked = (
        CampaignAgreement.campaign_id == plan.id,
        CampaignAgreement.state == AgreementState.ASKED.value,
    )
    lapsed = {"state": AgreementState.LAPSED.value, "decided_at": func.now()}
    session.execute(update(CampaignAgreement).where(*asked).values(lapsed))
    notices.drop_some(
        session, plan.kind.cause, queries.causes_of(session, plan.id), "campaign-stopped"
    )


def _turn(
    session: Session,
    actor: Actor,
    plan: Plan,
    after: CampaignState,
    *guards: ColumnElement[bool],
    **values: object,
) -> None:
    before = [s.value for s in CampaignState if after in TRANSITIONS[s]]
    one = update(Campaign).where(Campaign.id == plan.id, Campaign.state.in_(before), *guards)
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
    Whether its list has outgrown what was agreed to is asked after the list was read, so that a
    list that comes in meanwhile is counted. Then nobody is reminded until it is agreed to anew.
    """
    state = session.scalar(select(Campaign.state).where(Campaign.id == plan.id).with_for_update())
    if state != CampaignState.RUNNING.value:
        return 0
    name = ward(session, plan.ward_code).name
    due = queries.due_now(session, plan, today=today, limit=CHUNK)
    if not session.scalar(select(MAY_REMIND).where(Campaign.id == plan.id)):
        return 0
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
