"""The people of a household, how it is reached, and how many are alike in the ward."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import null, or_, select, union_all
from sqlalchemy.orm import Session

from app.accounts.rules import Actor
from app.audit.models import AuditDetail, AuditEvent
from app.households.models import Consent, Household, Member, Standing
from app.households.queries.finding import opened
from app.households.rules import (
    Agreement,
    Answer,
    ConsentPurpose,
    StandingState,
    agreement_of,
    safe_groups,
)
from app.infra.crypto import cipher


@dataclass(frozen=True, slots=True)
class MemberView:
    """A person of a household; the citizen number is only a tail."""

    id: str
    name: str
    sex: str | None
    birth_year: int | None
    born_on: date | None
    relation: str | None
    is_head: bool
    citizen_tail: str | None


def members_of(session: Session, household_id: str) -> list[MemberView]:
    """The people who live in a household now, its head first. The caller has opened it."""
    statement = (
        select(Member)
        .where(Member.household_id == household_id, Member.left_on.is_(None))
        .order_by(Member.is_head.desc(), Member.birth_year, Member.id)
    )
    return [
        MemberView(
            m.id, m.name, m.sex, m.birth_year, m.born_on, m.relation, m.is_head, m.citizen_tail
        )
        for m in session.scalars(statement)
    ]


def live_standings(session: Session, household_id: str, on: date) -> list[str]:
    """The safe groups of a household on a day: approved facts in force, and old age."""
    of_facts = select(Standing.kind, null().cast(Member.birth_year.type)).where(
        Standing.household_id == household_id,
        Standing.state == StandingState.APPROVED,
        Standing.valid_from <= on,
        or_(Standing.valid_until.is_(None), Standing.valid_until >= on),
    )
    of_age = select(null().cast(Standing.kind.type), Member.birth_year).where(
        Member.household_id == household_id,
        Member.left_on.is_(None),
        Member.birth_year.is_not(None),
    )
    rows = session.execute(union_all(of_facts, of_age)).all()
    kinds = [kind for kind, _year in rows if kind is not None]
    return safe_groups(kinds, [year for _kind, year in rows if year is not None], on)


@dataclass(frozen=True, slots=True)
class ConsentView:
    """One answer: to what, how it was given, whether it was a no, whether it was taken back."""

    id: str
    purpose: str
    method: str
    taken_by: str
    given_at: datetime
    withdrawn_at: datetime | None
    refused: bool


@dataclass(frozen=True, slots=True)
class Contact:
    """How a household is reached: given name for the greeting, phone in E.164 if it has one.

    messages: whether it agreed to be sent any. group_id: whose head tells it in person.
    """

    household_id: str
    ward_code: str
    code: str
    head_name: str
    phone: str | None
    language: str
    messages: Agreement
    group_id: str | None


def contact_for_notice(session: Session, household_id: str) -> Contact | None:
    """How to tell a household something; None if it is gone. For the notices' actions only."""
    row = session.get(Household, household_id)
    if row is None or row.state != "active":
        return None
    return Contact(
        household_id=row.id,
        ward_code=row.ward_code,
        code=row.code,
        head_name=row.head_name,
        phone=opened(row.phone, "phone", row.id),
        language="vi",
        messages=agreements_to_messages(session, [row.id])[row.id],
        group_id=row.group_id,
    )


def agreements_to_messages(
    session: Session, household_ids: Collection[str]
) -> dict[str, Agreement]:
    """What each of these households said last to being sent messages."""
    return agreements_of(session, household_ids, ConsentPurpose.MESSAGE)


def agreements_of(
    session: Session, household_ids: Collection[str], purpose: ConsentPurpose
) -> dict[str, Agreement]:
    """What each of these households said last to one purpose."""
    answers = dict[str, list[Answer]]()
    statement = select(
        Consent.household_id, Consent.given_at, Consent.withdrawn_at, Consent.refused
    ).where(Consent.household_id.in_(household_ids), Consent.purpose == purpose.value)
    for household_id, given_at, withdrawn_at, refused in session.execute(statement):
        said = Answer(given_at, withdrawn_at, refused)
        answers.setdefault(household_id, []).append(said)
    return {each: agreement_of(answers.get(each, ())) for each in household_ids}


def consents_of(session: Session, household_id: str) -> list[ConsentView]:
    """What the household agreed to, refused and took back, the newest first.

    The caller has opened it.
    """
    statement = (
        select(Consent)
        .where(Consent.household_id == household_id)
        .order_by(Consent.given_at.desc(), Consent.id)
    )
    return [
        ConsentView(c.id, c.purpose, c.method, c.taken_by, c.given_at, c.withdrawn_at, c.refused)
        for c in session.scalars(statement)
    ]


def revealed_members(
    session: Session, actor: Actor, household_id: str, since: datetime
) -> set[str]:
    """The members whose number this very person opened, with a reason, since a moment."""
    statement = (
        select(AuditDetail.changes)
        .join(AuditEvent, AuditEvent.id == AuditDetail.event_id)
        .where(
            AuditEvent.object_kind == "household",
            AuditEvent.object_id == household_id,
            AuditEvent.action == "reveal-citizen-number",
            AuditEvent.actor_id == actor.account_id,
            AuditEvent.at > since,
        )
    )
    return {str(changes["member"]) for changes in session.scalars(statement)}


def numbers_of(session: Session, member_ids: Collection[str]) -> dict[str, str]:
    """The citizen numbers of these members in plain. Only for revealed_members()."""
    statement = select(Member.id, Member.citizen_number).where(Member.id.in_(member_ids))
    return {
        member_id: cipher().decrypt(number, f"member.citizen_number:{member_id}")
        for member_id, number in session.execute(statement)
        if number is not None
    }
