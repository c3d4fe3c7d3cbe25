"""What of a need may stand on its public card, counted against the ward's people."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from app.households import queries as households
from app.households.models import Consent, Household, Member, Standing
from app.households.rules import StandingState
from app.needs.queries.finding import NeedView
from app.needs.rules import age_band, anonymised, identifying_parts, label_of

# Measures of a body are health data; a card says only what a donor must choose by.
SHOWN_SPEC = frozenset({"type", "level", "item", "size", "asset"})


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

    Label and age band are coarsened until five people of the ward share them; a story in which
    anything identifies somebody stays off the card.
    """
    agreed = session.scalar(
        select(Consent.id)
        .where(
            Consent.household_id == need.household_id,
            Consent.purpose == "show-anonymous-card",
            Consent.withdrawn_at.is_(None),
        )
        .limit(1)
    )
    if agreed is None:
        return None
    groups = households.live_standings(session, need.household_id, on)
    shown = anonymised(groups, _band(session, need, on), _people(session, need, groups, on))
    names = session.scalars(
        select(Member.name).where(Member.household_id == need.household_id)
    ).all()
    is_safe = bool(need.story) and not identifying_parts(need.story, names)
    return CardFacts(
        label=shown.label.value if shown.label else None,
        age_band=shown.age_band,
        groups=tuple(groups),
        spec={key: value for key, value in need.spec.items() if key in SHOWN_SPEC},
        story=need.story if is_safe else None,
    )


def standing_in_force(session: Session, household_id: str, on: date) -> str | None:
    """The approved fact on which a need of the household may rest, the longest lasting one."""
    return session.scalar(
        select(Standing.id)
        .where(
            Standing.household_id == household_id,
            Standing.state == StandingState.APPROVED,
            Standing.valid_from <= on,
            or_(Standing.valid_until.is_(None), Standing.valid_until >= on),
        )
        .order_by(Standing.valid_until.desc().nulls_first(), Standing.id)
        .limit(1)
    )


def _band(session: Session, need: NeedView, on: date) -> str | None:
    """The age band of who the need is for: the member it names, or the head."""
    statement = select(Member.birth_year).where(Member.household_id == need.household_id)
    if need.member_id is not None:
        statement = statement.where(Member.id == need.member_id)
    else:
        statement = statement.where(Member.is_head)
    return age_band(session.scalar(statement.limit(1)), on)


def _people(
    session: Session, need: NeedView, groups: list[str], on: date
) -> Mapping[tuple[str | None, str | None], int]:
    """How many people of the ward share the label, by age band and in all."""
    label = label_of(groups)
    if label is None:
        return {}
    if label.value == "elderly":
        years = [
            year
            for year in session.scalars(
                select(Member.birth_year)
                .join(Household, Household.id == Member.household_id)
                .where(
                    Member.ward_code == need.ward_code,
                    Member.left_on.is_(None),
                    Member.birth_year <= on.year - 60,
                )
            )
            if year is not None
        ]
    else:
        years = households.people_by_card(session, need.ward_code, label.value)
    people: Counter[tuple[str | None, str | None]] = Counter()
    for year in years:
        people[label.value, age_band(year, on)] += 1
        people[label.value, None] += 1
    return people
