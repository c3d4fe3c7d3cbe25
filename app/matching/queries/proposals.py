"""Reads of proposals: the list an approver decides on, and one with all that explains it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime
from functools import cache
from typing import Any, TypeAlias

from sqlalchemy import (
    ColumnElement,
    Select,
    or_,
    select,
)
from sqlalchemy.orm import Session, aliased

from app.accounts.rules import Actor, Role
from app.catalogue.models import SupportKind
from app.catalogue.queries import all_kinds
from app.catalogue.rules import Kind
from app.households.models import Household
from app.kernel.errors import NotFound
from app.matching.models import MatchRun, Proposal
from app.matching.queries.deciding import in_wards_of
from app.matching.rules.shares import PAID_TOGETHER
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
    kind: Kind
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
    return every_row().where(in_wards_of(actor))


_OF_RUN = (
    Proposal.id,
    Proposal.run_id,
    MatchRun.state.label("run_state"),
    Proposal.ward_code,
    Ward.name.label("ward_name"),
    Proposal.rank,
    Proposal.state,
    Proposal.units,
    Proposal.reason,
    Proposal.opened_at,
    Proposal.put_forward_by,
    MatchRun.requested_by,
    Proposal.override_reason,
    Proposal.decision_reason,
    Proposal.decided_at,
    Proposal.last_refusal,
)


# Building these takes several times as long as narrowing them.
@cache
def every_row() -> Rows:
    """A column for each field of ProposalRow in their order; of the kind only its code.

    A kind's JSON is long: read with each row it took longer to decode than all the rest.
    """
    return _joined(
        select(
            *_OF_RUN,
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
    return rows_of(session, actor, session.execute(statement))


def rows_of(session: Session, actor: Actor, rows: Iterable[Sequence[Any]]) -> list[ProposalRow]:
    """Rows of every_row(), with their kinds, and without names for who may not see them."""
    kinds = {kind.code: kind for kind in all_kinds(session)}
    found = []
    for row in rows:
        values = [*row]
        values[_KIND] = kinds[values[_KIND]]
        if actor.role not in NAMES_SEEN_BY:
            values[_HEAD_NAME] = None
        found.append(ProposalRow(*values))
    return found


_FIELDS = [field.name for field in fields(ProposalRow)]
_KIND, _HEAD_NAME = _FIELDS.index("kind"), _FIELDS.index("head_name")
