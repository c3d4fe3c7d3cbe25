"""Reads that a decision needs: the pairs to lock, and what is true once they are locked."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from sqlalchemy import (
    ARRAY,
    ColumnElement,
    Row,
    Select,
    String,
    and_,
    bindparam,
    func,
    select,
    true,
)
from sqlalchemy.orm import Session, aliased

from app.accounts.rules import Actor
from app.catalogue.models import SupportKind
from app.households.models import Household, Standing
from app.infra.columns import among
from app.infra.transaction import ALL_WARDS
from app.kernel.clock import VIETNAM
from app.matching.models import Allocation, MatchRun, Policy, Proposal
from app.matching.queries.groups import groups_of
from app.matching.rules.decisions import Candidate
from app.matching.rules.pairs import LineTerms, NeedTerms
from app.matching.rules.policy import KindRule, policy_from
from app.matching.rules.shares import PAID_TOGETHER
from app.matching.rules.states import GONE
from app.needs.models import Need
from app.pledges.models import Pledge, PledgeLine
from app.programmes.models import Programme


@dataclass(frozen=True, slots=True)
class Pair:
    """The rows that one proposal touches."""

    line_id: str
    household_id: str
    need_id: str


@dataclass(frozen=True, slots=True)
class Unopened:
    """A proposal that no approver has had on the screen."""

    id: int
    run_id: str


def in_wards_of(actor: Actor) -> ColumnElement[bool]:
    """The condition that a proposal lies in the actor's wards."""
    if ALL_WARDS in actor.ward_codes:
        return true()
    return among(Proposal.ward_code, actor.ward_codes)


def in_wards_asked(*, everywhere: bool) -> ColumnElement[bool]:
    """The same for a prepared statement, which is given them as `wards`."""
    if everywhere:
        return true()
    return among(Proposal.ward_code, bindparam("wards", type_=ARRAY(String())))


def pairs_of(session: Session, actor: Actor, proposal_ids: Sequence[int]) -> list[Pair]:
    """What the proposals touch, of those in the actor's wards."""
    statement = (
        select(Proposal.pledge_line_id, Need.household_id, Proposal.need_id)
        .join(Need, Need.id == Proposal.need_id)
        .where(Proposal.id.in_(proposal_ids), in_wards_of(actor))
    )
    return [Pair(*row) for row in session.execute(statement)]


def lock_pairs(session: Session, pairs: Sequence[Pair]) -> None:
    """Lock the lines, then the households, then the needs, each by ascending id (TRUST.md, 3.4)."""
    for column, ids in (
        (PledgeLine.id, {pair.line_id for pair in pairs}),
        (Household.id, {pair.household_id for pair in pairs}),
        (Need.id, {pair.need_id for pair in pairs}),
    ):
        locked = select(column).where(column.in_(sorted(ids))).order_by(column)
        session.execute(locked.with_for_update(key_share=True)).all()


def with_their_whole(session: Session, actor: Actor, proposal_ids: Sequence[int]) -> list[int]:
    """The proposals, and with a part of a project all undecided parts, ids ascending."""
    part = aliased(Proposal)
    siblings = (
        select(Proposal.id)
        .join(part, and_(part.run_id == Proposal.run_id, part.need_id == Proposal.need_id))
        .where(part.id.in_(proposal_ids), in_wards_of(actor))
        .where(part.reason["code"].astext == PAID_TOGETHER)
        .where(Proposal.state == "proposed", Proposal.reason["code"].astext == PAID_TOGETHER)
    )
    return sorted({*proposal_ids, *session.scalars(siblings)})


def candidates(
    session: Session, actor: Actor, proposal_ids: Sequence[int], on: date
) -> list[Candidate]:
    """The proposals as they are now, with the terms of both sides. Call after lock_pairs()."""
    statement = _candidates().where(Proposal.id.in_(proposal_ids), in_wards_of(actor))
    rows = session.execute(statement).all()
    groups = groups_of(session, {row.Need.household_id for row in rows}, on)
    return [_candidate(row, groups.get(row.Need.household_id, ())) for row in rows]


def _candidates() -> Select[*tuple[Any, ...]]:
    line_kind = aliased(SupportKind)
    return (
        select(
            Proposal,
            MatchRun.state.label("run_state"),
            MatchRun.requested_by,
            Policy.rules.label("policy"),
            Need,
            Standing.state.label("standing_state"),
            Standing.valid_until,
            PledgeLine,
            Pledge,
            SupportKind,
            func.coalesce(Programme.once_per_household, False).label("once"),
            line_kind.model.label("line_model"),
        )
        .join(MatchRun, MatchRun.id == Proposal.run_id)
        .join(Policy, Policy.version == MatchRun.policy_version)
        .join(Need, Need.id == Proposal.need_id)
        .join(PledgeLine, PledgeLine.id == Proposal.pledge_line_id)
        .join(Pledge, Pledge.id == PledgeLine.pledge_id)
        .join(SupportKind, SupportKind.code == Need.kind_code)
        .join(line_kind, line_kind.code == PledgeLine.kind_code)
        .outerjoin(Standing, Standing.id == Need.standing_id)
        .outerjoin(Programme, Programme.id == Need.programme_id)
        .execution_options(populate_existing=True)
    )


