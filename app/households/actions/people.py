"""The people of a household: added, changed, left; their number revealed; their consent."""

from datetime import date, datetime

from sqlalchemy import insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.accounts.rules import Actor
from app.audit.actions import Subject, record
from app.households import queries
from app.households.actions.entries import member_facts, member_row, number_facts
from app.households.actions.registering import refresh_search, touch
from app.households.models import Consent, Member
from app.households.rules import (
    CONSENT_TEXT,
    Agreement,
    ConsentDraft,
    ConsentPurpose,
    MemberDraft,
)
from app.infra.jobs import JobName, enqueue
from app.infra.transaction import rows_changed
from app.kernel.clock import local_day
from app.kernel.errors import Conflict, DomainError, NotFound
from app.kernel.ids import new_id


def add_member(
    session: Session, actor: Actor, household_id: str, draft: MemberDraft, *, now: datetime
) -> str:
    """Add a person to a household; returns the member's id.

    Raises Conflict("citizen-number-taken") if somebody of the ward has the number.
    """
    household = queries.household_for(session, actor, household_id)
    row = member_row(draft, household_id, household.ward_code, is_head=False)
    try:
        with session.begin_nested():
            session.execute(insert(Member), [row | {"joined_on": local_day(now)}])
    except IntegrityError as error:
        raise Conflict("citizen-number-taken") from error
    touch(session, household_id, None, {"changed_at": now})
    refresh_search(session, household_id)
    subject = Subject("household", household_id, household.ward_code)
    record(session, actor, "add-member", subject, changes={"member": row["id"]})
    return str(row["id"])


def change_member(  # noqa: PLR0913 - whose row, and as it shall be.
    session: Session,
    actor: Actor,
    household_id: str,
    member_id: str,
    draft: MemberDraft,
    *,
    now: datetime,
) -> None:
    """Change what is known of a person other than the head; an empty number stays as it is."""
    household = queries.household_for(session, actor, household_id)
    values = member_facts(draft)
    if draft.citizen_number:
        values |= number_facts(draft.citizen_number, member_id)
    statement = update(Member).where(
        Member.id == member_id,
        Member.household_id == household_id,
        Member.is_head.is_(False),
        Member.left_on.is_(None),
    )
    try:
        with session.begin_nested():
            if rows_changed(session, statement.values(values)) != 1:
                raise NotFound("member")
    except IntegrityError as error:
        raise Conflict("citizen-number-taken") from error
    touch(session, household_id, None, {"changed_at": now})
    refresh_search(session, household_id)
    subject = Subject("household", household_id, household.ward_code)
    record(session, actor, "change-member", subject, changes={"member": member_id})


def member_left(
    session: Session, actor: Actor, household_id: str, member_id: str, *, today: date
) -> None:
    """Note that a person no longer lives there. Raises DomainError("head-cannot-leave")."""
    household = queries.household_for(session, actor, household_id)
    members = {m.id: m for m in queries.members_of(session, household_id)}
    if member_id not in members:
        raise NotFound("member")
    if members[member_id].is_head:
        raise DomainError("head-cannot-leave")
    session.execute(update(Member).where(Member.id == member_id).values(left_on=today))
    touch(session, household_id, None, {})
    refresh_search(session, household_id)
    subject = Subject("household", household_id, household.ward_code)
    record(session, actor, "member-left", subject, changes={"member": member_id})


def reveal_citizen_number(
    session: Session, actor: Actor, household_id: str, member_id: str, reason: str
) -> None:
    """Let this person read a hidden number for a few minutes; the look and its reason stay."""
    household = queries.household_for(session, actor, household_id)
    members = {m.id: m for m in queries.members_of(session, household_id)}
    if member_id not in members:
        raise NotFound("member")
    if members[member_id].citizen_tail is None:
        raise DomainError("no-citizen-number")
    subject = Subject("household", household_id, household.ward_code)
    record(
        session,
        actor,
        "reveal-citizen-number",
        subject,
        reason=reason,
        changes={"member": member_id},
    )


def give_consent(
    session: Session, actor: Actor, household_id: str, draft: ConsentDraft, *, now: datetime
) -> None:
    """Note what a household answered when it was asked; a second time changes nothing.

    Raises Conflict("consent-in-force") for a no while a yes holds: that one is taken back.
    """
    household = queries.household_for(session, actor, household_id)
    # Of two officers at once one comes second: a consent written twice could be taken back once.
    queries.lock_household(session, household_id)
    said = queries.agreements_of(session, [household_id], draft.purpose)[household_id]
    if said is (Agreement.GIVEN if draft.agrees else Agreement.REFUSED):
        return
    if said is Agreement.GIVEN:
        raise Conflict("consent-in-force")
    row = {
        "id": new_id(),
        "ward_code": household.ward_code,
        "household_id": household_id,
        "purpose": draft.purpose.value,
        "method": draft.method.value,
        "text_version": CONSENT_TEXT,
        "taken_by": actor.account_id,
        "given_at": now,
        # What was never agreed to is never in force.
        "withdrawn_at": None if draft.agrees else now,
        "refused": not draft.agrees,
    }
    session.execute(insert(Consent), [row])
    touch(session, household_id, None, {"changed_at": now})
    subject = Subject("household", household_id, household.ward_code)
    deed = "give-consent" if draft.agrees else "refuse-consent"
    record(session, actor, deed, subject, changes={"purpose": draft.purpose.value})
    if draft.agrees:
        _wake_cards(session, household, draft.purpose.value)


def withdraw_consent(
    session: Session, actor: Actor, household_id: str, consent_id: str, *, now: datetime
) -> None:
    """Note that a household took its consent back; it counts from this moment."""
    household = queries.household_for(session, actor, household_id)
    statement = (
        update(Consent)
        .where(
            Consent.id == consent_id,
            Consent.household_id == household_id,
            Consent.withdrawn_at.is_(None),
        )
        .values(withdrawn_at=now)
    )
    if rows_changed(session, statement) != 1:
        raise Conflict("consent-withdrawn-already")
    touch(session, household_id, None, {"changed_at": now})
    subject = Subject("household", household_id, household.ward_code)
    record(session, actor, "withdraw-consent", subject, changes={"consent": consent_id})
    purpose = session.scalar(select(Consent.purpose).where(Consent.id == consent_id))
    _wake_cards(session, household, str(purpose))


def _wake_cards(session: Session, household: queries.HouseholdView, purpose: str) -> None:
    """Have the household's public cards follow what it agrees to now."""
    if purpose != ConsentPurpose.SHOW_CARD:
        return
    enqueue(session, JobName.FOLLOW_CONSENT, household.id, wards=household.ward_code)
