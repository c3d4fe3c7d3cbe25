"""The list of proposals that an approver decides on: one statement for each way to narrow it."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from sqlalchemy import BigInteger, SQLColumnExpression, String, bindparam, func, select, tuple_
from sqlalchemy.orm import Session

from app.accounts.rules import Actor
from app.households.models import Household
from app.infra.prepared import Prepared
from app.infra.transaction import ALL_WARDS
from app.matching.models import MatchRun, Proposal
from app.matching.queries.deciding import in_wards_asked
from app.matching.queries.proposals import ProposalRow, Rows, every_row, is_first_part, rows_of
from app.matching.rules.states import ProposalState, RunState
from app.needs.models import Need
from app.pledges.models import Pledge, PledgeLine

PAGE = 25


@dataclass(frozen=True, slots=True)
class ProposalFilter:
    """What the list is narrowed to; None is any. after: (rank, id) of the last row seen.

    refused: only those that somebody tried to accept in vain.
    """

    state: str = ProposalState.PROPOSED.value
    kind_code: str | None = None
    group_id: str | None = None
    pledge_code: str | None = None
    run_id: str | None = None
    tier: str | None = None
    ward_code: str | None = None
    refused: bool = False
    after: tuple[int, int] | None = None


def proposals_to_decide(
    session: Session, actor: Actor, wanted: ProposalFilter, *, limit: int = PAGE
) -> list[ProposalRow]:
    """Proposals of the actor's wards in runs that are current, neediest first."""
    after = wanted.after is not None
    found = _page(_narrowed_by(wanted), everywhere=_everywhere(actor), goes_on=after, most=limit)
    return rows_of(session, actor, found.rows(session, _given(actor, wanted)))


def count_of_proposals(session: Session, actor: Actor, wanted: ProposalFilter) -> int:
    """How many the filter finds on all its pages."""
    found = _counted(_narrowed_by(wanted), everywhere=_everywhere(actor))
    return found.value(session, _given(actor, wanted)) or 0


_NARROWING: Mapping[str, SQLColumnExpression[Any]] = {
    "kind_code": Need.kind_code,
    "group_id": Household.group_id,
    "pledge_code": Pledge.code,
    "run_id": Proposal.run_id,
    "tier": Proposal.reason["facts"]["tier"].astext,
    "ward_code": Proposal.ward_code,
}
_ONLY_REFUSED = "refused"


def _everywhere(actor: Actor) -> bool:
    return ALL_WARDS in actor.ward_codes


def _narrowed_by(wanted: ProposalFilter) -> tuple[str, ...]:
    """The names of what a filter narrows by; a state that is usual is one of them."""
    by = [name for name in _NARROWING if getattr(wanted, name) is not None]
    usual = [wanted.state] if wanted.state == ProposalState.PROPOSED.value else []
    return (*by, *usual, *([_ONLY_REFUSED] if wanted.refused else []))


def _given(actor: Actor, wanted: ProposalFilter) -> dict[str, object]:
    """What a statement about a filter is executed with."""
    rank, last = wanted.after or (None, None)
    given = {name: getattr(wanted, name) for name in (*_NARROWING, "state")}
    return {**given, "wards": sorted(actor.ward_codes), "after_rank": rank, "after": last}


@lru_cache(maxsize=200)
def _page(by: tuple[str, ...], *, everywhere: bool, goes_on: bool, most: int) -> Prepared:
    """A page of the list, for all who see the same wards or are given theirs."""
    found = _narrowed(every_row().where(in_wards_asked(everywhere=everywhere)), by)
    if goes_on:
        last = (bindparam(name, type_=BigInteger()) for name in ("after_rank", "after"))
        found = found.where(tuple_(Proposal.rank, Proposal.id) > tuple_(*last))
    return Prepared(found.order_by(Proposal.rank, Proposal.id).limit(most))


@lru_cache(maxsize=200)
def _counted(by: tuple[str, ...], *, everywhere: bool) -> Prepared:
    return Prepared(_narrowed(_counting(by).where(in_wards_asked(everywhere=everywhere)), by))


def _narrowed(statement: Rows, by: tuple[str, ...]) -> Rows:
    proposed = ProposalState.PROPOSED.value
    if proposed in by:
        statement = statement.where(MatchRun.state == RunState.READY.value)
        statement = statement.where(Proposal.state == proposed)
    else:
        statement = statement.where(Proposal.state == bindparam("state", type_=String()))
    for name, column in _NARROWING.items():
        if name in by:
            statement = statement.where(column == bindparam(name, type_=String()))
    if _ONLY_REFUSED in by:
        statement = statement.where(Proposal.last_refusal.is_not(None))
    return statement.where(is_first_part())


def _counting(by: tuple[str, ...]) -> Rows:
    """Counts proposals; joins what row-level security and the filter ask for, and no more."""
    counting = (
        select(func.count())
        .select_from(Proposal)
        .join(MatchRun, MatchRun.id == Proposal.run_id)
        .join(Need, Need.id == Proposal.need_id)
        .join(Household, Household.id == Need.household_id)
    )
    if "pledge_code" not in by:
        return counting
    return counting.join(PledgeLine, PledgeLine.id == Proposal.pledge_line_id).join(
        Pledge, Pledge.id == PledgeLine.pledge_id
    )
