"""Choices that the pages of proposals offer: filters, and needs to choose instead."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from app.accounts.rules import Actor
from app.catalogue.models import SupportKind
from app.households.models import Household
from app.infra.prepared import Prepared
from app.infra.transaction import ALL_WARDS
from app.matching.models import MatchRun, Proposal, Unmatched
from app.matching.queries.deciding import in_wards_asked
from app.matching.queries.proposals import NAMES_SEEN_BY, ProposalRow
from app.matching.rules.states import ProposalState, RunState
from app.needs.models import Need
from app.places.models import Ward
from app.places.queries import groups_of

MOST_OTHERS = 20
# What a need cannot get over, whichever pledge is turned to it.
NEVER_FITS = ("no-line-fits", "given-recently", "given-in-programme", "standing-no-longer-valid")


class KindName(NamedTuple):
    """A support kind by its name in both languages."""

    code: str
    label_vi: str
    label_en: str

    def label(self, language: str) -> str:
        """Its name in a language."""
        return self.label_en if language == "en" else self.label_vi


@dataclass(frozen=True, slots=True)
class FilterChoices:
    """The kinds that wait for a decision, and the places to narrow to: codes or ids with names.

    Staff of one ward choose among its residential groups; who sees several, among those wards
    where something waits.
    """

    kinds: Sequence[KindName]
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
    everywhere, given = ALL_WARDS in actor.ward_codes, {"wards": sorted(actor.ward_codes)}
    kinds = [KindName(*row) for row in _kinds(everywhere=everywhere).rows(session, given)]
    if actor.home_ward is None:
        wards = _wards(everywhere=everywhere).rows(session, given)
        return FilterChoices(kinds, (), [(code, name) for code, name in wards])
    groups = groups_of(session, actor.home_ward)
    return FilterChoices(kinds, [(group.id, group.name) for group in groups], ())


def _waiting(column: Any, *, everywhere: bool) -> Select[str]:  # noqa: ANN401 - of either table.
    """A column of what waits for a decision."""
    return (
        select(column)
        .select_from(Proposal)
        .join(Need, Need.id == Proposal.need_id)
        .join(MatchRun, MatchRun.id == Proposal.run_id)
        .where(Proposal.state == ProposalState.PROPOSED.value)
        .where(MatchRun.state == RunState.READY.value, in_wards_asked(everywhere=everywhere))
    )


@cache
def _kinds(*, everywhere: bool) -> Prepared:
    coded = _waiting(Need.kind_code, everywhere=everywhere)
    return Prepared(
        select(SupportKind.code, SupportKind.label_vi, SupportKind.label_en)
        .where(SupportKind.code.in_(coded))
        .order_by(SupportKind.position)
    )


@cache
def _wards(*, everywhere: bool) -> Prepared:
    placed = _waiting(Proposal.ward_code, everywhere=everywhere)
    return Prepared(
        select(Ward.code, Ward.name).where(Ward.code.in_(placed)).order_by(Ward.sort_key)
    )


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
