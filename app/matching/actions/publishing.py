"""A finished run becomes the current one of its wards, and what it replaces is put aside."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache

from sqlalchemy import (
    ARRAY,
    DateTime,
    Select,
    String,
    Update,
    bindparam,
    cast,
    func,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Session, aliased

from app.accounts.rules import SYSTEM
from app.audit.actions import Subject, record
from app.infra.columns import among
from app.infra.jobs import JobName, enqueue
from app.infra.transaction import rows_changed
from app.kernel.errors import Conflict
from app.matching.models import MatchRun, Proposal
from app.matching.queries.shards import wards_in
from app.matching.rules.states import ProposalState, RunState

RUN = bindparam("run", type_=String())
WARDS, PROVINCES = (bindparam(name, type_=ARRAY(String())) for name in ("wards", "covered"))


@dataclass(frozen=True, slots=True)
class Findings:
    """What is told of a run once it is current."""

    engine: str
    digest: str
    figures: Mapping[str, object]
    proposals: int


@dataclass(frozen=True, slots=True)
class Finished:
    """The run that is put in use: over a ward, or over some provinces."""

    id: str
    ward_code: str | None
    provinces: Sequence[str] = ()


def publish(session: Session, run: Finished, found: Findings, *, now: datetime) -> None:
    """Make a proven run the current one; undecided proposals of older ones in its wards go.

    A run over a province and a later one of a ward stand side by side: each ward sees the newest.
    Raises Conflict("run-not-running") if it was ended meanwhile.
    """
    wards = sorted(wards_in(session, run.provinces)) if run.provinces else [run.ward_code or ""]
    scope = {"run": run.id, "wards": wards, "covered": list(run.provinces)}
    before, kept = session.execute(_putting_aside(), scope).one()
    session.execute(_replacing(), scope)
    churn = {"before": before, "kept": kept, "moved": before - kept}
    told = {
        "by_engine": found.engine,
        "of_input": found.digest,
        "told": {**found.figures, "churn": churn},
        "at": now,
    }
    if rows_changed(session, _publishing(), {"run": run.id, **told}) != 1:
        raise Conflict("run-not-running", run_id=run.id)
    changes = {"digest": found.digest, "proposals": found.proposals}
    subject = Subject("match-run", run.id, run.ward_code)
    record(session, SYSTEM, "finish-run", subject, changes=changes)
    enqueue(session, JobName.PRICE_RUN, run.id, wards=",".join(wards))


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


@cache
def _putting_aside() -> Select[int, int]:
    """Supersedes what the wards had; how many undecided pairs that were, how many came again."""
    current = select(MatchRun.id).where(MatchRun.state == RunState.READY.value, MatchRun.id != RUN)
    gone = (
        update(Proposal)
        .where(among(Proposal.ward_code, WARDS), Proposal.state == ProposalState.PROPOSED.value)
        .where(Proposal.run_id.in_(current))
        .values(state=ProposalState.SUPERSEDED.value)
        .returning(Proposal.need_id, Proposal.pledge_line_id)
        .cte("gone")
    )
    mine = aliased(Proposal)
    again = (
        select(mine.id)
        .where(mine.run_id == RUN, mine.need_id == gone.c.need_id)
        .where(mine.pledge_line_id == gone.c.pledge_line_id)
        .exists()
    )
    return select(func.count(), func.count().filter(again)).select_from(gone)


@cache
def _replacing() -> Update:
    inside = among(MatchRun.ward_code, WARDS) | (
        (func.cardinality(MatchRun.provinces) > 0) & MatchRun.provinces.contained_by(PROVINCES)
    )
    return (
        update(MatchRun)
        .where(MatchRun.state == RunState.READY.value, MatchRun.id != RUN, inside)
        .values(state=RunState.SUPERSEDED.value)
        .execution_options(synchronize_session=False)
    )


@cache
def _publishing() -> Update:
    return (
        update(MatchRun)
        .where(MatchRun.id == RUN, MatchRun.state == RunState.RUNNING.value)
        .values(
            state=RunState.READY.value,
            certified=True,
            engine=bindparam("by_engine", type_=String()),
            digest=bindparam("of_input", type_=String()),
            figures=bindparam("told", type_=JSONB()),
            finished_at=bindparam("at", type_=DateTime(timezone=True)),
        )
        .execution_options(synchronize_session=False)
    )
