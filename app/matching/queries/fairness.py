"""Reads of how some wards' matching has gone lately: overrides, and households helped again."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.matching.models import Allocation, Proposal
from app.matching.rules.states import GONE
from app.needs.models import Need


@dataclass(frozen=True, slots=True)
class Lately:
    """Allocations since a day, and those of them that people had chosen otherwise.

    helped_again: this run's households that had another run's allocation since then.
    """

    allocations: int
    overrides: int
    helped_again: int


def lately_in(session: Session, wards: Collection[str], run_id: str, since: datetime) -> Lately:
    """What the run's page says beside its own figures."""
    live = (Allocation.ward_code.in_(sorted(wards)), Allocation.state.not_in(GONE))
    counted = session.execute(
        select(func.count(), func.count(Allocation.override_reason)).where(
            *live, Allocation.approved_at >= since
        )
    ).one()
    before = (
        select(Allocation.household_id)
        .outerjoin(Proposal, Proposal.id == Allocation.proposal_id)
        .where(*live, Allocation.approved_at >= since)
        .where(Proposal.run_id.is_distinct_from(run_id))
    )
    again = (
        select(func.count(Need.household_id.distinct()))
        .join(Proposal, Proposal.need_id == Need.id)
        .where(Proposal.run_id == run_id, Need.household_id.in_(before))
    )
    return Lately(counted[0], counted[1], session.scalar(again) or 0)
