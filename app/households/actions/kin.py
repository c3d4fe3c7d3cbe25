"""Saying that a household is one's own or one's relatives', which leaves decisions to others."""

from datetime import datetime

from sqlalchemy import update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app.accounts.rules import Actor
from app.audit.actions import Subject, record
from app.households import queries
from app.households.models import Kin
from app.infra.transaction import rows_changed
from app.kernel.errors import Conflict, DomainError


def declare_kin(session: Session, actor: Actor, household_id: str, *, now: datetime) -> None:
    """Note that the actor is of the household or related to it; to say it again changes nothing.

    Nobody takes their own back, or they would decide on their relatives a day later: see end_kin().
    """
    household = queries.household_for(session, actor, household_id)
    values = {
        "household_id": household_id,
        "account_id": actor.account_id,
        "ward_code": household.ward_code,
        "declared_at": now,
    }
    noted = insert(Kin).values(values).on_conflict_do_nothing().returning(Kin.id)
    if session.scalar(noted) is not None:
        record(
            session, actor, "declare-kin", Subject("household", household_id, household.ward_code)
        )


def end_kin(  # noqa: PLR0913 - whose declaration, and why it ends.
    session: Session,
    actor: Actor,
    household_id: str,
    kin_id: int,
    reason: str,
    *,
    now: datetime,
) -> None:
    """End somebody else's declaration, which was a mistake or holds no longer; it stays written.

    Raises DomainError("own-kin") for one's own, ("own-household") for who is kin themselves,
    NotFound, and Conflict("kin-ended-already") if somebody was first.
    """
    household = queries.household_for(session, actor, household_id)
    account_id = queries.kin_said(session, household_id, kin_id)
    if account_id == actor.account_id:
        raise DomainError("own-kin")
    if queries.is_own_household(session, actor, household_id):
        raise DomainError("own-household")
    ended = (
        update(Kin)
        .where(Kin.id == kin_id, Kin.ended_at.is_(None))
        .values(ended_at=now, ended_by=actor.account_id, ended_reason=reason)
    )
    if rows_changed(session, ended) != 1:
        raise Conflict("kin-ended-already")
    subject = Subject("household", household_id, household.ward_code)
    record(session, actor, "end-kin", subject, reason=reason, changes={"account": account_id})
