"""A finished run becomes the current one of its wards, and what it replaces is put aside."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Select, cast, func, select, update
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Session, aliased

from app.accounts.rules import SYSTEM
from app.audit.actions import Subject, record
from app.infra.jobs import JobName, enqueue
from app.infra.transaction import rows_changed
from app.kernel.errors import Conflict
from app.matching.models import MatchRun, Proposal
from app.matching.queries.shards import wards_of_scope
from app.matching.rules.states import ProposalState, RunState


@dataclass(frozen=True, slots=True)
class Findings:
    """What is told of a run once it is current."""

    engine: str
    digest: str
    figures: Mapping[str, object]
    proposals: int


def publish(session: Session, run: MatchRun, found: Findings, *, now: datetime) -> None:
    """Make a proven run the current one; undecided proposals of older ones in its wards go.

    A run over a province and a later one of a ward stand side by side: each ward sees the newest.
    Raises Conflict("run-not-running") if it was ended meanwhile.
    """
    churn = _put_aside(session, run)
    statement = (
        update(MatchRun)
        .where(MatchRun.id == run.id, MatchRun.state == RunState.RUNNING.value)
        .values(
            state=RunState.READY.value,
            certified=True,
            engine=found.engine,
            digest=found.digest,
            figures={**found.figures, "churn": churn},
            finished_at=now,
        )
        .execution_options(synchronize_session=False)
    )
    if rows_changed(session, statement) != 1:
        raise Conflict("run-not-running", run_id=run.id)
    changes = {"digest": found.digest, "proposals": found.proposals}
    subject = Subject("match-run", run.id, run.ward_code)
    record(session, SYSTEM, "finish-run", subject, changes=changes)
    scope = session.scalars(wards_of_scope(run.ward_code, run.provinces))
    enqueue(session, JobName.PRICE_RUN, run.id, wards=",".join(sorted(scope)))


def store_price(session: Session, run_id: str, price: Mapping[str, float]) -> None:
    """Add what even coverage, and a floor, cost to a run's figures (figures.price_of()).

    Empty: unknown.
    """
    priced = MatchRun.figures.op("||")(cast({"price": dict(price)}, JSONB))
    session.execute(
        update(MatchRun)
        .where(MatchRun.id == run_id, MatchRun.certified)
        .values(figures=priced)
        .execution_options(synchronize_session=False)
    )


def _put_aside(session: Session, run: MatchRun) -> dict[str, int]:
    """Supersede what the wards had; how many undecided pairs stayed or went."""
    wards = wards_of_scope(run.ward_code, run.provinces)
    churn = _churn(session, run.id, wards)
    current = select(MatchRun.id).where(
        MatchRun.state == RunState.READY.value, MatchRun.id != run.id
    )
    session.execute(
        update(Proposal)
        .where(_undecided(Proposal, wards), Proposal.run_id.in_(current))
        .values(state=ProposalState.SUPERSEDED.value)
        .execution_options(synchronize_session=False)
    )
    inside = MatchRun.ward_code.in_(wards) | (
        (func.cardinality(MatchRun.provinces) > 0) & MatchRun.provinces.contained_by(run.provinces)
    )
    session.execute(
        update(MatchRun)
        .where(MatchRun.state == RunState.READY.value, MatchRun.id != run.id, inside)
        .values(state=RunState.SUPERSEDED.value)
        .execution_options(synchronize_session=False)
    )
    return churn


def _churn(session: Session, run_id: str, wards: Select[str]) -> dict[str, int]:
    mine = aliased(Proposal)
    again = (
        select(mine.id)
        .where(mine.run_id == run_id, mine.need_id == Proposal.need_id)
        .where(mine.pledge_line_id == Proposal.pledge_line_id)
        .exists()
    )
    statement = (
        select(func.count(), func.count().filter(again))
        .select_from(Proposal)
        .join(MatchRun, MatchRun.id == Proposal.run_id)
        .where(MatchRun.state == RunState.READY.value, MatchRun.id != run_id)
        .where(_undecided(Proposal, wards))
    )
    before, kept = session.execute(statement).one()
    return {"before": before, "kept": kept, "moved": before - kept}


def _undecided(table: type[Proposal], wards: Select[str]) -> ColumnElement[bool]:
    return table.ward_code.in_(wards) & (table.state == ProposalState.PROPOSED.value)
