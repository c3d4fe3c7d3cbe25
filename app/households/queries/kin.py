"""Whose household it is: nobody decides on their own, or on their relatives'."""

from sqlalchemy import false, or_, select
from sqlalchemy.orm import Session

from app.accounts.queries import phone_of
from app.accounts.rules import Actor
from app.households.models import Household, Kin
from app.infra.crypto import cipher


def is_own_household(session: Session, actor: Actor, household_id: str) -> bool:
    """Whether others decide: the actor has said so, or is reached by the household's telephone.

    What was said of a household that was merged into it counts too.
    """
    phone = phone_of(session, actor.account_id or "")
    same = Household.phone_index == cipher().index(phone, "phone") if phone else false()
    said = (
        select(Kin.household_id)
        .where(Kin.household_id == Household.id, Kin.account_id == actor.account_id)
        .exists()
    )
    home = or_(Household.id == household_id, Household.merged_into == household_id)
    found = select(Household.id).where(home, or_(same, said)).limit(1)
    return session.scalar(found) is not None
