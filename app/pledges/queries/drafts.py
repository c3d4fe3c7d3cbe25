"""Reading a pledge that is being typed."""

from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import cast

from sqlalchemy import String, bindparam, or_, select
from sqlalchemy.orm import Session

from app.accounts.rules import Actor
from app.infra.crypto import cipher
from app.infra.prepared import Prepared
from app.kernel.errors import NotFound
from app.pledges.models import Donor, Draft

MOST_DRAFTS = 10


@dataclass(frozen=True, slots=True)
class DraftView:
    """What the wizard has so far. donor_name: for whom staff write it, else None."""

    id: str
    answers: dict[str, object]
    note: str | None
    donor_id: str | None
    donor_name: str | None
    is_claimed: bool
    pledge_id: str | None


@dataclass(frozen=True, slots=True)
class DraftRow:
    """A draft in a list: how many lines it has, when it was last touched."""

    id: str
    lines: int
    changed_at: datetime


def drafts_of(session: Session, actor: Actor) -> list[DraftRow]:
    """The person's own unsent drafts, the last touched first, at most ten."""
    statement = (
        select(Draft)
        .where(Draft.account_id == actor.account_id, Draft.pledge_id.is_(None))
        .order_by(Draft.changed_at.desc(), Draft.id)
        .limit(MOST_DRAFTS)
    )
    return [
        DraftRow(
            draft.id, len(cast("list[object]", draft.answers.get("lines", []))), draft.changed_at
        )
        for draft in session.scalars(statement)
    ]


def draft_for(session: Session, actor: Actor, draft_id: str) -> DraftView:
    """The only way to fetch one draft: a visitor's by its id alone, a claimed one by its owner."""
    row = _opened().row(session, {"draft": draft_id, "me": actor.account_id})
    if row is None:
        raise NotFound("pledge-draft")
    answers, sealed, donor_id, donor_name, account_id, pledge_id = row
    return DraftView(
        id=draft_id,
        answers=answers,
        note=cipher().decrypt(sealed, f"pledge_draft.note:{draft_id}") if sealed else None,
        donor_id=donor_id,
        donor_name=donor_name,
        is_claimed=account_id is not None,
        pledge_id=pledge_id,
    )


@cache
def _opened() -> Prepared:
    owner = or_(Draft.account_id.is_(None), Draft.account_id == bindparam("me", type_=String()))
    return Prepared(
        select(
            Draft.answers,
            Draft.note,
            Draft.donor_id,
            Donor.name,
            Draft.account_id,
            Draft.pledge_id,
        )
        .outerjoin(Donor, Donor.id == Draft.donor_id)
        .where(Draft.id == bindparam("draft", type_=String()), owner)
    )
