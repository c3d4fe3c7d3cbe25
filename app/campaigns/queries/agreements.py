"""Reading who was asked to agree to a campaign, and what they said."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.queries import names_of
from app.campaigns.models import CampaignAgreement
from app.campaigns.queries.plans import Plan
from app.campaigns.rules import AgreementState
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
