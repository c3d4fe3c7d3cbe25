"""Public totals: what was promised and what reached households, as of the newest issue."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.catalogue.rules import SMALLEST_CROWD
from app.pledges.models import Pledge, PledgeLine
from app.reports.queries.figures import PROMISED
from app.reports.queries.public import handed_so_far, start_of


@dataclass(frozen=True, slots=True)
class Given:
    """What was promised and what arrived; None where so few stand behind it that it would tell.

    donors: who promised. households: times that a household had something of a kind, in fives,
    so that nobody reads one more of them from one month to the next.
    """

    donors: int | None
    pledged_dong: int | None
    households: int | None
    handed_dong: int | None


def given_so_far(session: Session, until: date) -> Given:
    """The totals of all pledges that were accepted, over all wards, before the day of an issue."""
    row = session.execute(
        select(
            func.count(Pledge.donor_id.distinct()).filter(PledgeLine.units > PledgeLine.withdrawn),
            func.coalesce(
                func.sum((PledgeLine.units - PledgeLine.withdrawn) * PledgeLine.unit_value), 0
            ),
        )
        .join(Pledge, Pledge.id == PledgeLine.pledge_id)
        .where(PledgeLine.state.in_(PROMISED), Pledge.created_at < start_of(until))
    ).one()
    donors, pledged = (int(value) for value in row)
    handed = handed_so_far(session, until)
    many_gave, many_had = donors >= SMALLEST_CROWD, handed.households >= SMALLEST_CROWD
    return Given(
        donors=donors if many_gave else None,
        pledged_dong=pledged if many_gave else None,
        households=handed.households - handed.households % SMALLEST_CROWD if many_had else None,
        handed_dong=handed.dong if many_had else None,
    )
