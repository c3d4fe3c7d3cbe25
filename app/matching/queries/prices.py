"""Reads of a proven run for its price: what each of its parts saw, and what its plans are worth."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.kernel.errors import NotFound
from app.matching.models import MatchRun, MatchShard, RunSnapshot, ShardSnapshot
from app.matching.queries.policy import load_policy
from app.matching.rules.policy import PolicyRules


@dataclass(frozen=True, slots=True)
class PricedPart:
    """A ward's run, or one part of a run over provinces: by its id, with its figures."""

    id: str
    figures: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class RunToPrice:
    """All parts of a proven run, in a fixed order, and the policy it went by."""

    policy: PolicyRules
    parts: tuple[PricedPart, ...]


def run_to_price(session: Session, run_id: str) -> RunToPrice:
    """The run that a job names. Raises NotFound for one that is not proven."""
    run = session.get(MatchRun, run_id)
    if run is None or not run.certified:
        raise NotFound("match-run")
    policy = load_policy(session, run.policy_version).rules
    if run.ward_code is not None:
        return RunToPrice(policy, (PricedPart(run.id, run.figures),))
    statement = (
        select(MatchShard.id, MatchShard.figures)
        .where(MatchShard.run_id == run_id, MatchShard.province_code.is_not(None))
        .order_by(MatchShard.kind_code, MatchShard.province_code)
    )
    return RunToPrice(policy, tuple(PricedPart(*row) for row in session.execute(statement)))


def seen_by(session: Session, part: PricedPart) -> bytes | None:
    """What a part saw, as packing.packed() wrote it; None once it is forgotten."""
    whole = select(RunSnapshot.body).where(RunSnapshot.run_id == part.id)
    shard = select(ShardSnapshot.body).where(ShardSnapshot.shard_id == part.id)
    body = session.scalar(whole.union_all(shard))
    return None if body is None else bytes(body)
