"""What of a need may stand on its public card, counted against the ward's households."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, Select, and_, literal, or_, select, union_all
from sqlalchemy.orm import Session

from app.catalogue.rules import size_to_show
from app.households import queries as households
from app.households.models import Consent, Household, Member, Standing
from app.households.rules import OLD_AGE, SafeGroup, StandingState
from app.needs.queries.finding import NeedView
from app.needs.rules import Identifying, age_band, anonymised, common_groups, identifying_parts

# Measures of a body are health data; a card says only what a donor must choose by.
SHOWN_SPEC = frozenset({"type", "level", "item", "size", "asset"})
Alike = Mapping[tuple[str | None, str | None], int]


@dataclass(frozen=True, slots=True)
class CardFacts:
    """The public part of a need. `groups` serve donors' restrictions and are never shown."""

    label: str | None
    age_band: str | None
    groups: tuple[str, ...]
    spec: dict[str, object]
    story: str | None


def card_facts(session: Session, need: NeedView, on: date) -> CardFacts | None:
    """The card of a need, or None where the household has not agreed to be shown so.

    Label and age band are coarsened until a crowd of the ward shares them; a story in
    which anything identifies somebody stays off the card.
    """
    return card_and_doubts(session, need, on)[0]


def card_and_doubts(
    session: Session, need: NeedView, on: date
) -> tuple[CardFacts | None, list[Identifying]]:
    """The card of a need as card_facts() tells, and what keeps the story off it."""
    agrees, people = _home(session, need.household_id)
    doubts = identifying_parts(need.story, [one.name for one in people]) if need.story else []
    if not agrees:
        return None, doubts
    groups = households.live_standings(session, need.household_id, on)
    alike = _alike(session, need.ward_code, groups, on)
    shown = anonymised(groups, _band(need, people, on), alike)
    card = CardFacts(
        label=shown.label.value if shown.label else None,
        age_band=shown.age_band,
        groups=common_groups(groups, alike),
        spec=public_spec(need.spec),
        story=need.story if need.story and not doubts else None,
    )
    return card, doubts


@dataclass(frozen=True, slots=True)
class _Person:
    """Somebody of the household, who may have left it."""

    id: str
    name: str
    birth_year: int | None
    is_head: bool


def _home(session: Session, household_id: str) -> tuple[bool, list[_Person]]:
    """Whether the household agrees to stand on the board, and its people."""
    statement = (
        select(_agreed(household_id).exists(), Member.id, Member.name)
        .add_columns(Member.birth_year, Member.is_head)
        .select_from(Household)
        .outerjoin(Member, Member.household_id == Household.id)
        .where(Household.id == household_id)
    )
    rows = session.execute(statement).all()
    people = [_Person(*person) for _agrees, *person in rows if person[0] is not None]
    return bool(rows) and rows[0][0], people


def public_spec(spec: Mapping[str, object]) -> dict[str, object]:
    """What a donor must choose by: a chair's size in trade instead of the body's measure."""
    shown = {key: value for key, value in spec.items() if key in SHOWN_SPEC}
    hip = spec.get("hip_cm")
    return {**shown, "seat_cm": size_to_show(hip)} if isinstance(hip, int) else shown


def standing_in_force(session: Session, household_id: str, on: date) -> str | None:
    """The approved fact on which a need of the household may rest, the longest lasting one."""
    return session.scalar(
        select(Standing.id)
        .where(Standing.household_id == household_id, _in_force(on))
        .order_by(Standing.valid_until.desc().nulls_first(), Standing.id)
        .limit(1)
    )


def agrees_to_card(session: Session, household_id: str) -> bool:
    """Whether the household agrees to stand on the board without its name."""
    return session.scalar(_agreed(household_id).limit(1)) is not None


def _agreed(household_id: str) -> Select[str]:
    return select(Consent.id).where(
        Consent.household_id == household_id,
        Consent.purpose == "show-anonymous-card",
        Consent.withdrawn_at.is_(None),
    )


def _in_force(on: date) -> ColumnElement[bool]:
    return and_(
        Standing.state == StandingState.APPROVED,
        Standing.valid_from <= on,
        or_(Standing.valid_until.is_(None), Standing.valid_until >= on),
    )


def _band(need: NeedView, people: Collection[_Person], on: date) -> str | None:
    """The age band of who the need is for: the member it names, or the head."""
    named = need.member_id is not None
    years = (
        one.birth_year for one in people if (one.id == need.member_id if named else one.is_head)
    )
    return age_band(next(years, None), on)


def _alike(session: Session, ward_code: str, groups: Collection[str], on: date) -> Alike:
    """How many households of the ward share each group, by age band and in all.

    Households and not people, so that one family of five is no crowd to hide in.
    """
    found: dict[tuple[str | None, str | None], set[str]] = defaultdict(set)
    for group, household_id, birth_year in _rows(session, ward_code, groups, on):
        found[group, None].add(household_id)
        if band := age_band(birth_year, on):
            found[group, band].add(household_id)
    return {key: len(households_found) for key, households_found in found.items()}


def _rows(
    session: Session, ward_code: str, groups: Collection[str], on: date
) -> list[tuple[str, str, int | None]]:
    """Group, household and year of birth of everyone in the ward's active households."""
    lives_here = and_(
        Member.ward_code == ward_code, Member.left_on.is_(None), Household.state == "active"
    )
    wanted = (
        select(Standing.kind, Member.household_id, Member.birth_year)
        .join(Member, Member.household_id == Standing.household_id)
        .join(Household, Household.id == Member.household_id)
        .where(lives_here, Standing.kind.in_(groups), _in_force(on))
    )
    if SafeGroup.ELDERLY not in groups:
        return [(kind, home, year) for kind, home, year in session.execute(wanted)]
    old = (
        select(literal(SafeGroup.ELDERLY.value), Member.household_id, Member.birth_year)
        .join(Household, Household.id == Member.household_id)
        .where(lives_here, Member.birth_year <= on.year - OLD_AGE)
    )
    both = union_all(wanted, old)
    return [(kind, home, year) for kind, home, year in session.execute(both)]
