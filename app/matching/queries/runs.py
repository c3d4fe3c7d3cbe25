"""Reads of runs: their list, one with its figures, and what a worker has to do."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache

from sqlalchemy import (
    ARRAY,
    ColumnElement,
    ScalarSelect,
    String,
    bindparam,
    exists,
    func,
    literal,
    select,
    true,
)
from sqlalchemy.dialects.postgresql import aggregate_order_by
from sqlalchemy.orm import Session, aliased

from app.accounts.rules import Actor
from app.catalogue.models import SupportKind
from app.infra.columns import among
from app.infra.jobs import Progress, progress_of
from app.infra.prepared import Prepared
from app.kernel.errors import NotFound
from app.matching.models import MatchRun, Policy, Proposal, Unmatched
from app.matching.queries.proposals import is_first_part
from app.matching.queries.shards import progress_of_shards
from app.matching.rules.states import ProposalState, RunState
from app.needs.models import Need
from app.places.models import Province, ResidentialGroup, Ward
from app.pledges.models import Pledge, PledgeLine

PAGE = 25


@dataclass(frozen=True, slots=True)
class RunToDo:
    """What a worker needs to know of a run."""

    id: str
    ward_code: str
    policy_version: int


@dataclass(frozen=True, slots=True)
class NeedName:
    """A need as a link names it."""

    id: str
    code: str


@dataclass(frozen=True, slots=True)
class RunRow:
    """One run as staff read it. waiting: its proposals that nobody has decided."""

    id: str
    ward_code: str | None
    provinces: tuple[str, ...]
    ward_name: str
    trigger: str
    pledge_code: str | None
    need: NeedName | None
    state: str
    certified: bool
    engine: str | None
    digest: str | None
    policy_version: int
    policy_name: str
    figures: Mapping[str, object]
    job_id: int | None
    requested_by: str | None
    created_at: datetime
    finished_at: datetime | None
    failure: str | None
    proposals: int
    waiting: int

    @property
    def is_open(self) -> bool:
        """Whether it waits or runs."""
        return self.state in {RunState.PENDING, RunState.RUNNING}

    @property
    def awaits_price(self) -> bool:
        """Whether the price of evenness is still to be found; that of an arrival never is."""
        is_arrival = self.pledge_code is not None or self.need is not None
        return self.certified and not is_arrival and "price" not in self.figures

    def may_be_ended_by(self, actor: Actor) -> bool:
        """Whether it is the actor's own ward's, or a province's that is more than one ward's."""
        if self.ward_code is not None:
            return self.ward_code in actor.ward_codes
        return len(actor.ward_codes) > 1


def runs_in(session: Session, actor: Actor, *, before: datetime | None = None) -> list[RunRow]:
    """The runs of the actor's wards, newest first, at most PAGE; before: those made earlier."""
    earlier = MatchRun.created_at < before if before else true()
    return _runs(session, actor, earlier)


def run_for(session: Session, actor: Actor, run_id: str) -> RunRow:
    """One run of the actor's wards. Raises NotFound for any other."""
    found = _runs(session, actor, MatchRun.id == run_id)
    if not found:
        raise NotFound("match-run")
    return found[0]


def _runs(session: Session, actor: Actor, condition: ColumnElement[bool]) -> list[RunRow]:
    # Counted for the rows shown only, by the index that starts with run_id.
    proposals = select(func.count()).where(Proposal.run_id == MatchRun.id)
    waiting = proposals.where(Proposal.state == ProposalState.PROPOSED.value, is_first_part())
    statement = (
        select(
            MatchRun,
            func.coalesce(Ward.name, _names_of_provinces()),
            Pledge.code,
            Need.code,
            Policy.name,
            proposals.scalar_subquery(),
            waiting.scalar_subquery(),
        )
        .outerjoin(Ward, Ward.code == MatchRun.ward_code)
        .join(Policy, Policy.version == MatchRun.policy_version)
        .outerjoin(Pledge, Pledge.id == MatchRun.pledge_id)
        .outerjoin(Need, Need.id == MatchRun.need_id)
        .where(_touches(actor), condition)
        .order_by(MatchRun.created_at.desc(), MatchRun.id)
        .limit(PAGE)
        .execution_options(populate_existing=True)
    )
    return [_run(*row) for row in session.execute(statement)]


def _touches(actor: Actor) -> ColumnElement[bool]:
    """The run is of one of the actor's wards, or of a province that holds one."""
    wards = sorted(actor.ward_codes)
    provinces = select(Ward.province_code).where(Ward.code.in_(wards))
    inside = select(Province.code).where(
        Province.code == func.any(MatchRun.provinces), Province.code.in_(provinces)
    )
    return MatchRun.ward_code.in_(wards) | inside.exists()


def _names_of_provinces() -> ScalarSelect[str]:
    return (
        select(func.string_agg(Province.name, aggregate_order_by(literal(", "), Province.sort_key)))
        .where(Province.code == func.any(MatchRun.provinces))
        .scalar_subquery()
    )


