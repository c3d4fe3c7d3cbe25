"""Reads of comparisons of two policies: what can be replayed, what was asked for, what came out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Select, func, literal, or_, select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import Session

from app.accounts.models import Account
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
from app.matching.queries.runs import RunNames, province_choices
from app.places.models import Province, ResidentialGroup, Ward

RUNS_OFFERED = 10
LISTED = 10


@dataclass(frozen=True, slots=True)
class PastChoice:
    """A past that an actor may replay.

    run_id: one run of a ward, or of a whole province; None for the newest run of each of the
    province's wards, of which there are `count`.
    """

    run_id: str | None
    ward_code: str | None
    province_code: str | None
    place: str
    at: datetime
    count: int

    @property
    def key(self) -> str:
        """How a form names it."""
        return self.run_id or f"wards-{self.province_code}"


@dataclass(frozen=True, slots=True)
class PastPart:
    """What is solved at once: a ward's run, or a part of a run over provinces."""

    id: str
    is_shard: bool


@dataclass(frozen=True, slots=True)
class ComparisonRow:
    """A comparison as staff read it; result is empty until its job is done.

    run_id and run_at: of the one run that is replayed; empty where it is one of each ward.
    """

    id: str
    ward_code: str | None
    province_code: str | None
    place: str
    run_id: str | None
    run_at: datetime | None
    version: int
    against: int
    parts: tuple[PastPart, ...]
    job_id: int | None
    result: Mapping[str, object]
    failure: str | None
    requested_by: str | None
    created_at: datetime

    @property
    def is_open(self) -> bool:
        """Whether it waits or is worked on."""
        return not self.result and self.failure is None


def pasts_to_choose(session: Session, actor: Actor) -> list[PastChoice]:
    """What the actor may replay, the newest first: runs of a ward, or of whole provinces.

    Who sees several wards compares whole provinces only, by counts.
    """
    if actor.home_ward is not None:
        return _of_ward(session, actor.home_ward)
    choices = []
    for code, name in province_choices(session, actor):
        whole = session.execute(_newest_whole(code)).one_or_none()
        if whole is not None:
            choices.append(PastChoice(whole.id, None, code, name, whole.created_at, 1))
        newest = _newest_of_each(code).subquery()
        last, count = session.execute(select(func.max(newest.c.created_at), func.count())).one()
        if count:
            choices.append(PastChoice(None, None, code, name, last, count))
    return sorted(choices, key=lambda choice: choice.at, reverse=True)


def _of_ward(session: Session, ward_code: str) -> list[PastChoice]:
    statement = (
        select(MatchRun.id, MatchRun.created_at, Ward.name)
        .join(RunSnapshot, RunSnapshot.run_id == MatchRun.id)
        .join(Ward, Ward.code == RunSnapshot.ward_code)
        .where(RunSnapshot.ward_code == ward_code)
        .order_by(MatchRun.created_at.desc(), MatchRun.id)
        .limit(RUNS_OFFERED)
    )
    return [
        PastChoice(row.id, ward_code, None, row.name, row.created_at, 1)
        for row in session.execute(statement)
    ]


def _newest_whole(province_code: str) -> Select[str, datetime]:
    # A run that was fenced or failed is no past: nobody ever saw what it proposed.
    kept = (
        select(ShardSnapshot.shard_id)
        .join(MatchShard, MatchShard.id == ShardSnapshot.shard_id)
        .where(MatchShard.run_id == MatchRun.id, ShardSnapshot.province_code == province_code)
    )
    return (
        select(MatchRun.id, MatchRun.created_at)
        .where(
            MatchRun.certified,
            literal(province_code) == func.any(MatchRun.provinces),
            kept.exists(),
        )
        .order_by(MatchRun.created_at.desc(), MatchRun.id)
        .limit(1)
    )


def _newest_of_each(province_code: str) -> Select[str, datetime]:
    return (
        select(MatchRun.id, MatchRun.created_at)
        .ext(distinct_on(RunSnapshot.ward_code))
        .join(RunSnapshot, RunSnapshot.run_id == MatchRun.id)
        .join(Ward, Ward.code == RunSnapshot.ward_code)
        .where(Ward.province_code == province_code)
        .order_by(RunSnapshot.ward_code, MatchRun.created_at.desc(), MatchRun.id)
    )


