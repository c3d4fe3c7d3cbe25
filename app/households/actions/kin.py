"""Saying that a household is one's own or one's relatives', which leaves decisions to others."""

from datetime import datetime

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app.accounts.rules import Actor
from app.audit.actions import Subject, record
from app.households import queries
from app.households.models import Kin


def declare_kin(session: Session, actor: Actor, household_id: str, *, now: datetime) -> None:
    """Note that the actor is of the household or related to it; to say it again changes nothing.

    It is not taken back: whoever could would decide on their relatives a day later.
    """
    household = queries.household_for(session, actor, household_id)
    values = {
        "household_id": household_id,
        "account_id": actor.account_id,
        "ward_code": household.ward_code,
        "declared_at": now,
    }
    noted = insert(Kin).values(values).on_conflict_do_nothing().returning(Kin.account_id)
    if session.scalar(noted) is not None:
        record(
            session, actor, "declare-kin", Subject("household", household_id, household.ward_code)
        )
