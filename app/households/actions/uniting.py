"""What becomes of two households that are one: values, people, facts, consents, the closed row."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, or_, select, update
from sqlalchemy.orm import Session

from app.accounts.rules import Actor
from app.audit.actions import Subject, record
from app.households import queries
from app.households.actions.entries import household_facts, number_facts
from app.households.actions.registering import changes_between, refresh_search, touch
from app.households.models import Consent, Household, Member, Standing
from app.households.rules import (
    NO,
    Agreement,
    ConsentPurpose,
    HouseholdDraft,
    MemberDraft,
    MergeDraft,
    Side,
    StandingState,
    repeated_facts,
    same_people,
)
from app.infra.crypto import cipher
from app.infra.jobs import JobName, enqueue
from app.kernel.clock import local_day

# What of a person is taken from the other household where their own row does not say it.
OF_PERSON = ("sex", "relation", "birth_year", "born_on")
OF_HEAD = ("name", "folded_name", "sort_key")


@dataclass(frozen=True, slots=True)
class Union:
    """What went over: the pairs of people who are one, and the ids that moved or ended, by noun.

    same: whom of the kept household each person of the closed one is.
    """

    same: dict[str, str]
    moved: dict[str, list[str]]


def unite_homes(
    session: Session, actor: Actor, merge: queries.MergeView, *, now: datetime
) -> Union:
    """Bring two held households together; needs and what hangs on them are their areas' to move.

    The closed row keeps its own values, so that it can be read what it said. Each fact is kept
    once; a consent that one of the two refused or took back ends.
    """
    before = queries.household_for(session, actor, merge.kept_id)
    closed = queries.household_for(session, actor, merge.closed_id)
    draft = MergeDraft({f: Side(side) for f, side in merge.choices.items()}, merge.reason)
    kept_people = queries.people_in(session, merge.kept_id)
    closed_people = queries.people_in(session, merge.closed_id)
    same = same_people(kept_people, closed_people)
    ended = _end_repeated(session, merge, same, now)
    head, name_of = kept_people[0].id, None
    if draft.choices.get("head_name") is Side.CLOSED:
        name_of = closed_people[0].id
        head = same.get(name_of, name_of)
    for twin, person in same.items():
        _unite_person(session, twin, person, takes_name=twin == name_of, now=now)
    moved = {
        "member": _bring_people(session, merge, head),
        "standing": _bring_facts(session, merge, same, ended),
        "standing-ended": sorted(ended),
        "consent": _bring_consents(session, merge, now),
    }
    _close(session, merge, now)
    _take_values(session, actor, (before, closed), draft, now)
    return Union(same, moved)


def _end_repeated(
    session: Session, merge: queries.MergeView, same: Mapping[str, str], now: datetime
) -> set[str]:
    """End the facts that the other household says too; returns their ids."""
    kept = queries.facts_in_force(session, merge.kept_id)
    closed = queries.facts_in_force(session, merge.closed_id)
    ended = repeated_facts(kept, closed, same)
    until = func.greatest(Standing.valid_from, local_day(now) - timedelta(days=1))
    statement = update(Standing).where(Standing.id.in_(ended))
    session.execute(statement.values(state=StandingState.ENDED.value, valid_until=until))
    return ended


def _unite_person(
    session: Session, twin_id: str, person_id: str, *, takes_name: bool, now: datetime
) -> None:
    """Let a person's two rows be one: the twin's has left, what only it said is taken over."""
    twin, person = session.get_one(Member, twin_id), session.get_one(Member, person_id)
    twin.left_on = local_day(now)
    # First, or the ward would have two live people with one number.
    session.flush()
    for field in OF_PERSON:
        if getattr(person, field) is None or (takes_name and field in {"birth_year", "born_on"}):
            setattr(person, field, getattr(twin, field) or getattr(person, field))
    for field in OF_HEAD if takes_name else ():
        setattr(person, field, getattr(twin, field))
    if person.citizen_number is None and twin.citizen_number is not None:
        place = f"member.citizen_number:{twin_id}"
        digits = cipher().decrypt(twin.citizen_number, place)
        for field, value in number_facts(digits, person_id).items():
            setattr(person, field, value)
    session.flush()


def _bring_people(session: Session, merge: queries.MergeView, head: str) -> list[str]:
    """Bring over who is new to the kept household, and name its head."""
    lives = Member.left_on.is_(None)
    here = Member.household_id == merge.closed_id
    moved = session.scalars(select(Member.id).where(here, lives).order_by(Member.id)).all()
    session.execute(update(Member).where(here, lives).values(household_id=merge.kept_id))
    all_of_them = update(Member).where(Member.household_id == merge.kept_id, lives)
    session.execute(all_of_them.values(is_head=Member.id == head))
    return list(moved)


def _bring_facts(
    session: Session, merge: queries.MergeView, same: Mapping[str, str], ended: set[str]
) -> list[str]:
    """Bring over the facts that were not ended, each to the person it is about."""
    here = (Standing.household_id == merge.closed_id) & Standing.id.not_in(ended)
    moved = session.scalars(select(Standing.id).where(here).order_by(Standing.id)).all()
    for twin, person in same.items():
        session.execute(
            update(Standing).where(here, Standing.member_id == twin).values(member_id=person)
        )
    session.execute(update(Standing).where(here).values(household_id=merge.kept_id))
    return list(moved)


def _bring_consents(session: Session, merge: queries.MergeView, now: datetime) -> list[str]:
    """Bring over what was agreed; of two answers to one purpose the stricter stays."""
    homes = [merge.kept_id, merge.closed_id]
    in_force = Consent.withdrawn_at.is_(None)
    twice = list[str]()
    for purpose in ConsentPurpose:
        said = set(queries.agreements_of(session, homes, purpose).values())
        if said == {Agreement.GIVEN}:
            twice.append(purpose.value)
        elif Agreement.GIVEN in said and said & NO:
            both = Consent.household_id.in_(homes) & (Consent.purpose == purpose.value)
            session.execute(update(Consent).where(both, in_force).values(withdrawn_at=now))
    goes = or_(Consent.purpose.not_in(twice), ~in_force)
    here = (Consent.household_id == merge.closed_id) & goes
    moved = session.scalars(select(Consent.id).where(here).order_by(Consent.id)).all()
    session.execute(update(Consent).where(here).values(household_id=merge.kept_id))
    return list(moved)


def _close(session: Session, merge: queries.MergeView, now: datetime) -> None:
    """Close the household with a pointer; those that were merged into it point on."""
    # Its own code is free again: the kept household may take it.
    values: dict[str, object] = {
        "state": "merged", "merged_into": merge.kept_id, "own_code": None, "changed_at": now
    }  # fmt: skip
    touch(session, merge.closed_id, None, values)
    before = update(Household).where(Household.merged_into == merge.closed_id)
    session.execute(before.values(merged_into=merge.kept_id))


def _take_values(
    session: Session,
    actor: Actor,
    homes: tuple[queries.HouseholdView, queries.HouseholdView],
    draft: MergeDraft,
    now: datetime,
) -> None:
    """Write the values that were chosen into the kept household."""
    kept, closed = homes

    def of(field: str) -> queries.HouseholdView:
        side = draft.side_of(field, getattr(kept, field), getattr(closed, field))
        return closed if side is Side.CLOSED else kept

    chosen = HouseholdDraft(
        head=MemberDraft(of("head_name").head_name),
        address=of("address").address,
        phone=of("phone").phone,
        note=of("note").note,
        own_code=of("own_code").own_code,
        size=of("size").size,
    )
    values = household_facts(chosen, of("group").group_id, kept.id)
    touch(session, kept.id, None, values | {"changed_at": now})
    refresh_search(session, kept.id)
    session.expire_all()
    changes = changes_between(kept, queries.household_for(session, actor, kept.id))
    subject = Subject("household", kept.id, kept.ward_code)
    record(session, actor, "change-household", subject, changes=changes)
    # Its cards are written anew: what it agrees to, and the crowd it is shown in, may differ.
    enqueue(session, JobName.FOLLOW_CONSENT, kept.id, wards=kept.ward_code)
