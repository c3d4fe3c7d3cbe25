"""Taking in units of a line, at the ward's desk."""

from flask import request
from flask.typing import ResponseReturnValue

from app.accounts.access import current_actor, done, flash_done, requires
from app.accounts.rules import Action
from app.infra.i18n import _
from app.infra.transaction import Session, transaction
from app.kernel.clock import now, today
from app.kernel.errors import DomainError, NotFound
from app.pledges import actions, queries
from app.pledges.forms import ReceiveForm
from app.pledges.views.base import bp, page, refused
from app.stock.rules import Condition


def _line(session: Session, pledge_id: str, line_id: str) -> dict[str, object]:
    """What the page needs of the line. Raises NotFound."""
    pledge = queries.pledge_for(session, current_actor(), pledge_id)
    line = next((line for line in pledge.lines if line.id == line_id), None)
    if line is None:
        raise NotFound("pledge")
    announced = [a for a in queries.announced_for(session, pledge) if a.line_id == line_id]
    kinds = queries.kinds(session)
    return {"pledge": pledge, "line": line, "kinds": kinds, "announced": announced}


@bp.get("/pledges/<pledge_id>/lines/<line_id>/receive")
@requires(Action.TAKE_IN_GOODS)
def receive(pledge_id: str, line_id: str) -> ResponseReturnValue:
    """Write down what came in; an announced delivery fills the form."""
    with transaction(read_only=True) as session:
        values = _line(session, pledge_id, line_id)
    line = values["line"]
    assert isinstance(line, queries.LineView)  # noqa: S101 - for the type checker.
    wanted = request.args.get("announced", "")
    chosen = next((a for a in _announced(values) if a.receipt_id == wanted), None)
    cash = line.draft.given_as == "cash"
    known = {
        "units": chosen.units if chosen else line.awaited,
        "received_on": today(),
        "condition": (Condition.MONEY_SEEN if cash else Condition.NEW).value,
        "announced_id": chosen.receipt_id if chosen else "",
    }
    return page("receive", form=ReceiveForm(data=known), **values)


def _announced(values: dict[str, object]) -> list[queries.Announced]:
    found = values["announced"]
    return found if isinstance(found, list) else []


@bp.post("/pledges/<pledge_id>/lines/<line_id>/receive")
@requires(Action.TAKE_IN_GOODS)
def take_in(pledge_id: str, line_id: str) -> ResponseReturnValue:
    """Book the units and print the receipt."""
    form, status = ReceiveForm(request.form), 422
    with transaction(read_only=True) as session:
        values = _line(session, pledge_id, line_id)
    try:
        if form.validate():
            with transaction() as session:
                actor, draft = current_actor(), form.draft()
                receipt_id = actions.take_in(session, actor, line_id, draft, now=now())
                flash_done(_("Đã nhận vào kho. Có thể in biên nhận."))
                return done(session, "stock.show", receipt_id=receipt_id)
    except DomainError as refusal:
        refused(form, refusal)
        status = refusal.status
    return page("receive", form=form, **values), status
