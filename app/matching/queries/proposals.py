"""Reads of proposals: the list an approver decides on, and one with all that explains it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import Any, TypeAlias

from sqlalchemy import ColumnElement, Row, Select, func, or_, select, tuple_
from sqlalchemy.orm import Session, aliased

from app.accounts.rules import Actor, Role
from app.catalogue.models import SupportKind
from app.households.models import Household
from app.kernel.errors import NotFound
from app.matching.models import MatchRun, Proposal
from app.matching.queries.deciding import in_wards_of
from app.matching.rules.shares import PAID_TOGETHER
from app.matching.rules.states import ProposalState, RunState
from app.needs.models import Need
from app.places.models import ResidentialGroup
from app.pledges.models import Donor, Pledge, PledgeLine

Rows: TypeAlias = Select[*tuple[Any, ...]]
PAGE = 25
NAMES_SEEN_BY = frozenset({Role.WARD_OFFICER, Role.WARD_APPROVER})


@dataclass(frozen=True, slots=True)
class ProposalRow:
    """One proposal as staff read it. head_name is None for those who may not see names."""

    id: int
    run_id: str
    run_state: str
    ward_code: str
    rank: int
    state: str
    units: int
    reason: Mapping[str, object]
    opened_at: datetime | None
    put_forward_by: str | None
    requested_by: str | None
    override_reason: str | None
    decision_reason: str | None
    decided_at: datetime | None
    last_refusal: str | None
    need_id: str
    need_code: str
    need_units: int
    need_covered: int
    urgency: int
    deadline_on: date | None
    need_spec: Mapping[str, object]
    household_id: str
    household_code: str
    head_name: str | None
    group_id: str | None
    group_name: str | None
    kind: SupportKind
    line_id: str
    line_free: int
    line_spec: Mapping[str, object]
    given_as: str
    pledge_id: str
    pledge_code: str
    donor_name: str

    @property
    def is_part(self) -> bool:
        """Whether several pledges pay for it together; the reason then names them all."""
        return self.reason.get("code") == PAID_TOGETHER

    @property
    def prepared_by(self) -> str | None:
        """The account that may not approve it."""
        return self.put_forward_by or self.requested_by


@dataclass(frozen=True, slots=True)
class ProposalFilter:
    """What the list is narrowed to; None is any. after: (rank, id) of the last row seen."""

    state: str = ProposalState.PROPOSED.value
    kind_code: str | None = None
    group_id: str | None = None
    pledge_code: str | None = None
    run_id: str | None = None
    tier: str | None = None
    after: tuple[int, int] | None = None


def proposals_to_decide(
    session: Session, actor: Actor, wanted: ProposalFilter, *, limit: int = PAGE
) -> list[ProposalRow]:
    """Proposals of the actor's wards in runs that are current, neediest first."""
    statement = _narrowed(_rows(actor), wanted)
    if wanted.after is not None:
        statement = statement.where(tuple_(Proposal.rank, Proposal.id) > wanted.after)
    statement = statement.order_by(Proposal.rank, Proposal.id).limit(limit)
    return [_row(row, actor) for row in session.execute(statement)]


def count_of_proposals(session: Session, actor: Actor, wanted: ProposalFilter) -> int:
    """How many the filter finds on all its pages."""
    return session.scalar(_narrowed(_count().where(in_wards_of(actor)), wanted)) or 0


def proposal_for(session: Session, actor: Actor, proposal_id: int) -> ProposalRow:
    """One proposal of the actor's wards. Raises NotFound for any other."""
    row = session.execute(_rows(actor).where(Proposal.id == proposal_id)).one_or_none()
    if row is None:
        raise NotFound("proposal")
    return _row(row, actor)


def proposals_of_need(session: Session, actor: Actor, need_id: str) -> list[ProposalRow]:
    """The proposals that a need has had, newest run first."""
    statement = _rows(actor).where(Proposal.need_id == need_id)
    statement = statement.order_by(Proposal.id.desc()).limit(PAGE)
    return [_row(row, actor) for row in session.execute(statement)]


