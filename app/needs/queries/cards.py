"""What of a need may stand on its public card, counted against the ward's households."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, and_, or_, select
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
    if not agrees_to_card(session, need.household_id):
        return None
    groups = households.live_standings(session, need.household_id, on)
    alike = _alike(session, need.ward_code, groups, on)
    shown = anonymised(groups, _band(session, need, on), alike)
    is_safe = bool(need.story) and not story_doubts(session, need)
    return CardFacts(
        label=shown.label.value if shown.label else None,
        age_band=shown.age_band,
        groups=common_groups(groups, alike),
        spec=public_spec(need.spec),
        story=need.story if is_safe else None,
    )


def story_doubts(session: Session, need: NeedView) -> list[Identifying]:
    """What keeps the need's story off its card."""
    members = select(Member.name).where(Member.household_id == need.household_id)
    return identifying_parts(need.story, session.scalars(members).all())


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
    agreed = select(Consent.id).where(
        Consent.household_id == household_id,
        Consent.purpose == "show-anonymous-card",
        Consent.withdrawn_at.is_(None),
    )
    return session.scalar(agreed.limit(1)) is not None


def _in_force(on: date) -> ColumnElement[bool]:
    return and_(
        Standing.state == StandingState.APPROVED,
        Standing.valid_from <= on,
        or_(Standing.valid_until.is_(None), Standing.valid_until >= on),
    )


def _band(session: Session, need: NeedView, on: date) -> str | None:
    """The age band of who the need is for: the member it names, or the head."""
    statement = select(Member.birth_year).where(Member.household_id == need.household_id)
    if need.member_id is not None:
        statement = statement.where(Member.id == need.member_id)
    else:
        statement = statement.where(Member.is_head)
    return age_band(session.scalar(statement.limit(1)), on)


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
    of_facts = (
        select(Standing.kind, Member.household_id, Member.birth_year)
        .join(Member, Member.household_id == Standing.household_id)
        .join(Household, Household.id == Member.household_id)
        .where(lives_here, Standing.kind.in_(groups), _in_force(on))
    )
    rows = [(kind, home, year) for kind, home, year in session.execute(of_facts)]
    if SafeGroup.ELDERLY in groups:
        old = (
            select(Member.household_id, Member.birth_year)
            .join(Household, Household.id == Member.household_id)
            .where(lives_here, Member.birth_year <= on.year - OLD_AGE)
        )
        rows += [(SafeGroup.ELDERLY.value, home, year) for home, year in session.execute(old)]
    return rows
