"""Public totals, from the promise ledger only."""

from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.pledges.models import Pledge, PledgeLine
from app.reports.queries.public import standing_handovers

PROMISED = ("accepted", "open", "withdrawn", "expired", "closed")
SMALLEST_SHOWN = 5


@dataclass(frozen=True, slots=True)
class Given:
    """What was promised and what arrived; None where so few stand behind it that it would tell.

    donors: who promised; handovers: how often something was handed
    over and not taken back.
    """

    donors: int | None
    pledged_dong: int | None
    handovers: int | None
    handed_dong: int | None


def given_so_far(session: Session) -> Given:
    """The totals of all pledges that were accepted, over all wards."""
    row = session.execute(
        select(
            func.count(Pledge.donor_id.distinct()).filter(PledgeLine.units > PledgeLine.withdrawn),
            func.coalesce(
                func.sum((PledgeLine.units - PledgeLine.withdrawn) * PledgeLine.unit_value), 0
            ),
            func.coalesce(func.sum(PledgeLine.handed * PledgeLine.unit_value), 0),
        )
        .join(Pledge, Pledge.id == PledgeLine.pledge_id)
        .where(PledgeLine.state.in_(PROMISED))
    ).one()
    donors, pledged, handed = (int(value) for value in row)
    times = session.scalar(select(func.count()).select_from(standing_handovers()))
    many_gave, often = donors >= SMALLEST_SHOWN, (times or 0) >= SMALLEST_SHOWN
    return Given(
        donors=donors if many_gave else None,
        pledged_dong=pledged if many_gave else None,
        handovers=times if often else None,
        handed_dong=handed if often and many_gave else None,
    )
