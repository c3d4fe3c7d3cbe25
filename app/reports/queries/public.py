"""What anyone may read, in totals that identify nobody."""

from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.catalogue.models import SupportKind
from app.infra.i18n import current_language
from app.pledges.models import Pledge, PledgeLine
from app.reports.queries.figures import PROMISED, local_day
from app.reports.rules import PublicLine, hide_small


def public_totals(session: Session, first: date, last: date) -> list[PublicLine]:
    """What anyone may read: by support kind, over all wards, small counts hidden.

    Reads the promises only, since the public has no scope over households.
    """
    english = current_language() == "en"
    label = SupportKind.label_en if english else SupportKind.label_vi
    statement = (
        select(
            SupportKind.code,
            label,
            func.sum(PledgeLine.units - PledgeLine.withdrawn),
            func.sum(PledgeLine.handed),
            func.sum(PledgeLine.handed * PledgeLine.unit_value),
        )
        .join(PledgeLine, PledgeLine.kind_code == SupportKind.code)
        .join(Pledge, Pledge.id == PledgeLine.pledge_id)
        .where(PledgeLine.state.in_(PROMISED), local_day(Pledge.created_at).between(first, last))
        .group_by(SupportKind.code, label, SupportKind.position)
        .order_by(SupportKind.position)
    )
    lines = [
        PublicLine(code, name, int(pledged), int(handed), int(dong))
        for code, name, pledged, handed, dong in session.execute(statement)
    ]
    return hide_small(lines)
