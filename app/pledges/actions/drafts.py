"""Keeping a pledge while it is typed, so that closing the page loses nothing."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import ColumnElement, String, and_, bindparam, delete, or_, update
from sqlalchemy.orm import Session

from app.accounts.rules import Actor
from app.infra.crypto import cipher
from app.infra.prepared import Prepared
from app.infra.transaction import rows_changed
from app.kernel.errors import Conflict
from app.kernel.ids import new_id
from app.pledges.models import Draft


def start_draft(
    session: Session,
    actor: Actor,
    answers: Mapping[str, object],
    *,
    donor_id: str | None = None,
    now: datetime,
) -> str:
    """Open a draft for whoever asks, signed in or not; donor_id: for whom staff write it."""
    draft = Draft(
        id=new_id(),
        account_id=actor.account_id,
        donor_id=donor_id,
        answers=dict(answers),
        created_at=now,
        changed_at=now,
    )
    session.add(draft)
    session.flush()
    return draft.id


def keep_answers(  # noqa: PLR0913 - who, what and when; the note is optional.
    session: Session,
    actor: Actor,
    draft_id: str,
    answers: Mapping[str, object],
    *,
    note: str | None = None,
    now: datetime,
) -> None:
    """Store what the wizard has so far. Raises Conflict("draft-is-sent") once it was sent."""
    values: dict[str, object] = {"answers": dict(answers), "changed_at": now}
    if note is not None:
        values["note"] = cipher().encrypt(note, f"pledge_draft.note:{draft_id}") if note else None
    statement = update(Draft).where(_open_to(actor, draft_id)).values(values)
    if rows_changed(session, statement) != 1:
        raise Conflict("draft-is-sent")


def claim_draft(session: Session, actor: Actor, draft_id: str) -> None:
    """Make a visitor's draft the signed-in person's own; a second time changes nothing."""
    statement = update(Draft).where(_open_to(actor, draft_id)).values(account_id=actor.account_id)
    if actor.account_id is None or rows_changed(session, statement) != 1:
        raise Conflict("draft-is-sent")


def mark_sent(session: Session, draft_id: str, pledge_id: str) -> None:
    """Say what became of a draft. Raises Conflict("draft-is-sent") the second time."""
    if _SENT.change(session, {"draft": draft_id, "pledge": pledge_id}) != 1:
        raise Conflict("draft-is-sent")


_SENT = Prepared(
    update(Draft)
    .where(Draft.id == bindparam("draft", type_=String()), Draft.pledge_id.is_(None))
    .values(pledge_id=bindparam("pledge", type_=String()))
)


def forget_drafts(session: Session, *, before: datetime) -> int:
    """Drop drafts untouched since `before`; returns how many. Run by the nightly sweep."""
    return rows_changed(session, delete(Draft).where(Draft.changed_at < before))


def _open_to(actor: Actor, draft_id: str) -> ColumnElement[bool]:
    owner = or_(Draft.account_id.is_(None), Draft.account_id == actor.account_id)
    return and_(Draft.id == draft_id, Draft.pledge_id.is_(None), owner)
