"""Reads of what runs saw, for replays."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Select, select
from sqlalchemy.orm import Session

from app.matching.models import MatchRun, MatchShard, RunSnapshot, ShardSnapshot
from app.places.models import Ward


@dataclass(frozen=True, slots=True)
class Past:
    """What one run, or one part of a run over provinces, saw; body: as packing.packed() wrote."""

    run_id: str
    policy_version: int
    body: bytes


def made_between(first: datetime, last: datetime) -> ColumnElement[bool]:
    """Runs asked for from the first moment on and before the last."""
    return (MatchRun.created_at >= first) & (MatchRun.created_at < last)


def is_run(run_id: str) -> ColumnElement[bool]:
    """One run."""
    return MatchRun.id == run_id


def pasts_of_wards(
    session: Session, wards: Collection[str], which: ColumnElement[bool]
) -> Iterator[Past]:
    """What these wards' own runs saw, oldest first."""
    return _pasts(session, _PASTS.where(RunSnapshot.ward_code.in_(sorted(wards)), which))


def pasts_of_province(
    session: Session, province_code: str, which: ColumnElement[bool]
) -> Iterator[Past]:
    """What the province's parts of runs over provinces saw, oldest first."""
    return _pasts(session, _PARTS.where(ShardSnapshot.province_code == province_code, which))


_PASTS = (
    select(MatchRun.id, MatchRun.policy_version, RunSnapshot.body)
    .join(RunSnapshot, RunSnapshot.run_id == MatchRun.id)
    .order_by(MatchRun.created_at, MatchRun.id)
)
# A run that was fenced or failed is no past: nobody ever saw what it proposed.
_PARTS = (
    select(MatchRun.id, MatchRun.policy_version, ShardSnapshot.body)
    .join(MatchShard, MatchShard.run_id == MatchRun.id)
    .join(ShardSnapshot, ShardSnapshot.shard_id == MatchShard.id)
    .where(MatchRun.certified)
    .order_by(MatchRun.created_at, MatchRun.id, MatchShard.kind_code, MatchShard.province_code)
)


def _pasts(session: Session, statement: Select[str, int, bytes]) -> Iterator[Past]:
    # One at a time: a province's parts together take more than a part's solving.
    for row in session.execute(statement.execution_options(yield_per=1)):
        yield Past(*row)


def wards_of_province(session: Session, province_code: str) -> list[str]:
    """The codes of a province's wards."""
    return list(session.scalars(select(Ward.code).where(Ward.province_code == province_code)))
