"""Reads of what runs saw, and of comparisons of two policies over it."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Select, select
from sqlalchemy.orm import Session

from app.accounts.rules import Actor
from app.catalogue.models import SupportKind
from app.kernel.errors import NotFound
from app.matching.models import (
    MatchRun,
    MatchShard,
    PolicyComparison,
    RunSnapshot,
    ShardSnapshot,
)
from app.matching.queries.runs import RunNames
from app.places.models import ResidentialGroup, Ward


@dataclass(frozen=True, slots=True)
class KeptRun:
    """A ward's run whose input is kept: when it was, where, and by which version."""

    id: str
    ward_code: str
    policy_version: int
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Past:
    """What one run, or one part of a run over provinces, saw; body: as packing.packed() wrote."""

    run_id: str
    policy_version: int
    body: bytes


@dataclass(frozen=True, slots=True)
class ComparisonRow:
    """A comparison as staff read it; result is empty until its job is done."""

    id: str
    ward_code: str
    ward_name: str
    run_id: str
    run_at: datetime
    version: int
    against: int
    job_id: int | None
    result: Mapping[str, object]
    failure: str | None


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


def newest_kept(session: Session, actor: Actor) -> KeptRun | None:
    """The newest run of the actor's wards whose input is kept."""
    statement = (
        select(MatchRun.id, RunSnapshot.ward_code, MatchRun.policy_version, MatchRun.created_at)
        .join(RunSnapshot, RunSnapshot.run_id == MatchRun.id)
        .where(RunSnapshot.ward_code.in_(sorted(actor.ward_codes)))
        .order_by(MatchRun.created_at.desc(), MatchRun.id)
        .limit(1)
    )
    row = session.execute(statement).one_or_none()
    return None if row is None else KeptRun(*row)


def input_of(session: Session, run_id: str) -> bytes:
    """What a run saw, as packing.packed() wrote it. Raises NotFound."""
    body = session.scalar(select(RunSnapshot.body).where(RunSnapshot.run_id == run_id))
    if body is None:
        raise NotFound("match-run")
    return bytes(body)


def wards_of_province(session: Session, province_code: str) -> list[str]:
    """The codes of a province's wards."""
    return list(session.scalars(select(Ward.code).where(Ward.province_code == province_code)))


def names_in(session: Session, ward_code: str) -> RunNames:
    """The kinds, and the ward's residential groups, that a comparison names."""
    kinds = {kind.code: kind for kind in session.scalars(select(SupportKind))}
    groups = session.execute(
        select(ResidentialGroup.id, ResidentialGroup.name).where(
            ResidentialGroup.ward_code == ward_code
        )
    )
    return RunNames(kinds, {row[0]: row[1] for row in groups})


def comparison_for(session: Session, actor: Actor, comparison_id: str) -> ComparisonRow:
    """One comparison in the actor's wards. Raises NotFound for any other."""
    found = PolicyComparison
    statement = (
        select(found, Ward.name, MatchRun.created_at)
        .join(Ward, Ward.code == found.ward_code)
        .join(MatchRun, MatchRun.id == found.run_id)
        .where(found.id == comparison_id)
        .execution_options(populate_existing=True)
    )
    if "*" not in actor.ward_codes:
        statement = statement.where(found.ward_code.in_(sorted(actor.ward_codes)))
    row = session.execute(statement).one_or_none()
    if row is None:
        raise NotFound("policy-comparison")
    one, ward_name, run_at = row
    return ComparisonRow(
        id=one.id,
        ward_code=one.ward_code,
        ward_name=ward_name,
        run_id=one.run_id,
        run_at=run_at,
        version=one.version,
        against=one.against,
        job_id=one.job_id,
        result=one.result,
        failure=one.failure,
    )
