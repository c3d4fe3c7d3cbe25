"""Reads that answer "why this household, why not that one" for a need or a pledge line."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from app.accounts.rules import Actor
from app.catalogue.models import SupportKind
from app.households.models import Household
from app.kernel.errors import NotFound
from app.matching.models import MatchRun, Proposal, Unmatched
from app.matching.queries.groups import groups_of
from app.matching.queries.proposals import NAMES_SEEN_BY
from app.matching.rules.states import RunState
from app.needs.models import Need
from app.pledges.models import Donor, Pledge, PledgeLine


@dataclass(frozen=True, slots=True)
class NeedAsked:
    """The need that a page explains. head_name is None for those who may not see names."""

    id: str
    code: str
    ward_code: str
    state: str
    units: int
    covered: int
    urgency: int
    spec: Mapping[str, object]
    deadline_on: date | None
    approved_at: datetime | None
    household_id: str
    household_code: str
    head_name: str | None
    safe_groups: tuple[str, ...]
    kind: SupportKind


@dataclass(frozen=True, slots=True)
class LineAsked:
    """The pledge line that a page explains."""

    id: str
    pledge_id: str
    pledge_code: str
    donor_name: str
    state: str
    units: int
    free: int
    spec: Mapping[str, object]
    kind: SupportKind


@dataclass(frozen=True, slots=True)
class WhyNot:
    """What a run found about a need or line that got nothing, or not all."""

    run_id: str
    run_state: str
    at: datetime
    units: int
    reason: Mapping[str, object]

    @property
    def is_current(self) -> bool:
        """Whether the run is the one in use."""
        return self.run_state == RunState.READY


def need_asked(session: Session, actor: Actor, need_id: str, on: date) -> NeedAsked:
    """The need, if it lies in the actor's wards. Raises NotFound."""
    row = session.execute(
        select(Need, Household, SupportKind)
        .join(Household, Household.id == Need.household_id)
        .join(SupportKind, SupportKind.code == Need.kind_code)
        .where(Need.id == need_id, Need.ward_code.in_(sorted(actor.ward_codes)))
    ).one_or_none()
    if row is None:
        raise NotFound("need")
    need, household, kind = row
    groups = groups_of(session, {household.id}, on).get(household.id, ())
    return NeedAsked(
        id=need.id,
        code=need.code,
        ward_code=need.ward_code,
        state=need.state,
        units=need.units,
        covered=need.covered,
        urgency=need.urgency,
        spec=need.spec,
        deadline_on=need.deadline_on,
        approved_at=need.approved_at,
        household_id=household.id,
        household_code=household.code,
        head_name=household.head_name if actor.role in NAMES_SEEN_BY else None,
        safe_groups=groups,
        kind=kind,
    )


def line_asked(session: Session, actor: Actor, line_id: str) -> LineAsked:
    """The line, if its pledge was made to one of the actor's wards or a run there looked at it.

    Raises NotFound. A pledge for anyone is no other ward's matter before.
    """
    row = session.execute(
        select(PledgeLine, Pledge, Donor.name, SupportKind)
        .join(Pledge, Pledge.id == PledgeLine.pledge_id)
        .join(Donor, Donor.id == Pledge.donor_id)
        .join(SupportKind, SupportKind.code == PledgeLine.kind_code)
        .where(PledgeLine.id == line_id)
    ).one_or_none()
    if row is None or not (_is_for(actor, row.Pledge) or _was_found(session, actor, line_id)):
        raise NotFound("pledge")
    line, pledge, donor_name, kind = row
    return LineAsked(
        id=line.id,
        pledge_id=pledge.id,
        pledge_code=pledge.code,
        donor_name=donor_name,
        state=line.state,
        units=line.units,
        free=line.free,
        spec=line.spec,
        kind=kind,
    )


def _is_for(actor: Actor, pledge: Pledge) -> bool:
    meant_for = {pledge.ward_code, *pledge.wards}
    return bool(meant_for & actor.ward_codes)


def _was_found(session: Session, actor: Actor, line_id: str) -> bool:
    """Whether a run in the actor's wards proposed the line, or found nobody for it."""
    wards = sorted(actor.ward_codes)
    proposed = select(Proposal.id).where(Proposal.pledge_line_id == line_id)
    left = select(Unmatched.id).where(Unmatched.pledge_line_id == line_id)
    either = proposed.where(Proposal.ward_code.in_(wards)).union_all(
        left.where(Unmatched.ward_code.in_(wards))
    )
    return session.execute(either.limit(1)).first() is not None


def why_not_need(session: Session, need_id: str) -> list[WhyNot]:
    """What the latest runs found about a need already let through, newest first."""
    return _why_not(session, _found().where(Unmatched.need_id == need_id))


def why_not_line(session: Session, actor: Actor, line_id: str) -> list[WhyNot]:
    """What the latest runs in the actor's wards found about a line, newest first."""
    wards = Unmatched.ward_code.in_(sorted(actor.ward_codes))
    return _why_not(session, _found().where(Unmatched.pledge_line_id == line_id, wards))


def _found() -> Select[*tuple[Any, ...]]:
    return select(
        Unmatched.run_id, MatchRun.state, MatchRun.created_at, Unmatched.units, Unmatched.reason
    ).join(MatchRun, MatchRun.id == Unmatched.run_id)


def _why_not(session: Session, statement: Select[*tuple[Any, ...]]) -> list[WhyNot]:
    ended = MatchRun.state.in_((RunState.READY.value, RunState.SUPERSEDED.value))
    statement = statement.where(ended).order_by(Unmatched.id.desc()).limit(5)
    return [WhyNot(*row) for row in session.execute(statement)]
