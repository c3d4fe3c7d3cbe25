"""Reads of a run's parts: what each has to solve, how far they are, what they found together."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, func, select, union_all
from sqlalchemy.orm import Session

from app.catalogue.models import SupportKind
from app.infra.columns import among
from app.infra.jobs import Progress
from app.infra.models import Job
from app.matching.models import MatchQuota, MatchRun, MatchShard
from app.matching.rules.snapshot import CO_FUNDED
from app.matching.rules.states import RunState, ShardState
from app.needs.models import Need
from app.places.models import Province, Ward
from app.pledges.models import Pledge, PledgeLine


@dataclass(frozen=True, slots=True)
class ShardToDo:
    """What a worker needs to know of a part. province_code None: share out between `provinces`.

    on: the day that all parts of the run decide for. by_quota: its lines are limited to a quota.
    """

    id: str
    run_id: str
    kind_code: str
    province_code: str | None
    provinces: tuple[str, ...]
    on: date

    @property
    def by_quota(self) -> bool:
        """Whether another part has shared the lines out before."""
        return self.province_code is not None and len(self.provinces) > 1

    @property
    def covers(self) -> tuple[str, ...]:
        """The provinces of which it sees the needs."""
        return self.provinces if self.province_code is None else (self.province_code,)


@dataclass(frozen=True, slots=True)
class ShardRow:
    """One part as staff read it."""

    kind_code: str
    province_name: str | None
    state: str
    is_stuck: bool
    proposals: int
    seconds: float | None
    failure: str | None


def wards_in(session: Session, provinces: Sequence[str]) -> frozenset[str]:
    """The codes of all wards of some provinces."""
    statement = select(Ward.code).where(among(Ward.province_code, provinces))
    return frozenset(session.scalars(statement))


def parts_to_solve(session: Session, provinces: Sequence[str]) -> dict[tuple[str, str], int]:
    """(kind, province) -> needs and lines, wherever something of an open kind is needed or offered.

    The largest first, so that several workers end at about the same time.
    """
    needed = (
        select(Need.kind_code, Ward.province_code, func.count().label("rows"))
        .join(Ward, Ward.code == Need.ward_code)
        .where(Need.state == "approved", Need.units > Need.covered)
        .where(Ward.province_code.in_(provinces))
        .group_by(Need.kind_code, Ward.province_code)
    )
    offered = (
        select(PledgeLine.kind_code, Ward.province_code, func.count())
        .join(Pledge, Pledge.id == PledgeLine.pledge_id)
        .join(Ward, Ward.code == Pledge.ward_code)
        .where(PledgeLine.state == "open", PledgeLine.free > 0)
        .where(Ward.province_code.in_(provinces))
        .group_by(PledgeLine.kind_code, Ward.province_code)
    )
    both = union_all(needed, offered).subquery()
    statement = (
        select(both.c.kind_code, both.c.province_code, SupportKind.model, func.sum(both.c.rows))
        .join(SupportKind, SupportKind.code == both.c.kind_code)
        # Money towards projects is shared out ward by ward, where the projects are known.
        .where(SupportKind.is_open, SupportKind.model != "money")
        .group_by(both.c.kind_code, both.c.province_code, SupportKind.model)
        .order_by(both.c.kind_code, both.c.province_code)
    )
    rows = session.execute(statement).all()
    # Projects and their money are one part, under the first of their codes.
    first = next((code for code, _, model, _ in rows if model in CO_FUNDED), "")
    sizes: Counter[tuple[str, str]] = Counter()
    for code, place, model, count in rows:
        sizes[first if model in CO_FUNDED else code, place] += int(count)
    return dict(sorted(sizes.items(), key=lambda part: (-part[1], part[0])))


def quotas_of(session: Session, run_id: str, province_code: str) -> dict[str, int]:
    """Line -> the units that a province may have of it in this run."""
    statement = select(MatchQuota.pledge_line_id, MatchQuota.units).where(
        MatchQuota.run_id == run_id, MatchQuota.province_code == province_code
    )
    return {row[0]: row[1] for row in session.execute(statement)}


def shards_in(session: Session, run_id: str) -> list[ShardRow]:
    """All parts of a run, as its page shows them."""
    statement = (
        select(MatchShard, Province.name, Job.state)
        .outerjoin(Province, Province.code == MatchShard.province_code)
        .outerjoin(Job, Job.id == MatchShard.job_id)
        .where(MatchShard.run_id == run_id)
        .order_by(MatchShard.kind_code, MatchShard.province_code.nulls_first())
    )
    return [
        ShardRow(
            kind_code=shard.kind_code,
            province_name=name,
            state=shard.state,
            is_stuck=job_state == "dead" and shard.state != ShardState.DONE.value,
            proposals=shard.proposals,
            seconds=_seconds(shard.figures),
            failure=shard.failure,
        )
        for shard, name, job_state in session.execute(statement)
    ]


def _seconds(figures: Mapping[str, object]) -> float | None:
    seconds = figures.get("seconds")
    found = seconds.get("solve") if isinstance(seconds, dict) else None
    return float(found) if found is not None else None


def progress_of_shards(session: Session, run_id: str) -> Progress:
    """How many parts are done; "dead" if one was given up by its worker."""
    done = func.count().filter(MatchShard.state == ShardState.DONE.value)
    stuck = func.count().filter(Job.state == "dead", MatchShard.state != ShardState.DONE.value)
    statement = (
        select(done, func.count(), stuck)
        .select_from(MatchShard)
        .outerjoin(Job, Job.id == MatchShard.job_id)
        .where(MatchShard.run_id == run_id)
    )
    finished, total, given_up = session.execute(statement).one()
    is_stuck = bool(given_up) or session.scalar(select(_merge_is_dead(run_id)))
    return Progress("dead" if is_stuck else "running", finished, total or None, None)


def _merge_is_dead(run_id: str) -> ColumnElement[bool]:
    merge = select(Job.id).where(Job.dedupe_key == f"merge-run:{run_id}", Job.state == "dead")
    return merge.exists()


@dataclass(frozen=True, slots=True)
class Part:
    """What one part found, for the merge. figures: as for a run of its own."""

    kind_code: str
    province_code: str | None
    state: str
    certified: bool
    engine: str | None
    digest: str | None
    plan_digest: str | None
    proposals: int
    figures: Mapping[str, object]
    created_at: datetime


def parts_of_run(session: Session, run_id: str) -> list[Part]:
    """All parts of a run in a fixed order."""
    statement = (
        select(MatchShard)
        .where(MatchShard.run_id == run_id)
        .order_by(MatchShard.kind_code, func.coalesce(MatchShard.province_code, ""))
        .execution_options(populate_existing=True)
    )
    return [
        Part(
            s.kind_code, s.province_code, s.state, s.certified, s.engine, s.digest, s.plan_digest,
            s.proposals, s.figures, s.created_at,
        )
        for s in session.scalars(statement)
    ]  # fmt: skip


def run_is_over(session: Session, run_id: str) -> bool:
    """Whether a run neither waits nor runs any more."""
    state = session.scalar(select(MatchRun.state).where(MatchRun.id == run_id))
    return state not in {RunState.PENDING.value, RunState.RUNNING.value}
