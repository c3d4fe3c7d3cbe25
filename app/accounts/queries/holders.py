"""Who asks: the actor behind a session's token, and the actors that an account may be."""

from dataclasses import dataclass, fields, replace
from datetime import datetime
from functools import cache

from sqlalchemy import (
    DateTime,
    LargeBinary,
    ScalarSelect,
    String,
    bindparam,
    exists,
    func,
    select,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Session

from app.accounts.models import Account, Assignment, SecondFactor, SignIn
from app.accounts.rules import Actor, Role, session_limits
from app.infra.prepared import Prepared
from app.places.models import Ward

_AT = bindparam("at", type_=DateTime(timezone=True))
# The wards of an assignment to a province, in the statement that finds it; none for the others.
_OF_PROVINCE = func.array(
    select(Ward.code)
    .where(Ward.province_code == Assignment.province_code)
    .correlate(Assignment)
    .scalar_subquery(),
    type_=ARRAY(String),
)
_ASSIGNED = (
    Assignment.id.label("assignment_id"),
    Assignment.role,
    Assignment.ward_code,
    Assignment.province_code,
    _OF_PROVINCE.label("of_province"),
    Assignment.group_id,
    Assignment.donor_id,
)
# What an area above wants to know of everybody who is signed in, in the statement that finds them.
_beside: dict[str, ScalarSelect[int]] = {}


def count_beside(name: str, number: ScalarSelect[int]) -> None:
    """Have `number`, about Account and Assignment, told with every session that is found."""
    _beside[name] = number
    _holder.cache_clear()


# Built once: every page of everybody who is signed in asks it first.
@cache
def _holder() -> Prepared:
    """The fields of _Holding in their order, then the session's, then what stands beside."""
    return Prepared(
        select(
            SignIn.account_id,
            Account.name,
            *_ASSIGNED,
            SignIn.id,
            SignIn.seen_at,
            Account.language,
            SecondFactor.confirmed_at,
            *(number.label(name) for name, number in _beside.items()),
        )
        .join(Account, Account.id == SignIn.account_id)
        .join(Assignment, Assignment.id == SignIn.assignment_id)
        .outerjoin(SecondFactor, SecondFactor.account_id == Account.id)
        .where(
            SignIn.token_digest == bindparam("digest", type_=LargeBinary()),
            SignIn.ended_at.is_(None),
            ~SignIn.needs_code,
            SignIn.ends_at > _AT,
            Account.closed_at.is_(None),
            Assignment.starts_at <= _AT,
            Assignment.ends_at > _AT,
        )
    )


@dataclass(frozen=True, slots=True)
class Holder:
    """Who holds a session, their language, and the numbers that count_beside() asked for."""

    actor: Actor
    language: str
    beside: dict[str, int]


def actor_of(session: Session, token_digest: bytes, at: datetime) -> tuple[Actor, str] | None:
    """The actor and the language of holder_of()."""
    found = holder_of(session, token_digest, at)
    return (found.actor, found.language) if found else None


def holder_of(session: Session, token_digest: bytes, at: datetime) -> Holder | None:
    """Who holds the session with this token; None once it has ended.

    It begins when the second factor has come, if there is one. It ends when idle or old beyond
    session_limits(), when its role has run out, when the account is closed, and when somebody
    ended it.
    """
    row = _holder().row(session, {"digest": token_digest, "at": at})
    if row is None:
        return None
    held = _Holding(*row[:OF_HOLDING])
    session_id, seen_at, language, confirmed_at, *numbers = row[OF_HOLDING:]
    if seen_at + session_limits(Role(held.role)).idle < at:
        return None
    actor = _actor(held)
    has_factor = confirmed_at is not None
    beside = dict(zip(_beside, numbers, strict=True))
    return Holder(
        replace(actor, session_id=session_id, has_second_factor=has_factor), language, beside
    )


@dataclass(frozen=True, slots=True)
class _Holding:
    """Who holds an assignment, and for what. of_province: the wards of its province."""

    account_id: str
    name: str
    assignment_id: str
    role: str
    ward_code: str | None
    province_code: str | None
    of_province: list[str]
    group_id: str | None
    donor_id: str | None


OF_HOLDING = len(fields(_Holding))


def _actor(assignment: _Holding) -> Actor:
    role = Role(assignment.role)
    wards = {assignment.ward_code} if assignment.ward_code else set()
    wards.update(assignment.of_province)
    if role in {Role.AUDITOR, Role.SYSTEM_ADMIN} and not wards:
        wards = {"*"} if role is Role.AUDITOR else set()
    return Actor(
        account_id=assignment.account_id,
        role=role,
        name=assignment.name,
        ward_codes=frozenset(wards),
        province_code=assignment.province_code,
        group_ids=frozenset({assignment.group_id} if assignment.group_id else ()),
        donor_id=assignment.donor_id,
        assignment_id=assignment.assignment_id,
    )


@dataclass(frozen=True, slots=True)
class Person:
    """An account with every role in force, each as the actor it would be."""

    account_id: str
    language: str
    actors: tuple[Actor, ...]


def people_after(session: Session, account_id: str, *, at: datetime, limit: int) -> list[Person]:
    """The next accounts by id that hold a role at a moment, for a job that goes through all."""
    holds = exists().where(
        Assignment.account_id == Account.id, Assignment.starts_at <= at, Assignment.ends_at > at
    )
    accounts = session.scalars(
        select(Account)
        .where(Account.id > account_id, Account.closed_at.is_(None), holds)
        .order_by(Account.id)
        .limit(limit)
    )
    return [Person(a.id, a.language, _actors(session, a, at)) for a in accounts]


def _actors(session: Session, account: Account, at: datetime) -> tuple[Actor, ...]:
    rows = session.execute(
        select(
            *_ASSIGNED,
        )
        .where(
            Assignment.account_id == account.id, Assignment.starts_at <= at, Assignment.ends_at > at
        )
        .order_by(Assignment.id)
    )
    held = (row._asdict() for row in rows)
    return tuple(_actor(_Holding(account_id=account.id, name=account.name, **one)) for one in held)
