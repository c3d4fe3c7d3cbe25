"""Registering households by hand, changing them, taking consent, revealing a number."""

from datetime import date, datetime

from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.accounts.rules import Actor
from app.audit.actions import Subject, record
from app.households import queries
from app.households.models import Consent, Household, Member
from app.households.rules import HouseholdDraft, MemberDraft
from app.infra.crypto import cipher
from app.infra.transaction import rows_changed
from app.kernel.errors import Conflict, NotFound
from app.kernel.identity import citizen_tail
from app.kernel.ids import new_code, new_id
from app.kernel.phones import tail_of
from app.kernel.vietnamese import fold, name_sort_key
from app.places.actions import group_named

CONSENT_TEXT = "2026-11"


def register_household(  # noqa: PLR0913 - one household with where it comes from.
    session: Session,
    actor: Actor,
    ward_code: str,
    draft: HouseholdDraft,
    *,
    now: datetime,
    today: date,
    import_id: str | None = None,
) -> str:
    """Enter a household and its head in a ward's book; returns its id.

    Raises Conflict("citizen-number-taken") if somebody of the ward has the head's number.
    """
    household_id = new_id()
    group_id = (
        group_named(session, actor, ward_code, draft.group, today=today) if draft.group else None
    )
    session.add(
        Household(
            id=household_id,
            code=new_code("H"),
            ward_code=ward_code,
            group_id=group_id,
            own_code=draft.own_code,
            import_id=import_id,
            created_by=actor.account_id,
            created_at=now,
            **_named(draft.head.name),
            **_reached(draft, household_id),
        )
    )
    session.flush()
    add_member(session, actor, household_id, ward_code, draft.head, is_head=True)
    subject = Subject("household", household_id, ward_code)
    record(session, actor, "register-household", subject, reason=import_id and "import")
    return household_id


def _named(name: str) -> dict[str, str]:
    return {"head_name": name, "sort_key": name_sort_key(name), "search_text": fold(name)}


def _reached(draft: HouseholdDraft, household_id: str) -> dict[str, object]:
    """Address, phone and note as they are stored: encrypted, the phone with its index."""
    sealed = {
        column: cipher().encrypt(text, f"household.{column}:{household_id}") if text else None
        for column, text in (
            ("address", draft.address),
            ("phone", draft.phone),
            ("note", draft.note),
        )
    }
    return {
        **sealed,
        "phone_index": cipher().index(draft.phone, "phone") if draft.phone else None,
        "phone_tail": tail_of(draft.phone) if draft.phone else None,
    }


def add_member(  # noqa: PLR0913 - a person and the household they join.
    session: Session,
    actor: Actor,
    household_id: str,
    ward_code: str,
    draft: MemberDraft,
    *,
    is_head: bool = False,
) -> str:
    """Add a person to a household. Raises Conflict("citizen-number-taken")."""
    member_id = new_id()
    member = Member(
        id=member_id,
        ward_code=ward_code,
        household_id=household_id,
        name=draft.name,
        folded_name=fold(draft.name),
        sort_key=name_sort_key(draft.name),
        sex=draft.sex,
        birth_year=draft.born_on.year if draft.born_on else draft.birth_year,
        born_on=draft.born_on,
        relation=draft.relation,
        is_head=is_head,
    )
    if draft.citizen_number:
        place = f"member.citizen_number:{member_id}"
        member.citizen_number = cipher().encrypt(draft.citizen_number, place)
        member.citizen_index = cipher().index(draft.citizen_number, "citizen")
        member.citizen_tail = citizen_tail(draft.citizen_number)
    try:
        with session.begin_nested():
            session.add(member)
    except IntegrityError as error:
        raise Conflict("citizen-number-taken") from error
    if not is_head:
        record(session, actor, "add-member", Subject("household", household_id, ward_code))
    return member_id


