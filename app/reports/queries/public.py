"""What anyone may read, in totals that identify nobody."""

from datetime import date

from sqlalchemy import Subquery, exists, func, select
from sqlalchemy.orm import Session, aliased

from app.catalogue.models import SupportKind
from app.infra.i18n import current_language
from app.pledges.models import Pledge, PledgeLine, PromiseMovement
from app.reports.queries.figures import PROMISED, local_day
from app.reports.rules import PublicLine, hide_small


def standing_handovers() -> Subquery:
    """Each handover of a line that was not taken back, from the promise ledger: `line_id`."""
    returned = aliased(PromiseMovement)
    taken_back = exists().where(
        returned.cause == PromiseMovement.cause,
        returned.cause_id == PromiseMovement.cause_id,
        returned.step == "take-back",
    )
    given = PromiseMovement.step == "hand-over"
    return select(PromiseMovement.line_id).where(given, ~taken_back).subquery()


def public_totals(session: Session, first: date, last: date) -> list[PublicLine]:
    """What anyone may read: by support kind, over all wards, small counts hidden.

    Reads the promises only, since the public has no scope over households.
    """
    english = current_language() == "en"
    label = SupportKind.label_en if english else SupportKind.label_vi
    given = standing_handovers()
    times = select(given.c.line_id, func.count().label("times")).group_by(given.c.line_id)
    by_line = times.subquery()
    statement = (
        select(
            SupportKind.code,
            label,
            func.sum(PledgeLine.units - PledgeLine.withdrawn),
            func.sum(PledgeLine.handed),
            func.sum(PledgeLine.handed * PledgeLine.unit_value),
            func.coalesce(func.sum(by_line.c.times), 0),
        )
        .join(PledgeLine, PledgeLine.kind_code == SupportKind.code)
        .outerjoin(by_line, by_line.c.line_id == PledgeLine.id)
        .join(Pledge, Pledge.id == PledgeLine.pledge_id)
        .where(PledgeLine.state.in_(PROMISED), local_day(Pledge.created_at).between(first, last))
        .group_by(SupportKind.code, label, SupportKind.position)
        .order_by(SupportKind.position)
    )
    lines = [
        PublicLine(code, name, *(int(figure) for figure in figures))
        for code, name, *figures in session.execute(statement)
    ]
    return hide_small(lines)
