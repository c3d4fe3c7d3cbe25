"""A second person's word on a campaign that reaches many: asked for, given, declined."""

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import ColumnElement, exists, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app.accounts.rules import Actor
from app.audit.actions import Subject, record
from app.campaigns import queries
from app.campaigns.actions.running import ask_for_reminders, start_campaign
from app.campaigns.models import Campaign, CampaignAgreement
from app.campaigns.queries import PEOPLE, Agreement, Plan
from app.campaigns.rules import AgreementState, CampaignState
from app.infra.transaction import rows_changed
from app.kernel.clock import local_day
from app.kernel.errors import Conflict, DomainError

_ASKED = CampaignAgreement.state == AgreementState.ASKED.value


def ask_agreement(
    session: Session, actor: Actor, campaign_id: int, *, now: datetime, today: date
) -> int:
    """Put a campaign to a second person, for as many people as its list has now; returns the id.

    Raises NotFound; Conflict("campaign-needs-no-agreement") while one person may let it run;
    Conflict("campaign-asked-already") while the same waits.
    """
    _hold(session, Campaign.id == campaign_id)
    plan = queries.campaign_for(session, actor, campaign_id, today=today)
    if plan.state is CampaignState.STOPPED or not plan.needs_agreement:
        raise Conflict("campaign-needs-no-agreement")
    return _ask(session, actor, plan, now)


def _hold(session: Session, which: ColumnElement[bool]) -> None:
    """Let whoever asks about these campaigns, answers or ends them wait for each other."""
    rows = select(Campaign.id).where(which).order_by(Campaign.id)
    session.execute(rows.with_for_update(key_share=True))


def _ask(session: Session, actor: Actor, plan: Plan, now: datetime) -> int:
    """What was asked of fewer people lapses: whoever agrees is shown all of them."""
    of_fewer = (CampaignAgreement.campaign_id == plan.id, CampaignAgreement.people < plan.people)
    lapsed = {"state": AgreementState.LAPSED.value, "decided_at": now}
    session.execute(update(CampaignAgreement).where(*of_fewer, _ASKED).values(lapsed))
    values = {
        "campaign_id": plan.id,
        "people": plan.people,
        "drafted_by": plan.drafted_by,
        "asked_by": str(actor.account_id),
        "asked_at": now,
    }
    statement = insert(CampaignAgreement).values(values).on_conflict_do_nothing()
    agreement_id: int | None = session.scalar(statement.returning(CampaignAgreement.id))
    if agreement_id is None:
        raise Conflict("campaign-asked-already")
    subject = Subject("campaign", str(plan.id), plan.ward_code)
    record(session, actor, "ask-campaign", subject, changes={"people": plan.people})
    return agreement_id


def ask_anew_if_grown(session: Session, actor: Actor, ward_code: str, *, now: datetime) -> None:
    """Ask about a list that outgrew what was agreed to, or is being asked, in the actor's name.

    A draft that nobody was asked about is left to its officer; and what was declined for as many
    people or more stays declined. Of two lists at once the later counts both.
    """
    _hold(session, Campaign.ward_code == ward_code)
    for plan in queries.campaigns_of(session, ward_code, today=local_day(now)):
        if plan.state is CampaignState.STOPPED or not plan.needs_agreement:
            continue
        every = queries.agreements_of(session, plan.id)
        waiting = [one.people for one in every if one.state is AgreementState.ASKED]
        is_shown = plan.people in waiting or plan.people <= _refused_for(every)
        if not is_shown and (waiting or plan.state is not CampaignState.DRAFT):
            _ask(session, actor, plan, now)


def _refused_for(every: Sequence[Agreement]) -> int:
    """The people for whom the newest asking was declined, or 0 if it was not."""
    newest = next((one for one in every if one.state is not AgreementState.LAPSED), None)
    if newest is None or newest.state is not AgreementState.DECLINED:
        return 0
    return newest.people


def agree_to_campaign(
    session: Session, actor: Actor, agreement: tuple[int, int], *, now: datetime, today: date
) -> None:
    """Agree to a campaign for the people who were shown; a draft runs from now on.

    agreement: the campaign's id and the asking's. Raises NotFound; DomainError("own-campaign")
    for who wrote it or asked; Conflict("campaign-list-grown") if the list has more people than
    were shown; Conflict("campaign-changed-meanwhile") if somebody decided or stopped it.
    """
    campaign_id, agreement_id = agreement
    _hold(session, Campaign.id == campaign_id)
    plan = queries.campaign_for(session, actor, campaign_id, today=today)
    asked = queries.agreement_for(session, plan, agreement_id)
    if asked.is_own_of(actor.account_id):
        raise DomainError("own-campaign")
    if plan.people > asked.people:
        raise Conflict("campaign-list-grown")
    shown_to_another = exists().where(
        CampaignAgreement.campaign_id == Campaign.id,
        Campaign.state != CampaignState.STOPPED.value,
        CampaignAgreement.people >= PEOPLE,
        CampaignAgreement.asked_by != str(actor.account_id),
        CampaignAgreement.drafted_by != str(actor.account_id),
    )
    values = {"decided_by": actor.account_id, "decided_at": now}
    one = update(CampaignAgreement).where(CampaignAgreement.id == asked.id, _ASKED)
    agreed = one.where(shown_to_another).values(state=AgreementState.AGREED.value, **values)
    if rows_changed(session, agreed.execution_options(synchronize_session=False)) != 1:
        raise Conflict("campaign-changed-meanwhile")
    subject = Subject("campaign", str(plan.id), plan.ward_code)
    record(session, actor, "agree-campaign", subject, changes={"people": asked.people})
    if plan.state is CampaignState.DRAFT:
        start_campaign(session, actor, plan.id, now=now, today=today)
    else:
        ask_for_reminders(session, plan.id, plan.ward_code, now.isoformat())


def decline_campaign(  # noqa: PLR0913 - the asking, the reason, and when.
    session: Session,
    actor: Actor,
    agreement: tuple[int, int],
    reason: str,
    *,
    now: datetime,
    today: date,
) -> None:
    """Refuse, with a reason; a draft stays one, and one that runs reminds nobody more.

    Raises NotFound; Conflict("campaign-changed-meanwhile").
    """
    campaign_id, agreement_id = agreement
    plan = queries.campaign_for(session, actor, campaign_id, today=today)
    asked = queries.agreement_for(session, plan, agreement_id)
    values = {"decided_by": actor.account_id, "decided_at": now, "reason": reason}
    one = update(CampaignAgreement).where(CampaignAgreement.id == asked.id, _ASKED)
    if rows_changed(session, one.values(state=AgreementState.DECLINED.value, **values)) != 1:
        raise Conflict("campaign-changed-meanwhile")
    subject = Subject("campaign", str(plan.id), plan.ward_code)
    facts = {"people": asked.people}
    record(session, actor, "decline-campaign", subject, reason=reason, changes=facts)
