"""Public totals, from the promise ledger only."""

from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.pledges.models import Pledge, PledgeLine

PROMISED = ("accepted", "open", "withdrawn", "expired", "closed")
SMALLEST_SHOWN = 5


@dataclass(frozen=True, slots=True)
class Given:
    """What was promised and what arrived; None where the number is too small to be shown."""

    donors: int | None
    pledged_dong: int
    handed_units: int | None
    handed_dong: int


def given_so_far(session: Session) -> Given:
    """The totals of all pledges that were accepted, over all wards."""
    row = session.execute(
        select(
            func.count(Pledge.donor_id.distinct()),
            func.coalesce(
                func.sum((PledgeLine.units - PledgeLine.withdrawn) * PledgeLine.unit_value), 0
            ),
            func.coalesce(func.sum(PledgeLine.handed), 0),
            func.coalesce(func.sum(PledgeLine.handed * PledgeLine.unit_value), 0),
        )
        .join(Pledge, Pledge.id == PledgeLine.pledge_id)
        .where(PledgeLine.state.in_(PROMISED))
    ).one()
    donors, pledged, handed, dong = (int(value) for value in row)
    few = 0 < handed < SMALLEST_SHOWN
    return Given(
        donors=donors if donors >= SMALLEST_SHOWN else None,
        pledged_dong=pledged,
        handed_units=None if few else handed,
        handed_dong=0 if few else dong,
    )
