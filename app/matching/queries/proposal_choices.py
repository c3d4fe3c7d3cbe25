"""Choices that the pages of proposals offer: filters, and needs to choose instead."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.rules import Actor
from app.catalogue.models import SupportKind
from app.households.models import Household
from app.matching.models import MatchRun, Proposal, Unmatched
from app.matching.queries.deciding import in_wards_of
from app.matching.queries.proposals import NAMES_SEEN_BY, ProposalRow
from app.matching.rules.states import ProposalState, RunState
from app.needs.models import Need
from app.places.models import ResidentialGroup

MOST_OTHERS = 20


@dataclass(frozen=True, slots=True)
class FilterChoices:
    """The kinds that wait for a decision, and the residential groups of the wards by name."""

    kinds: Sequence[SupportKind]
    groups: Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class OtherNeed:
    """A need of the same kind that the run did not serve, with why not."""

    id: str
    code: str
    household_code: str
    head_name: str | None
    left: int
    reason: Mapping[str, object]


def filter_choices(session: Session, actor: Actor) -> FilterChoices:
    """What the list of proposals can be narrowed to."""
    waiting = (
        select(Need.kind_code)
        .join(Proposal, Proposal.need_id == Need.id)
        .join(MatchRun, MatchRun.id == Proposal.run_id)
        .where(Proposal.state == ProposalState.PROPOSED.value)
        .where(MatchRun.state == RunState.READY.value, in_wards_of(actor))
    )
    kinds = select(SupportKind).where(SupportKind.code.in_(waiting)).order_by(SupportKind.position)
    groups = (
        select(ResidentialGroup.id, ResidentialGroup.name)
        .where(ResidentialGroup.ward_code.in_(sorted(actor.ward_codes)))
        .where(ResidentialGroup.valid_to.is_(None))
        .order_by(ResidentialGroup.sort_key, ResidentialGroup.id)
    )
    found = [(row.id, row.name) for row in session.execute(groups)]
    # Over many wards the names repeat, so there they say nothing.
    one_ward = actor.home_ward is not None
    return FilterChoices(session.scalars(kinds).all(), found if one_ward else [])


def other_needs_for(session: Session, actor: Actor, row: ProposalRow) -> list[OtherNeed]:
    """Needs of the proposal's kind and ward that its run left without, in the run's order."""
    statement = (
        select(
            Need.id,
            Need.code,
            Household.code,
            Household.head_name,
            Need.units - Need.covered,
            Unmatched.reason,
        )
        .join(Need, Need.id == Unmatched.need_id)
        .join(Household, Household.id == Need.household_id)
        .where(Unmatched.run_id == row.run_id, Need.kind_code == row.kind.code)
        .where(Need.state == "approved", Need.units > Need.covered, Need.id != row.need_id)
        .order_by(Unmatched.id)
        .limit(MOST_OTHERS)
    )
    sees_names = actor.role in NAMES_SEEN_BY
    return [
        OtherNeed(r[0], r[1], r[2], r[3] if sees_names else None, r[4], r[5])
        for r in session.execute(statement)
    ]
