"""Reads of proposals: the list an approver decides on, and one with all that explains it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import Any, TypeAlias

from sqlalchemy import ColumnElement, Select, func, or_, select, tuple_
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
from app.places.models import ResidentialGroup, Ward
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
    ward_name: str
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
    statement = _narrowed(_rows(actor), wanted)
    if wanted.after is not None:
        statement = statement.where(tuple_(Proposal.rank, Proposal.id) > wanted.after)
    statement = statement.order_by(Proposal.rank, Proposal.id).limit(limit)
    return _read(session, actor, statement)


def count_of_proposals(session: Session, actor: Actor, wanted: ProposalFilter) -> int:
    """How many the filter finds on all its pages."""
    return session.scalar(_narrowed(_count().where(in_wards_of(actor)), wanted)) or 0


def proposal_for(session: Session, actor: Actor, proposal_id: int) -> ProposalRow:
    """One proposal of the actor's wards. Raises NotFound for any other."""
    found = _read(session, actor, _rows(actor).where(Proposal.id == proposal_id))
    if not found:
        raise NotFound("proposal")
    return found[0]


def proposals_of_need(session: Session, actor: Actor, need_id: str) -> list[ProposalRow]:
    """The proposals that a need has had, newest run first."""
    statement = _rows(actor).where(Proposal.need_id == need_id)
    statement = statement.order_by(Proposal.id.desc()).limit(PAGE)
    return _read(session, actor, statement)


def proposals_of_line(session: Session, actor: Actor, line_id: str) -> list[ProposalRow]:
    """The proposals that a pledge line has had, newest run first."""
    statement = _rows(actor).where(Proposal.pledge_line_id == line_id)
    statement = statement.order_by(Proposal.id.desc()).limit(PAGE)
    return _read(session, actor, statement)


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
        (Proposal.ward_code, wanted.ward_code),
    ):
        if value is not None:
            statement = statement.where(column == value)
    return statement.where(Proposal.last_refusal.is_not(None)) if wanted.refused else statement


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
    """A column for each field of ProposalRow by its name; of the kind only its code.

    A kind's JSON is long: read with each row it took longer to decode than all the rest.
    """
    return _joined(
        select(
            *(getattr(Proposal, name) for name in _OF_PROPOSAL),
            MatchRun.state.label("run_state"),
            Ward.name.label("ward_name"),
            MatchRun.requested_by,
            Proposal.need_id,
            Need.code.label("need_code"),
            Need.units.label("need_units"),
            Need.covered.label("need_covered"),
            Need.urgency,
            Need.deadline_on,
            Need.spec.label("need_spec"),
            Need.household_id,
            Household.code.label("household_code"),
            Household.head_name,
            Household.group_id,
            ResidentialGroup.name.label("group_name"),
            Need.kind_code.label("kind"),
            PledgeLine.id.label("line_id"),
            PledgeLine.free.label("line_free"),
            PledgeLine.spec.label("line_spec"),
            PledgeLine.given_as,
            Pledge.id.label("pledge_id"),
            Pledge.code.label("pledge_code"),
            Donor.name.label("donor_name"),
        )
    )


_OF_PROPOSAL = (
    "id",
    "run_id",
    "ward_code",
    "rank",
    "state",
    "units",
    "reason",
    "opened_at",
    "put_forward_by",
    "override_reason",
    "decision_reason",
    "decided_at",
    "last_refusal",
)


@cache
def _count() -> Rows:
    return _joined(select(func.count()))


def _joined(statement: Rows) -> Rows:
    return (
        statement.select_from(Proposal)
        .join(MatchRun, MatchRun.id == Proposal.run_id)
        .join(Ward, Ward.code == Proposal.ward_code)
        .join(Need, Need.id == Proposal.need_id)
        .join(Household, Household.id == Need.household_id)
        .join(SupportKind, SupportKind.code == Need.kind_code)
        .join(PledgeLine, PledgeLine.id == Proposal.pledge_line_id)
        .join(Pledge, Pledge.id == PledgeLine.pledge_id)
        .join(Donor, Donor.id == Pledge.donor_id)
        .outerjoin(ResidentialGroup, ResidentialGroup.id == Household.group_id)
    )


def _read(session: Session, actor: Actor, statement: Rows) -> list[ProposalRow]:
    """The rows of a statement, with their kinds, each of which is read once."""
    rows = [row._asdict() for row in session.execute(statement)]
    codes = {row["kind"] for row in rows}
    wanted = select(SupportKind).where(SupportKind.code.in_(codes))
    kinds = {kind.code: kind for kind in session.scalars(wanted)} if codes else {}
    hidden: dict[str, object] = {} if actor.role in NAMES_SEEN_BY else {"head_name": None}
    return [ProposalRow(**{**row, "kind": kinds[row["kind"]], **hidden}) for row in rows]
