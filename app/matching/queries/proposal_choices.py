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
from app.places.models import ResidentialGroup, Ward

MOST_OTHERS = 20
# What a need cannot get over, whichever pledge is turned to it.
NEVER_FITS = ("no-line-fits", "given-recently", "given-in-programme", "standing-no-longer-valid")


@dataclass(frozen=True, slots=True)
class FilterChoices:
    """The kinds that wait for a decision, and the places to narrow to: codes or ids with names.

    Staff of one ward choose among its residential groups; who sees several, among those wards
    where something waits.
    """

    kinds: Sequence[SupportKind]
    groups: Sequence[tuple[str, str]]
    wards: Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class OtherNeed:
    """A need of the same kind that the run did not serve, with why not."""

    id: str
    code: str
    household_code: str
    head_name: str | None
    left: int
    reason: Mapping[str, object]

    @property
    def fits(self) -> bool:
        """Whether choosing it can come to something."""
        return self.reason.get("code") not in NEVER_FITS


def filter_choices(session: Session, actor: Actor) -> FilterChoices:
    """What the list of proposals can be narrowed to."""
    waiting = (
        select(Need.kind_code, Proposal.ward_code)
        .join(Proposal, Proposal.need_id == Need.id)
        .join(MatchRun, MatchRun.id == Proposal.run_id)
        .where(Proposal.state == ProposalState.PROPOSED.value)
        .where(MatchRun.state == RunState.READY.value, in_wards_of(actor))
    )
    coded = waiting.with_only_columns(Need.kind_code)
    kinds = select(SupportKind).where(SupportKind.code.in_(coded)).order_by(SupportKind.position)
    if actor.home_ward is None:
        placed = waiting.with_only_columns(Proposal.ward_code)
        wards = select(Ward.code, Ward.name).where(Ward.code.in_(placed)).order_by(Ward.sort_key)
        named = [(row.code, row.name) for row in session.execute(wards)]
        return FilterChoices(session.scalars(kinds).all(), (), named)
    groups = (
        select(ResidentialGroup.id, ResidentialGroup.name)
        .where(ResidentialGroup.ward_code.in_(sorted(actor.ward_codes)))
        .where(ResidentialGroup.valid_to.is_(None))
        .order_by(ResidentialGroup.sort_key, ResidentialGroup.id)
    )
    found = [(row.id, row.name) for row in session.execute(groups)]
    return FilterChoices(session.scalars(kinds).all(), found, ())


def other_needs_for(session: Session, actor: Actor, row: ProposalRow) -> list[OtherNeed]:
    """Needs of the proposal's kind that its run left without; first those that it might fit."""
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
        .order_by(Unmatched.reason["code"].astext.in_(NEVER_FITS), Unmatched.id)
        .limit(MOST_OTHERS)
    )
    sees_names = actor.role in NAMES_SEEN_BY
    return [
        OtherNeed(r[0], r[1], r[2], r[3] if sees_names else None, r[4], r[5])
        for r in session.execute(statement)
    ]