def _candidate(row: Row[*tuple[Any, ...]], groups: Sequence[str]) -> Candidate:
    proposal, need, line, kind = row.Proposal, row.Need, row.PledgeLine, row.SupportKind
    of_catalogue = KindRule(kind.repeat_after_days, kind.one_per_household)
    rule = policy_from(row.policy).kind_rule(kind.code, of_catalogue)
    return Candidate(
        proposal_id=proposal.id,
        run_id=proposal.run_id,
        run_state=row.run_state,
        state=proposal.state,
        ward_code=proposal.ward_code,
        units=proposal.units,
        was_opened=proposal.opened_at is not None,
        prepared_by=proposal.put_forward_by or row.requested_by,
        override_reason=proposal.override_reason,
        need_id=need.id,
        need_code=need.code,
        need_state=need.state,
        household_id=need.household_id,
        member_id=need.member_id,
        standing_approved=row.standing_state == "approved",
        standing_until=row.valid_until,
        line_id=line.id,
        line_state=line.state,
        pledge_id=row.Pledge.id,
        pledge_code=row.Pledge.code,
        donor_id=row.Pledge.donor_id,
        repeat_after_days=rule.repeat_after_days,
        one_per_household=rule.one_per_household,
        once_in_programme=row.once and need.programme_id is not None,
        line=line_terms(line, row.Pledge),
        need=need_terms(need, groups, kind.model),
        fit=kind.fit,
        project_cost=need.cost_dong if row.line_model == "money" else None,
    )


def line_terms(line: PledgeLine, pledge: Pledge) -> LineTerms:
    """What a stored line offers and on which terms."""
    return LineTerms(
        kind_code=line.kind_code,
        spec=line.spec,
        unit_value=line.unit_value,
        wards=frozenset(pledge.wards),
        groups=frozenset(pledge.groups),
        programme_id=pledge.programme_id,
        available_from=pledge.available_from,
        available_to=pledge.available_to,
    )


def need_terms(need: Need, groups: Sequence[str], model: str) -> NeedTerms:
    """What a stored need asks for; `groups` are its household's."""
    return NeedTerms(
        kind_code=need.kind_code,
        spec=need.spec,
        project_cost=need.cost_dong if model == "project" else None,
        ward_code=need.ward_code,
        groups=frozenset(groups),
        programme_id=need.programme_id,
        starts_on=need.starts_on,
        deadline_on=need.deadline_on,
    )


def given_before(session: Session, candidate: Candidate, since: date) -> bool:
    """Whether the same help was promised since that day by another need of the household.

    For kinds of one a household any member's counts, else only the same member's.
    """
    if not (candidate.repeat_after_days or candidate.one_per_household):
        return False
    statement = (
        select(Allocation.id)
        .join(Need, Need.id == Allocation.need_id)
        .where(
            Allocation.household_id == candidate.household_id,
            Need.kind_code == candidate.need.kind_code,
            Allocation.need_id != candidate.need_id,
            Allocation.state.not_in(GONE),
            Allocation.approved_at >= datetime.combine(since, time.min, VIETNAM),
        )
        .limit(1)
    )
    if not candidate.one_per_household:
        statement = statement.where(Need.member_id.is_not_distinct_from(candidate.member_id))
    return session.scalar(statement) is not None


def unopened(session: Session, actor: Actor, proposal_ids: Sequence[int]) -> list[Unopened]:
    """Those of the proposals that nobody has opened yet."""
    statement = (
        select(Proposal.id, Proposal.run_id)
        .where(Proposal.id.in_(proposal_ids), Proposal.opened_at.is_(None))
        .where(Proposal.state == "proposed", in_wards_of(actor))
    )
    return [Unopened(*row) for row in session.execute(statement)]


@dataclass(frozen=True, slots=True)
class OtherNeed:
    """A need that a person would rather give to. `left`: units not covered yet."""

    id: str
    code: str
    state: str
    left: int
    terms: NeedTerms


@dataclass(frozen=True, slots=True)
class LineNow:
    """A line as it is now: free units, terms, and how its kind's specs fit."""

    free: int
    terms: LineTerms
    fit: dict[str, object]


def other_need(
    session: Session, actor: Actor, code: str, ward_code: str, on: date
) -> OtherNeed | None:
    """The need of that code in the ward, if the ward is the actor's."""
    if "*" not in actor.ward_codes and ward_code not in actor.ward_codes:
        return None
    row = session.execute(
        select(Need, SupportKind.model)
        .join(SupportKind, SupportKind.code == Need.kind_code)
        .where(Need.code == code, Need.ward_code == ward_code)
    ).one_or_none()
    if row is None:
        return None
    need, model = row
    groups = groups_of(session, {need.household_id}, on).get(need.household_id, ())
    terms = need_terms(need, groups, model)
    return OtherNeed(need.id, need.code, need.state, need.units - need.covered, terms)


def terms_of_line(session: Session, line_id: str) -> LineNow:
    """The line of an existing proposal."""
    line, pledge, fit = session.execute(
        select(PledgeLine, Pledge, SupportKind.fit)
        .join(Pledge, Pledge.id == PledgeLine.pledge_id)
        .join(SupportKind, SupportKind.code == PledgeLine.kind_code)
        .where(PledgeLine.id == line_id)
    ).one()
    return LineNow(line.free, line_terms(line, pledge), fit)


def is_proposed(session: Session, run_id: str, need_id: str, line_id: str) -> bool:
    """Whether the run already holds this very pair."""
    statement = select(Proposal.id).where(
        Proposal.run_id == run_id,
        Proposal.need_id == need_id,
        Proposal.pledge_line_id == line_id,
    )
    return session.scalar(statement) is not None