def parts_of_past(session: Session, past: PastChoice) -> list[PastPart]:
    """All that is solved for a past, in a fixed order."""
    if past.ward_code is not None:
        return [PastPart(past.run_id or "", is_shard=False)]
    province = past.province_code or ""
    if past.run_id is None:
        return [
            PastPart(row.id, is_shard=False) for row in session.execute(_newest_of_each(province))
        ]
    shards = session.scalars(
        select(ShardSnapshot.shard_id)
        .join(MatchShard, MatchShard.id == ShardSnapshot.shard_id)
        .where(MatchShard.run_id == past.run_id, ShardSnapshot.province_code == province)
        .order_by(MatchShard.kind_code, ShardSnapshot.shard_id)
    )
    return [PastPart(shard_id, is_shard=True) for shard_id in shards]


def seen_in(session: Session, part: PastPart) -> bytes | None:
    """What a part saw, as packing.packed() wrote it; None once it is forgotten."""
    if part.is_shard:
        query = select(ShardSnapshot.body).where(ShardSnapshot.shard_id == part.id)
    else:
        query = select(RunSnapshot.body).where(RunSnapshot.run_id == part.id)
    body = session.scalar(query)
    return None if body is None else bytes(body)


def names_in(session: Session, row: ComparisonRow) -> RunNames:
    """The kinds, and the ward's residential groups or the province's wards, that it names."""
    kinds = {kind.code: kind for kind in session.scalars(select(SupportKind))}
    of_ward = select(ResidentialGroup.id, ResidentialGroup.name).where(
        ResidentialGroup.ward_code == row.ward_code
    )
    of_province = select(Ward.code, Ward.name).where(Ward.province_code == row.province_code)
    places = session.execute(of_ward if row.ward_code else of_province)
    return RunNames(kinds, {place[0]: place[1] for place in places})


def comparison_for(session: Session, actor: Actor, comparison_id: str) -> ComparisonRow:
    """One comparison of the actor's ward or province. Raises NotFound for any other."""
    found = _rows(session, actor, PolicyComparison.id == comparison_id)
    if not found:
        raise NotFound("policy-comparison")
    return found[0]


def comparisons_of(session: Session, actor: Actor, version: int) -> list[ComparisonRow]:
    """The comparisons of the actor's places that a version takes part in, the newest first."""
    takes_part = or_(PolicyComparison.version == version, PolicyComparison.against == version)
    return _rows(session, actor, takes_part)


def _rows(session: Session, actor: Actor, which: ColumnElement[bool]) -> list[ComparisonRow]:
    statement = (
        select(
            PolicyComparison, func.coalesce(Ward.name, Province.name), MatchRun.created_at,
            Account.name,
        )
        .outerjoin(Ward, Ward.code == PolicyComparison.ward_code)
        .outerjoin(Province, Province.code == PolicyComparison.province_code)
        .outerjoin(MatchRun, MatchRun.id == PolicyComparison.run_id)
        .outerjoin(Account, Account.id == PolicyComparison.requested_by)
        .where(which)
        .order_by(PolicyComparison.created_at.desc(), PolicyComparison.id)
        .limit(LISTED)
        .execution_options(populate_existing=True)
    )  # fmt: skip
    if "*" not in actor.ward_codes:
        statement = statement.where(_is_seen_by(session, actor))
    return [_row(*row) for row in session.execute(statement)]


def _is_seen_by(session: Session, actor: Actor) -> ColumnElement[bool]:
    in_ward = PolicyComparison.ward_code.in_(sorted(actor.ward_codes))
    if actor.home_ward is not None:
        return in_ward
    whole = [code for code, _name in province_choices(session, actor)]
    return or_(in_ward, PolicyComparison.province_code.in_(whole))


def _row(
    one: PolicyComparison, place: str, run_at: datetime | None, by: str | None
) -> ComparisonRow:
    return ComparisonRow(
        id=one.id,
        ward_code=one.ward_code,
        province_code=one.province_code,
        place=place,
        run_id=one.run_id,
        run_at=run_at,
        version=one.version,
        against=one.against,
        parts=_parts(one.parts, one.run_id),
        job_id=one.job_id,
        result=one.result,
        failure=one.failure,
        requested_by=by,
        created_at=one.created_at,
    )


def _parts(stored: Sequence[Mapping[str, object]], run_id: str | None) -> tuple[PastPart, ...]:
    # A comparison from before provinces had any names its one run only.
    if not stored and run_id is not None:
        return (PastPart(run_id, is_shard=False),)
    return tuple(PastPart(str(part["id"]), bool(part["shard"])) for part in stored)
