"""What anyone may read, in totals that identify nobody."""

from collections import defaultdict
from datetime import date, datetime, time

from sqlalchemy import extract, func, select, text
from sqlalchemy.orm import Session

from app.catalogue.models import SupportKind
from app.infra.i18n import current_language
from app.kernel.clock import VIETNAM
from app.pledges.models import Pledge, PledgeLine
from app.reports.queries.figures import LOCAL, PROMISED
from app.reports.rules import Handed, HandedMonth, PublicLine, publishable, shown_pledged

# Counts and sums over all wards, made where the rows are: whoever asks has no scope.
HANDED = text(
    "select year, kind_code, households, few, settled, units, dong from handed_by_month(:until)"
    " order by year, kind_code, month"
)
NOTHING = Handed(0, 0, 0)


def public_totals(session: Session, year: int, until: date) -> list[PublicLine]:
    """What anyone may read of a year's pledges, by support kind over all wards, before a day.

    until: the first of a month, so that an issue stays as it is for as long as it is the newest.
    """
    english = current_language() == "en"
    label = SupportKind.label_en if english else SupportKind.label_vi
    handed = _handed(session, until)
    created = func.timezone(LOCAL, Pledge.created_at)
    statement = (
        select(SupportKind.code, label, func.sum(PledgeLine.units - PledgeLine.withdrawn))
        .join(PledgeLine, PledgeLine.kind_code == SupportKind.code)
        .join(Pledge, Pledge.id == PledgeLine.pledge_id)
        .where(PledgeLine.state.in_(PROMISED), Pledge.created_at < start_of(until))
        .where(extract("year", created) == year)
        .group_by(SupportKind.code, label, SupportKind.position)
        .order_by(SupportKind.position)
    )
    return [
        _line(code, name, int(pledged), handed.get((year, code), NOTHING))
        for code, name, pledged in session.execute(statement)
    ]


def handed_so_far(session: Session, until: date) -> Handed:
    """The sum of what the published rows of all years tell, and of nothing else.

    So no row that is withheld can be worked out from it. households: times that a household had
    something of a kind.
    """
    shown = [handed for handed in _handed(session, until).values() if handed.dong is not None]
    return Handed(
        households=sum(handed.households for handed in shown),
        units=sum(handed.units or 0 for handed in shown),
        dong=sum(handed.dong or 0 for handed in shown),
    )


def start_of(day: date) -> datetime:
    """The moment at which a day begins in Vietnam."""
    return datetime.combine(day, time(), VIETNAM)


def _handed(session: Session, until: date) -> dict[tuple[int, str], Handed]:
    months: defaultdict[tuple[int, str], list[HandedMonth]] = defaultdict(list)
    for row in session.execute(HANDED, {"until": start_of(until)}):
        month = HandedMonth(row.households, tuple(row.few or ()), row.settled, row.units, row.dong)
        months[row.year, row.kind_code].append(month)
    return {key: publishable(of_kind, key[1]) for key, of_kind in months.items()}


def _line(code: str, name: str, pledged: int, handed: Handed) -> PublicLine:
    return PublicLine(code, name, shown_pledged(pledged), handed.units, handed.dong)
