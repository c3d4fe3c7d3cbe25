"""Reading who was asked to agree to a campaign, and what they said."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import BindParameter, ColumnElement, exists, literal, select
from sqlalchemy.orm import Session

from app.accounts.models import Account, Assignment
from app.accounts.queries import names_of
from app.accounts.rules import Actor, Role
from app.campaigns.models import Campaign, CampaignAgreement
from app.campaigns.queries.plans import Plan
from app.campaigns.rules import KINDS, AgreementState, CampaignKind
from app.kernel.errors import NotFound


@dataclass(frozen=True, slots=True)
class Agreement:
    """One asking. asked_by, drafted_by: accounts; asker, decider: names, "" if unknown."""

    id: int
    people: int
    state: AgreementState
    drafted_by: str
    asked_by: str
    asker: str
    asked_at: datetime
    decider: str
    decided_at: datetime | None
    reason: str | None

    def is_own_of(self, account_id: str | None) -> bool:
        """Whether somebody asked this, or wrote the campaign, and so may not agree to it."""
        return account_id in {self.asked_by, self.drafted_by}


@dataclass(frozen=True, slots=True)
class Asked:
    """A campaign that waits for a second person. asker: a name, "" if unknown.

    needs_province: its ward has no approver besides who wrote it or asked.
    """

    campaign_id: int
    kind: CampaignKind
    ward_code: str
    people: int
    asker: str
    asked_at: datetime
    needs_province: bool


def nobody_left_to_agree(at: BindParameter[datetime]) -> ColumnElement[bool]:
    """Whether a Campaign's ward has at a moment no approver who may answer a CampaignAgreement."""
    return ~(
        exists()
        .where(Assignment.role == Role.WARD_APPROVER.value)
        .where(Assignment.ward_code == Campaign.ward_code)
        .where(Assignment.starts_at <= at, Assignment.ends_at > at)
        .where(
            Assignment.account_id.not_in([CampaignAgreement.asked_by, CampaignAgreement.drafted_by])
        )
        .where(Account.id == Assignment.account_id, Account.closed_at.is_(None))
        .correlate(Campaign, CampaignAgreement)
    )


def asked_in(session: Session, actor: Actor, *, at: datetime) -> list[Asked]:
    """What waits in the actor's wards for somebody else's word, the longest first."""
    me = str(actor.account_id)
    rows = session.execute(
        select(Campaign, CampaignAgreement, nobody_left_to_agree(literal(at)))
        .join(CampaignAgreement, CampaignAgreement.campaign_id == Campaign.id)
        .where(Campaign.ward_code.in_(sorted(actor.ward_codes)), Campaign.state != "stopped")
        .where(CampaignAgreement.state == AgreementState.ASKED.value)
        .where(CampaignAgreement.asked_by != me, CampaignAgreement.drafted_by != me)
        .order_by(CampaignAgreement.asked_at, CampaignAgreement.id)
    ).all()
    names = names_of(session, {asked.asked_by for _campaign, asked, _alone in rows})
    return [
        Asked(
            campaign_id=campaign.id,
            kind=KINDS[campaign.kind],
            ward_code=campaign.ward_code,
            people=asked.people,
            asker=names.get(asked.asked_by, ""),
            asked_at=asked.asked_at,
            needs_province=alone,
        )
        for campaign, asked, alone in rows
    ]


def agreements_of(session: Session, campaign_id: int) -> list[Agreement]:
    """Every asking of a campaign, the newest first."""
    rows = session.scalars(
        select(CampaignAgreement)
        .where(CampaignAgreement.campaign_id == campaign_id)
        .order_by(CampaignAgreement.id.desc())
    ).all()
    names = names_of(session, {who for r in rows for who in (r.asked_by, r.decided_by) if who})
    return [
        Agreement(
            id=row.id,
            people=row.people,
            state=AgreementState(row.state),
            drafted_by=row.drafted_by,
            asked_by=row.asked_by,
            asker=names.get(row.asked_by, ""),
            asked_at=row.asked_at,
            decider=names.get(row.decided_by or "", ""),
            decided_at=row.decided_at,
            reason=row.reason,
        )
        for row in rows
    ]


def agreement_for(session: Session, plan: Plan, agreement_id: int) -> Agreement:
    """One asking of a campaign that the actor may see. Raises NotFound for any other."""
    for one in agreements_of(session, plan.id):
        if one.id == agreement_id:
            return one
    raise NotFound("campaign")
