"""Registering households by hand, changing them, letting them go."""

from collections.abc import Collection
from datetime import date, datetime

from sqlalchemy import insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.accounts.rules import Actor
from app.audit.actions import Subject, record
from app.households import queries
from app.households.actions.entries import (
    Origin,
    household_facts,
    household_row,
    member_facts,
    member_row,
    number_facts,
    number_index,
    search_text,
)
from app.households.models import Household, Member
from app.households.rules import HouseholdDraft, MemberDraft, Person
from app.infra.transaction import rows_changed
from app.kernel.errors import Conflict
from app.kernel.vietnamese import fold
from app.places.actions import group_named


def register_household(  # noqa: PLR0913 - one household with where it comes from.
    session: Session,
    actor: Actor,
    ward_code: str,
    draft: HouseholdDraft,
    *,
    now: datetime,
    today: date,
) -> str:
    """Enter a household and its head in a ward's book; returns its id.

    Raises Conflict("citizen-number-taken") if somebody of the ward has the head's number,
    Conflict("own-code-taken") if another household has the ward's own code.
    """
    group_id = _group(session, actor, ward_code, draft, today)
    row = household_row(draft, group_id, Origin(ward_code, actor, now))
    household_id = str(row["id"])
    try:
        with session.begin_nested():
            session.execute(insert(Household), [row])
            session.execute(
                insert(Member), [member_row(draft.head, household_id, ward_code, is_head=True)]
            )
    except IntegrityError as error:
        raise _taken(error) from error
    record(session, actor, "register-household", Subject("household", household_id, ward_code))
    return household_id


def _group(
    session: Session, actor: Actor, ward_code: str, draft: HouseholdDraft, today: date
) -> str | None:
    if not draft.group:
        return None
    return group_named(session, actor, ward_code, draft.group, today=today)


def _taken(error: IntegrityError) -> Conflict:
    """Which of the ward's two unique facts was taken."""
    own_code = "uq_household_ward_code_own_code" in str(error.orig)
    return Conflict("own-code-taken" if own_code else "citizen-number-taken")


def twin_of(
    session: Session, ward_code: str, draft: MemberDraft, *, own_code: str | None = None
) -> queries.Twin | None:
    """Who in the ward's book a person about to be entered repeats, for sure or perhaps."""
    person = person_of(draft, own_code)
    return queries.book_of(session, ward_code, [person]).twin_of(person)


def person_of(draft: MemberDraft, own_code: str | None = None) -> Person:
    """A draft as it is looked for in the book."""
    return Person(
        folded_name=fold(draft.name),
        citizen_index=number_index(draft.citizen_number) if draft.citizen_number else None,
        birth_year=draft.born_on.year if draft.born_on else draft.birth_year,
        born_on=draft.born_on,
        own_code=own_code,
    )


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

    The head's number is kept where the draft has none: it was never shown to who typed.
    Raises Conflict("household-changed-meanwhile") if somebody else changed it first.
    """
    before = queries.household_for(session, actor, household_id)
    group_id = _group(session, actor, before.ward_code, draft, today)
    values = household_facts(draft, group_id, household_id)
    try:
        with session.begin_nested():
            touch(session, household_id, version, values | {"changed_at": now})
            _change_head(session, household_id, draft.head)
    except IntegrityError as error:
        raise _taken(error) from error
    refresh_search(session, household_id)
    subject = Subject("household", household_id, before.ward_code)
    after = queries.household_for(session, actor, household_id)
    record(session, actor, "change-household", subject, changes=changes_between(before, after))


def touch(
    session: Session, household_id: str, version: int | None, values: dict[str, object]
) -> None:
    """Change a household's row; with a version only if it is still the one that was read."""
    statement = update(Household).where(Household.id == household_id, Household.state == "active")
    if version is not None:
        statement = statement.where(Household.version == version)
    changed = statement.values({**values, "version": Household.version + 1})
    if rows_changed(session, changed) != 1:
        raise Conflict("household-changed-meanwhile")


def changes_between(
    before: queries.HouseholdView, after: queries.HouseholdView
) -> dict[str, list[object]]:
    """What is different now, for the history."""
    names = ("head_name", "group", "address", "phone", "size", "own_code", "note")
    pairs = {name: [getattr(before, name), getattr(after, name)] for name in names}
    return {name: pair for name, pair in pairs.items() if pair[0] != pair[1]}


def _change_head(session: Session, household_id: str, head: MemberDraft) -> None:
    is_head = (Member.household_id == household_id) & Member.is_head & Member.left_on.is_(None)
    values = {k: v for k, v in member_facts(head).items() if k != "relation"}
    if head.citizen_number:
        member_id = session.scalars(select(Member.id).where(is_head)).one()
        values |= number_facts(head.citizen_number, member_id)
    session.execute(update(Member).where(is_head).values(values))


def refresh_search(session: Session, household_id: str) -> None:
    """Renew what a household is found by after its people changed."""
    row = session.execute(
        select(Household.code, Household.own_code).where(Household.id == household_id)
    ).one()
    # Papers in people's hands may bear the code of a household that was merged into this one.
    codes = select(Household.code).where(Household.merged_into == household_id)
    names = [*_names(session, household_id), *session.scalars(codes.order_by(Household.id))]
    session.execute(
        update(Household)
        .where(Household.id == household_id)
        .values(search_text=search_text(names, row.code, row.own_code))
    )


def _names(session: Session, household_id: str) -> Collection[str]:
    return session.scalars(
        select(Member.name)
        .where(Member.household_id == household_id, Member.left_on.is_(None))
        .order_by(Member.is_head.desc(), Member.id)
    ).all()


def move_away(
    session: Session, actor: Actor, household_id: str, reason: str, *, now: datetime
) -> None:
    """Note that a household no longer lives in the ward; its record and history stay."""
    before = queries.household_for(session, actor, household_id)
    touch(session, household_id, None, {"state": "moved-away", "changed_at": now})
    subject = Subject("household", household_id, before.ward_code)
    record(session, actor, "move-household-away", subject, reason=reason)
