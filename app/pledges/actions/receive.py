"""Taking in units of a line: counted on the promise here, put in stock there, in one go."""

from datetime import date, datetime

from sqlalchemy.orm import Session

from app.accounts.rules import Actor
from app.kernel.clock import local_day
from app.kernel.errors import DomainError
from app.pledges import queries
from app.pledges.actions.promise import book_receipt
from app.pledges.actions.told import tell_received
from app.pledges.rules import refusal_of_window
from app.stock import actions as stock
from app.stock.queries import receipt_in
from app.stock.rules import ReceiptDraft


def take_in(
    session: Session, actor: Actor, line_id: str, draft: ReceiptDraft, *, now: datetime
) -> str:
    """Take in goods that were inspected, or money that was seen; returns the receipt's id.

    Raises NotFound outside the actor's ward, Conflict("more-than-pledged"), DomainError.
    """
    line = queries.line_for_receipt(session, actor, line_id)
    book_receipt(session, line_id, draft.units)
    receipt_id = stock.receive_goods(session, actor, line, draft, now=now)
    tell_received(session, line, receipt_in(session, receipt_id))
    return receipt_id


def announce(  # noqa: PLR0913 - who, what and when, all plain.
    session: Session, actor: Actor, line_id: str, units: int, expected_on: date, *, now: datetime
) -> str:
    """Note that units of one's own line will be brought on a day; returns the receipt's id."""
    line = queries.line_for_receipt(session, actor, line_id)
    refusal = refusal_of_window(expected_on, expected_on, local_day(now))
    if refusal is not None:
        raise DomainError(refusal)
    if units < 1:
        raise DomainError("units-out-of-range")
    if units > queries.awaited_units(session, line_id):
        raise DomainError("more-than-pledged")
    return stock.announce(session, actor, line, units, expected_on)
