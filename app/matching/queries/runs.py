"""Reads of runs: their list, one with its figures, and what a worker has to do."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, func, select, true
from sqlalchemy.orm import Session

from app.accounts.rules import Actor
from app.catalogue.models import SupportKind
from app.infra.jobs import Progress, progress_of
from app.kernel.errors import NotFound
from app.matching.models import MatchRun, Policy, Proposal, Unmatched
from app.matching.rules.states import ProposalState, RunState
from app.places.models import ResidentialGroup, Ward
from app.pledges.models import Pledge, PledgeLine

PAGE = 25


@dataclass(frozen=True, slots=True)
class RunToDo:
    """What a worker needs to know of a run."""

    id: str
    ward_code: str
    trigger: str
    policy_version: int


@dataclass(frozen=True, slots=True)
class RunRow:
    """One run as staff read it. waiting: its proposals that nobody has decided."""

    id: str
    ward_code: str
    ward_name: str
    trigger: str
    pledge_code: str | None
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


def run_to_do(session: Session, run_id: str) -> RunToDo:
    """The run that a job names. Raises NotFound."""
    run = session.get(MatchRun, run_id, populate_existing=True)
    if run is None:
        raise NotFound("match-run")
    return RunToDo(run.id, run.ward_code, run.trigger, run.policy_version)


def pairs_proposed_in(session: Session, run_ids: Sequence[str]) -> set[tuple[str, str]]:
    """The (need, line) pairs of these runs that nobody has decided."""
    statement = select(Proposal.need_id, Proposal.pledge_line_id).where(
        Proposal.run_id.in_(run_ids), Proposal.state == ProposalState.PROPOSED.value
    )
    return {(row[0], row[1]) for row in session.execute(statement)}


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
    waiting = proposals.where(Proposal.state == ProposalState.PROPOSED.value)
    statement = (
        select(
            MatchRun,
            Ward.name,
            Pledge.code,
            Policy.name,
            proposals.scalar_subquery(),
            waiting.scalar_subquery(),
        )
        .join(Ward, Ward.code == MatchRun.ward_code)
        .join(Policy, Policy.version == MatchRun.policy_version)
        .outerjoin(Pledge, Pledge.id == MatchRun.pledge_id)
        .where(MatchRun.ward_code.in_(sorted(actor.ward_codes)), condition)
        .order_by(MatchRun.created_at.desc(), MatchRun.id)
        .limit(PAGE)
        .execution_options(populate_existing=True)
    )
    return [_run(*row) for row in session.execute(statement)]


def _run(  # noqa: PLR0913, PLR0917 - one column of the statement above each.
    run: MatchRun,
    ward_name: str,
    pledge_code: str | None,
    policy_name: str,
    proposals: int,
    waiting: int,
) -> RunRow:
    return RunRow(
        id=run.id,
        ward_code=run.ward_code,
        ward_name=ward_name,
        trigger=run.trigger,
        pledge_code=pledge_code,
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
    """How far the run's job is; None for a run that was stored at once."""
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


def ward_choices(session: Session, actor: Actor) -> list[tuple[str, str]]:
    """Code and name of the wards that the actor may run, by name."""
    statement = (
        select(Ward.code, Ward.name)
        .where(Ward.code.in_(sorted(actor.ward_codes)))
        .order_by(Ward.sort_key)
    )
    return [(row.code, row.name) for row in session.execute(statement)]


@dataclass(frozen=True, slots=True)
class RunNames:
    """The words for what a run's figures count by: kinds by code, residential groups by id."""

    kinds: Mapping[str, SupportKind]
    groups: Mapping[str, str]


def run_names(session: Session, run: RunRow) -> RunNames:
    """The kinds and the ward's residential groups that the figures name."""
    kinds = {kind.code: kind for kind in session.scalars(select(SupportKind))}
    groups = session.execute(
        select(ResidentialGroup.id, ResidentialGroup.name).where(
            ResidentialGroup.ward_code == run.ward_code
        )
    )
    return RunNames(kinds, {row.id: row.name for row in groups})
