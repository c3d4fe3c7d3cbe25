"""Vouching for a fact: claimed, verified by one person, approved by another."""

from datetime import datetime

from sqlalchemy import update
from sqlalchemy.orm import Session

from app.accounts import queries as accounts
from app.accounts.rules import Actor
from app.audit.actions import Subject, record
from app.households import queries
from app.households.models import Standing
from app.households.rules import StandingDraft, StandingState, default_expiry
from app.infra.transaction import rows_changed
from app.kernel.errors import Conflict, DomainError
from app.kernel.ids import new_id
from app.notices.actions import NoticeDraft, owe


def claim_standing(
    session: Session, actor: Actor, household_id: str, draft: StandingDraft, *, now: datetime
) -> str:
    """Write down a fact about a household with its source; it opens no door yet."""
    household = queries.household_for(session, actor, household_id)
    standing_id = new_id()
    session.add(
        Standing(
            id=standing_id,
            ward_code=household.ward_code,
            household_id=household_id,
            member_id=draft.member_id,
            kind=draft.kind.value,
            source=draft.source,
            created_by=actor.account_id,
            created_at=now,
            valid_from=draft.valid_from,
            valid_until=draft.valid_until or default_expiry(draft.kind, draft.valid_from),
        )
    )
    session.flush()
    subject = Subject("household", household_id, household.ward_code)
    record(session, actor, "claim-standing", subject, changes={"kind": draft.kind.value})
    return standing_id


def verify_standing(session: Session, actor: Actor, standing_id: str, *, now: datetime) -> None:
    """Confirm a fact by visit or papers. Raises DomainError("own-work") for one's own claim."""
    standing = queries.standing_for(session, actor, standing_id)
    if standing.created_by == actor.account_id and not standing.light:
        raise DomainError("own-work")
    values = {"verified_by": actor.account_id, "verified_at": now}
    _move(session, standing_id, StandingState.SUBMITTED, StandingState.VERIFIED, values)
    _note(session, actor, "verify-standing", standing)


def approve_standing(session: Session, actor: Actor, standing_id: str, *, now: datetime) -> None:
    """Approve a verified fact, which from now on opens doors. Never one's own work."""
    standing = queries.standing_for(session, actor, standing_id)
    if actor.account_id in {standing.created_by, standing.verified_by}:
        raise DomainError("own-work")
    values = {"approved_by": actor.account_id, "approved_at": now}
    _move(session, standing_id, StandingState.VERIFIED, StandingState.APPROVED, values)
    _note(session, actor, "approve-standing", standing)


def reject_standing(session: Session, actor: Actor, standing_id: str, reason: str) -> None:
    """Send a fact back with a reason; who claimed it is told once."""
    standing = queries.standing_for(session, actor, standing_id)
    statement = (
        update(Standing)
        .where(Standing.id == standing_id, Standing.state.in_(("submitted", "verified")))
        .values(state=StandingState.REJECTED.value, returned_reason=reason)
    )
    if rows_changed(session, statement) != 1:
        raise Conflict("standing-state-changed")
    _note(session, actor, "reject-standing", standing, reason)
    household = queries.household_for(session, actor, standing.household_id)
    owe(
        session,
        NoticeDraft(
            template="correction-asked",
            cause="standing",
            cause_id=standing_id,
            recipient_kind="account",
            recipient_id=standing.created_by,
            ward_code=household.ward_code,
            language=accounts.language_of(session, standing.created_by),
            email=accounts.email_of(session, standing.created_by),
            parameters={"code": household.code},
        ),
    )


def _move(
    session: Session,
    standing_id: str,
    now_in: StandingState,
    wanted: StandingState,
    values: dict[str, str | datetime | None],
) -> None:
    statement = (
        update(Standing)
        .where(Standing.id == standing_id, Standing.state == now_in)
        .values(state=wanted.value, **values)
    )
    if rows_changed(session, statement) != 1:
        raise Conflict("standing-state-changed")


def _note(
    session: Session,
    actor: Actor,
    deed: str,
    standing: queries.StandingView,
    reason: str | None = None,
) -> None:
    household = queries.household_for(session, actor, standing.household_id)
    subject = Subject("household", standing.household_id, household.ward_code)
    record(session, actor, deed, subject, reason=reason, changes={"kind": standing.kind})
