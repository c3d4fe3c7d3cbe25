"""Whose household it is: nobody decides on their own, or on their relatives'."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from app.accounts.models import Account
from app.accounts.queries import opened_phone
from app.accounts.rules import Actor
from app.households.models import Household, Kin
from app.infra.crypto import cipher
from app.kernel.errors import NotFound


@dataclass(frozen=True, slots=True)
class KinView:
    """One declaration that holds: whose, and since when."""

    id: int
    account_id: str
    declared_at: datetime


def kin_of(session: Session, household_id: str) -> list[KinView]:
    """Who has said that they are of a household, or of one merged into it; oldest first."""
    home = or_(Household.id == household_id, Household.merged_into == household_id)
    statement = (
        select(Kin.id, Kin.account_id, Kin.declared_at)
        .join(Household, Household.id == Kin.household_id)
        .where(home, Kin.ended_at.is_(None))
        .order_by(Kin.id)
    )
    return [KinView(*row) for row in session.execute(statement)]


def kin_said(session: Session, household_id: str, kin_id: int) -> str:
    """Whose declaration this is, ended or not. Raises NotFound if it is of another household."""
    home = or_(Household.id == household_id, Household.merged_into == household_id)
    whose = (
        select(Kin.account_id)
        .join(Household, Household.id == Kin.household_id)
        .where(home, Kin.id == kin_id)
    )
    account_id = session.scalar(whose)
    if account_id is None:
        raise NotFound("kin")
    return account_id


def is_own_household(session: Session, actor: Actor, household_id: str) -> bool:
    """Whether others decide: the actor has said so, or is reached by the household's telephone.

    What was said of a household that was merged into it counts too.
    """
    said = (
        select(Kin.household_id)
        .where(Kin.household_id == Household.id, Kin.account_id == actor.account_id)
        .where(Kin.ended_at.is_(None))
        .exists()
    )
    home = or_(Household.id == household_id, Household.merged_into == household_id)
    found = select(Household.phone_index, said.label("said"), Account.phone).where(home)
    # Joined and not asked for: one's own telephone is sealed, and compared by its digest.
    joined = found.outerjoin(Account, Account.id == actor.account_id)
    rows = session.execute(joined).all()
    if any(row.said for row in rows):
        return True
    phone = opened_phone(actor.account_id or "", rows[0].phone if rows else None)
    return phone is not None and cipher().index(phone, "phone") in {r.phone_index for r in rows}