def _run(  # noqa: PLR0913, PLR0917 - one column of the statement above each.
    run: MatchRun,
    ward_name: str,
    pledge_code: str | None,
    need_code: str | None,
    policy_name: str,
    proposals: int,
    waiting: int,
) -> RunRow:
    return RunRow(
        id=run.id,
        ward_code=run.ward_code,
        provinces=tuple(run.provinces),
        ward_name=ward_name,
        trigger=run.trigger,
        pledge_code=pledge_code,
        need=NeedName(run.need_id, need_code) if run.need_id and need_code else None,
        state=run.state,
        certified=run.certified,
        engine=run.engine,
        digest=run.digest,
        policy_version=run.policy_version,
        policy_name=policy_name,
        figures=run.figures,
        job_id=run.job_id,
        requested_by=run.requested_by,
        created_at=run.created_at,
        finished_at=run.finished_at,
        failure=run.failure,
        proposals=proposals,
        waiting=waiting if run.state == RunState.READY.value else 0,
    )


def progress_of_run(session: Session, run: RunRow) -> Progress | None:
    """How far the run's job is, or how many of its parts; None for one that was stored at once."""
    if run.provinces and run.state == RunState.RUNNING.value:
        return progress_of_shards(session, run.id)
    return None if run.job_id is None else progress_of(session, run.job_id)


@dataclass(frozen=True, slots=True)
class UnmatchedLine:
    """A pledge line of which units found nobody in a run."""

    line_id: str
    pledge_code: str
    kind_code: str
    label_vi: str
    label_en: str
    unit_vi: str
    unit_en: str
    units: int
    reason: Mapping[str, object]


def count_of_unmatched_lines(session: Session, run_id: str) -> int:
    """How many lines a run could not place wholly."""
    found = (Unmatched.run_id == run_id, Unmatched.pledge_line_id.is_not(None))
    return session.scalar(select(func.count()).select_from(Unmatched).where(*found)) or 0


def unmatched_lines_of(session: Session, run_id: str, *, limit: int = 50) -> list[UnmatchedLine]:
    """The lines that a run could not place wholly, most units first."""
    statement = (
        select(
            PledgeLine.id,
            Pledge.code,
            SupportKind.code,
            SupportKind.label_vi,
            SupportKind.label_en,
            SupportKind.unit_vi,
            SupportKind.unit_en,
            Unmatched.units,
            Unmatched.reason,
        )
        .join(PledgeLine, PledgeLine.id == Unmatched.pledge_line_id)
        .join(Pledge, Pledge.id == PledgeLine.pledge_id)
        .join(SupportKind, SupportKind.code == PledgeLine.kind_code)
        .where(Unmatched.run_id == run_id)
        .order_by(Unmatched.units.desc(), Unmatched.id)
        .limit(limit)
    )
    return [UnmatchedLine(*row) for row in session.execute(statement)]


def province_choices(session: Session, actor: Actor) -> list[tuple[str, str]]:
    """Code and name of the provinces of which the actor may run every ward, by name."""
    rows = _whole_provinces().rows(session, {"wards": sorted(actor.ward_codes)})
    return [(code, name) for code, name in rows]


@cache
def _whole_provinces() -> Prepared:
    """The provinces of some of `wards` that have no other: only theirs are looked through."""
    wards = bindparam("wards", type_=ARRAY(String()))
    other = aliased(Ward)
    is_other = other.code.not_in(select(func.unnest(wards)))
    theirs = select(Ward.province_code).where(among(Ward.code, wards))
    return Prepared(
        select(Province.code, Province.name)
        .where(Province.code.in_(theirs))
        .where(~exists().where(other.province_code == Province.code, is_other))
        .order_by(Province.sort_key)
    )


def ward_choices(session: Session, actor: Actor) -> list[tuple[str, str]]:
    """Code and name of the wards that the actor may run, by name."""
    named = select(Ward.code, Ward.name).where(among(Ward.code, actor.ward_codes))
    return [(row.code, row.name) for row in session.execute(named.order_by(Ward.sort_key))]


@dataclass(frozen=True, slots=True)
class RunNames:
    """The words for what a run's figures count by: kinds by code, places by id."""

    kinds: Mapping[str, SupportKind]
    places: Mapping[str, str]


def run_names(session: Session, run: RunRow) -> RunNames:
    """The kinds and the places that the figures name: a ward's groups, or a province's wards."""
    kinds = {kind.code: kind for kind in session.scalars(select(SupportKind))}
    of_ward = select(ResidentialGroup.id, ResidentialGroup.name).where(
        ResidentialGroup.ward_code == run.ward_code
    )
    of_provinces = select(Ward.code, Ward.name).where(Ward.province_code.in_(run.provinces))
    places = session.execute(of_provinces if run.provinces else of_ward)
    return RunNames(kinds, {row[0]: row[1] for row in places})
