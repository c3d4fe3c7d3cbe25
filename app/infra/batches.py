"""Small jobs of one kind and one scope, claimed and closed many at a time."""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, and_, select, text, tuple_, update
from sqlalchemy.orm import Session

from app.infra.jobs import LANES, Lease, LeaseLost, lease_end, lease_of, taking
from app.infra.models import Job
from app.infra.transaction import rows_changed


def claim_alike(
    session: Session, first: Lease, most: int, *, last_first: bool = False
) -> list[Lease]:
    """Claim up to `most` more due jobs of the first one's name and scope, the first or the last.

    Only such as were never tried: one that kills its worker shall not take others along.
    """
    alike = (Job.lane == LANES[first.name].value, Job.name == first.name.value)
    untried = (Job.state == "pending", Job.attempts == 0, Job.not_before <= text("now()"))
    order = (Job.not_before.desc(), Job.id.desc()) if last_first else (Job.not_before, Job.id)
    candidates = (
        select(Job.id)
        .where(*alike, *untried, Job.wards == first.wards)
        .order_by(*order)
        .limit(most)
        .with_for_update(skip_locked=True)
    )
    # Looked up once: planned as a join it could lock more rows than it takes.
    chosen = candidates.cte("chosen").prefix_with("materialized")
    rows = session.execute(taking(Job.id.in_(select(chosen.c.id))))
    return sorted((lease_of(row) for row in rows), key=lambda lease: lease.job_id)


def finish_all(session: Session, leases: Sequence[Lease]) -> None:
    """Close the jobs of a batch inside the transaction that stores their results.

    Raises LeaseLost when somebody else took one of them meanwhile, so that all is rolled back.
    """
    values = {"state": "done", "finished_at": text("now()"), "lease_until": None}
    closed = update(Job).where(_held(leases)).values(values | {"last_error": None})
    if leases and rows_changed(session, closed) != len(leases):
        raise LeaseLost(*[lease.job_id for lease in leases])


def renew_all(session: Session, leases: Sequence[Lease]) -> int:
    """Hold what is still held of a batch for another lease; returns how many jobs that are."""
    return rows_changed(session, update(Job).where(_held(leases)).values(lease_until=lease_end()))


def hand_back(session: Session, leases: Sequence[Lease]) -> int:
    """Leave jobs of a batch that nothing was done for: due again, and no attempt is counted."""
    values = {"state": "pending", "attempts": Job.attempts - 1, "lease_until": None}
    return rows_changed(session, update(Job).where(_held(leases)).values(values))


def _held(leases: Sequence[Lease]) -> ColumnElement[bool]:
    mine = [(lease.job_id, lease.fence) for lease in leases]
    return and_(tuple_(Job.id, Job.fence).in_(mine), Job.state == "running")
