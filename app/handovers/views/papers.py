"""The papers of a day as PDF. Names leave the system here, so each print is written down."""

from flask import Response
from flask.typing import ResponseReturnValue

from app.accounts.access import current_actor, requires, settings
from app.accounts.rules import Action
from app.audit.actions import Subject, record
from app.handovers import papers, queries
from app.handovers.papers import PaperHead
from app.handovers.queries import DayRow, ListRow
from app.handovers.views.blueprint import bp
from app.infra.transaction import transaction
from app.kernel.clock import today
from app.kernel.errors import DomainError
from app.places import queries as places


@bp.get("/handovers/<day_id>/list.pdf")
@requires(Action.EXPORT_WITH_IDENTITIES)
def signed_list(day_id: str) -> ResponseReturnValue:
    """The list that people sign."""
    day, rows, head = _read(day_id, "print-signed-list")
    return _pdf(papers.signed_list(day, rows, head, masked=False), f"{day.code}.pdf")


@bp.get("/handovers/<day_id>/posted-list.pdf")
@requires(Action.PLAN_HANDOVER)
def posted_list(day_id: str) -> ResponseReturnValue:
    """The masked copy for the notice board."""
    day, rows, head = _read(day_id, "print-posted-list")
    return _pdf(papers.signed_list(day, rows, head, masked=True), f"{day.code}-niem-yet.pdf")


@bp.get("/handovers/<day_id>/slips.pdf")
@requires(Action.EXPORT_WITH_IDENTITIES)
def slips(day_id: str) -> ResponseReturnValue:
    """Invitations on paper for those who still have to come."""
    day, rows, head = _read(day_id, "print-slips")
    waiting = [row for row in rows if row.guest.waiting]
    if not waiting:
        raise DomainError("nobody-invited")
    return _pdf(papers.slips(day, waiting, head), f"{day.code}-giay-moi.pdf")


def _read(day_id: str, deed: str) -> tuple[DayRow, list[ListRow], PaperHead]:
    """What a paper needs; that somebody printed it goes into the journal."""
    actor = current_actor()
    with transaction() as session:
        day = queries.day_for(session, actor, day_id)
        rows = queries.list_rows(session, day)
        ward = places.ward(session, day.ward_code)
        subject = Subject("handover-day", day.id, day.ward_code)
        seen = {"households": [row.household_id for row in rows]}
        record(session, actor, deed, subject, changes=seen)
    head = PaperHead(f"UBND {ward.name}", ward.name, settings().base_url, today())
    return day, rows, head


def _pdf(body: bytes, name: str) -> Response:
    response = Response(body, mimetype="application/pdf")
    response.headers["Content-Disposition"] = f'inline; filename="{name}"'
    return response