def proposals_of_line(session: Session, actor: Actor, line_id: str) -> list[ProposalRow]:
    """The proposals that a pledge line has had, newest run first."""
    statement = _rows(actor).where(Proposal.pledge_line_id == line_id)
    statement = statement.order_by(Proposal.id.desc()).limit(PAGE)
    return [_row(row, actor) for row in session.execute(statement)]


def _narrowed(statement: Rows, wanted: ProposalFilter) -> Rows:
    statement = statement.where(Proposal.state == wanted.state)
    statement = statement.where(is_first_part())
    if wanted.state == ProposalState.PROPOSED.value:
        statement = statement.where(MatchRun.state == RunState.READY.value)
    for column, value in (
        (Need.kind_code, wanted.kind_code),
        (Household.group_id, wanted.group_id),
        (Pledge.code, wanted.pledge_code),
        (Proposal.run_id, wanted.run_id),
        (Proposal.reason["facts"]["tier"].astext, wanted.tier),
    ):
        if value is not None:
            statement = statement.where(column == value)
    return statement


@cache
def is_first_part() -> ColumnElement[bool]:
    """Of a project that several pledges pay for only the first part is listed; it tells all."""
    other = aliased(Proposal)
    earlier = select(other.id).where(
        other.run_id == Proposal.run_id,
        other.need_id == Proposal.need_id,
        other.state == Proposal.state,
        other.id < Proposal.id,
    )
    return or_(Proposal.reason["code"].astext != PAID_TOGETHER, ~earlier.exists())


def _rows(actor: Actor) -> Rows:
    return _every_row().where(in_wards_of(actor))


# Building these takes several times as long as narrowing them.
@cache
def _every_row() -> Rows:
    columns = (
        Proposal,
        MatchRun.state.label("run_state"),
        MatchRun.requested_by,
        Need,
        Household.code.label("household_code"),
        Household.head_name,
        Household.group_id,
        ResidentialGroup.name.label("group_name"),
        SupportKind,
        PledgeLine,
        Pledge.id.label("pledge_id"),
        Pledge.code.label("pledge_code"),
        Donor.name.label("donor_name"),
    )
    return _joined(select(*columns)).execution_options(populate_existing=True)


@cache
def _count() -> Rows:
    return _joined(select(func.count()))


def _joined(statement: Rows) -> Rows:
    return (
        statement.select_from(Proposal)
        .join(MatchRun, MatchRun.id == Proposal.run_id)
        .join(Need, Need.id == Proposal.need_id)
        .join(Household, Household.id == Need.household_id)
        .join(SupportKind, SupportKind.code == Need.kind_code)
        .join(PledgeLine, PledgeLine.id == Proposal.pledge_line_id)
        .join(Pledge, Pledge.id == PledgeLine.pledge_id)
        .join(Donor, Donor.id == Pledge.donor_id)
        .outerjoin(ResidentialGroup, ResidentialGroup.id == Household.group_id)
    )


def _row(row: Row[*tuple[Any, ...]], actor: Actor) -> ProposalRow:
    proposal, need, line = row.Proposal, row.Need, row.PledgeLine
    return ProposalRow(
        id=proposal.id,
        run_id=proposal.run_id,
        run_state=row.run_state,
        ward_code=proposal.ward_code,
        rank=proposal.rank,
        state=proposal.state,
        units=proposal.units,
        reason=proposal.reason,
        opened_at=proposal.opened_at,
        put_forward_by=proposal.put_forward_by,
        requested_by=row.requested_by,
        override_reason=proposal.override_reason,
        decision_reason=proposal.decision_reason,
        decided_at=proposal.decided_at,
        last_refusal=proposal.last_refusal,
        need_id=need.id,
        need_code=need.code,
        need_units=need.units,
        need_covered=need.covered,
        urgency=need.urgency,
        deadline_on=need.deadline_on,
        need_spec=need.spec,
        household_id=need.household_id,
        household_code=row.household_code,
        head_name=row.head_name if actor.role in NAMES_SEEN_BY else None,
        group_id=row.group_id,
        group_name=row.group_name,
        kind=row.SupportKind,
        line_id=line.id,
        line_free=line.free,
        line_spec=line.spec,
        given_as=line.given_as,
        pledge_id=row.pledge_id,
        pledge_code=row.pledge_code,
        donor_name=row.donor_name,
    )