def change_household(  # noqa: PLR0913 - the row as it was read, and as it shall be.
    session: Session,
    actor: Actor,
    household_id: str,
    version: int,
    draft: HouseholdDraft,
    *,
    now: datetime,
    today: date,
) -> None:
    """Change what is known of a household that was read at `version`.

    Raises Conflict("household-changed-meanwhile") if somebody else changed it first.
    """
    before = queries.household_for(session, actor, household_id)
    group_id = (
        group_named(session, actor, before.ward_code, draft.group, today=today)
        if draft.group
        else None
    )
    statement = (
        update(Household)
        .where(
            Household.id == household_id,
            Household.ward_code == before.ward_code,
            Household.version == version,
        )
        .values(
            group_id=group_id,
            changed_at=now,
            version=Household.version + 1,
            **_named(draft.head.name),
            **_reached(draft, household_id),
        )
    )
    if rows_changed(session, statement) != 1:
        raise Conflict("household-changed-meanwhile")
    _change_head(session, household_id, draft.head)
    changes: dict[str, list[str | None]] = {
        "head_name": [before.head_name, draft.head.name],
        "address": [before.address, draft.address],
        "phone": [before.phone, draft.phone],
        "note": [before.note, draft.note],
    }
    subject = Subject("household", household_id, before.ward_code)
    record(
        session,
        actor,
        "change-household",
        subject,
        changes={name: pair for name, pair in changes.items() if pair[0] != pair[1]},
    )


def _change_head(session: Session, household_id: str, head: MemberDraft) -> None:
    session.execute(
        update(Member)
        .where(Member.household_id == household_id, Member.is_head, Member.left_on.is_(None))
        .values(
            name=head.name,
            folded_name=fold(head.name),
            sort_key=name_sort_key(head.name),
            sex=head.sex,
            birth_year=head.born_on.year if head.born_on else head.birth_year,
            born_on=head.born_on,
        )
    )


def reveal_citizen_number(
    session: Session, actor: Actor, household_id: str, member_id: str, reason: str
) -> str | None:
    """Open a hidden citizen number for a stated reason; the look is recorded. None if none."""
    household = queries.household_for(session, actor, household_id)
    member = session.scalars(
        select(Member).where(Member.id == member_id, Member.household_id == household_id)
    ).one_or_none()
    if member is None:
        raise NotFound("member")
    subject = Subject("household", household_id, household.ward_code)
    record(
        session,
        actor,
        "reveal-citizen-number",
        subject,
        reason=reason,
        changes={"member": member_id},
    )
    if member.citizen_number is None:
        return None
    return cipher().decrypt(member.citizen_number, f"member.citizen_number:{member_id}")


def give_consent(  # noqa: PLR0913 - who agreed to what, and how.
    session: Session, actor: Actor, household_id: str, purpose: str, method: str, *, now: datetime
) -> None:
    """Note that a household agreed to a purpose; a second time changes nothing."""
    household = queries.household_for(session, actor, household_id)
    agreed = session.scalar(
        select(Consent.id).where(
            Consent.household_id == household_id,
            Consent.purpose == purpose,
            Consent.withdrawn_at.is_(None),
        )
    )
    if agreed is not None:
        return
    session.add(
        Consent(
            id=new_id(),
            ward_code=household.ward_code,
            household_id=household_id,
            purpose=purpose,
            method=method,
            text_version=CONSENT_TEXT,
            taken_by=actor.account_id,
            given_at=now,
        )
    )
    subject = Subject("household", household_id, household.ward_code)
    record(session, actor, "give-consent", subject, reason=purpose)


def withdraw_consent(
    session: Session, actor: Actor, household_id: str, purpose: str, *, now: datetime
) -> None:
    """Note that a household took its consent back; it counts from this moment."""
    household = queries.household_for(session, actor, household_id)
    session.execute(
        update(Consent)
        .where(
            Consent.household_id == household_id,
            Consent.purpose == purpose,
            Consent.withdrawn_at.is_(None),
        )
        .values(withdrawn_at=now)
    )
    subject = Subject("household", household_id, household.ward_code)
    record(session, actor, "withdraw-consent", subject, reason=purpose)
