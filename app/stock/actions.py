"""Taking in, handing out, taking back: guarded balances beside append-only movements."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import and_, func, or_, select, text, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app.accounts.rules import Actor
from app.audit.actions import Subject, record
from app.infra.transaction import rows_changed, written_at
from app.kernel.clock import local_day
from app.kernel.errors import Conflict, DomainError
from app.kernel.ids import new_id
from app.stock.models import Movement, Receipt, ReceiptCounter, StockBalance
from app.stock.rules import (
    Condition,
    PledgedLine,
    ReceiptDraft,
    ReceiptState,
    receipt_number,
    refusal_of,
)

STOCK, RECIPIENT = "stock", "recipient"


@dataclass(frozen=True, slots=True)
class Step:
    """`units` of a lot from one account to another, for a cause that moves each lot once."""

    lot_id: str
    from_account: str
    to_account: str
    units: int
    cause: str
    cause_id: str
    name: str


def receive_goods(
    session: Session, actor: Actor, line: PledgedLine, draft: ReceiptDraft, *, now: datetime
) -> str:
    """Write a receipt for units that are in and sound, and put its lot in stock; returns its id.

    The caller has booked the units on the line in this transaction. With `announced_id` that
    row becomes the receipt. Raises DomainError, Conflict("receipt-not-announced").
    """
    refusal = refusal_of(line, draft, local_day(now))
    if refusal is not None:
        raise DomainError(refusal)
    number = next_number(session, line.ward_code, local_day(now).year)
    receipt_id = draft.announced_id or new_id()
    receipt = Receipt(
        id=receipt_id, state=ReceiptState.STOCKED.value, number=number, created_at=now
    )
    _fill(receipt, line, draft, actor)
    _store(session, receipt, was_announced=draft.announced_id is not None)
    step = Step(receipt_id, "donor", STOCK, draft.units, "receipt", receipt_id, "receive")
    _move(session, step)
    subject = Subject("receipt", receipt_id, line.ward_code)
    facts = {"number": number, "units": draft.units, "line": line.line_id}
    record(session, actor, "receive-goods", subject, changes=facts)
    return receipt_id


def announce(
    session: Session, actor: Actor, line: PledgedLine, units: int, expected_on: date
) -> str:
    """Note that `units` are to be brought on a day; books nothing. Returns the receipt's id."""
    condition = Condition.MONEY_SEEN if line.given_as == "cash" else Condition.NEW
    receipt = Receipt(id=new_id(), state=ReceiptState.ANNOUNCED.value, number=None)
    _fill(receipt, line, ReceiptDraft(units, expected_on, condition), actor)
    session.add(receipt)
    session.flush()
    subject = Subject("receipt", receipt.id, line.ward_code)
    record(session, actor, "announce-goods", subject, changes={"units": units})
    return receipt.id


def next_number(session: Session, ward_code: str, year: int) -> str:
    """The ward's next receipt number; its row lock holds back the one after until we commit."""
    statement = (
        insert(ReceiptCounter)
        .values(ward_code=ward_code, year=year, last=1)
        .on_conflict_do_update(
            index_elements=["ward_code", "year"], set_={"last": ReceiptCounter.last + 1}
        )
        .returning(ReceiptCounter.last)
    )
    return receipt_number(year, session.scalars(statement).one())


def _store(session: Session, receipt: Receipt, *, was_announced: bool) -> None:
    if not was_announced:
        session.add(receipt)
        session.flush()
        return
    columns = {c.key for c in Receipt.__table__.columns} - {"id", "created_at"}
    announced = and_(
        Receipt.id == receipt.id,
        Receipt.pledge_line_id == receipt.pledge_line_id,
        Receipt.state == ReceiptState.ANNOUNCED.value,
    )
    statement = update(Receipt).where(announced).values({c: getattr(receipt, c) for c in columns})
    if rows_changed(session, statement) != 1:
        raise Conflict("receipt-not-announced")


def _fill(receipt: Receipt, line: PledgedLine, draft: ReceiptDraft, actor: Actor) -> None:
    """Copy onto the paper what it must say for ever, whatever becomes of donor and pledge."""
    receipt.ward_code, receipt.kind_code = line.ward_code, line.kind_code
    receipt.pledge_line_id, receipt.pledge_id = line.line_id, line.pledge_id
    receipt.pledge_code, receipt.given_as = line.pledge_code, line.given_as
    receipt.donor_id, receipt.donor_name = line.donor_id, line.donor_name
    receipt.donor_tax_code = line.donor_tax_code
    receipt.units, receipt.value_dong = draft.units, draft.units * line.unit_value
    receipt.received_on, receipt.expires_on = draft.received_on, draft.expires_on
    receipt.condition, receipt.note = draft.condition.value, draft.note
    receipt.received_by = actor.account_id or ""


def take_out(session: Session, line_id: str, units: int, *, cause: str, cause_id: str) -> None:
    """Move `units` of a line from stock to the recipient, oldest expiry first; once a cause.

    Goods past their date stay. Raises Conflict("stock-not-enough").
    """
    if units <= 0:
        raise DomainError("units-out-of-range")
    lots = _lots_with_stock(session, line_id)
    if _moved(session, cause, cause_id, "hand-over"):
        return
    left = units
    for lot_id, there in lots:
        taken = min(left, there)
        if taken:
            name = f"hand-over:{lot_id}"
            _move(session, Step(lot_id, STOCK, RECIPIENT, taken, cause, cause_id, name))
            left -= taken
    if left:
        raise Conflict("stock-not-enough", line_id=line_id)


def _lots_with_stock(session: Session, line_id: str) -> list[tuple[str, int]]:
    """The line's lots and what stands in them, locked in the order in which they go out."""
    local_today = text("(now() at time zone 'Asia/Ho_Chi_Minh')::date")
    statement = (
        select(StockBalance.lot_id, StockBalance.units)
        .join(Receipt, Receipt.id == StockBalance.lot_id)
        .where(
            Receipt.pledge_line_id == line_id,
            StockBalance.account == STOCK,
            or_(Receipt.expires_on.is_(None), Receipt.expires_on >= local_today),
        )
        .order_by(Receipt.expires_on.nulls_last(), Receipt.received_on, Receipt.id)
        .with_for_update(of=StockBalance)
    )
    return [(lot_id, units) for lot_id, units in session.execute(statement)]


def take_back(session: Session, line_id: str, units: int, *, cause: str, cause_id: str) -> None:
    """Reverse what take_out() moved for this cause: `units` of it go back into their lots.

    Once a cause. Raises Conflict("units-not-handed-over") if fewer went out for it.
    """
    if units <= 0:
        raise DomainError("units-out-of-range")
    _lock_lots(session, line_id)
    if _moved(session, cause, cause_id, "take-back"):
        return
    left = units
    for lot_id, gone in _moved(session, cause, cause_id, "hand-over"):
        back = min(left, gone)
        if back:
            name = f"take-back:{lot_id}"
            _move(session, Step(lot_id, RECIPIENT, STOCK, back, cause, cause_id, name))
            left -= back
    if left:
        raise Conflict("units-not-handed-over", line_id=line_id)


def _lock_lots(session: Session, line_id: str) -> None:
    lots = select(Receipt.id).where(Receipt.pledge_line_id == line_id)
    session.execute(
        select(StockBalance.lot_id)
        .where(StockBalance.lot_id.in_(lots), StockBalance.account == STOCK)
        .order_by(StockBalance.lot_id)
        .with_for_update()
    )


def _moved(session: Session, cause: str, cause_id: str, step: str) -> list[tuple[str, int]]:
    """What a cause moved in this step: lots with units, the last first. Lots are locked before."""
    statement = (
        select(Movement.lot_id, Movement.units)
        .where(
            Movement.cause == cause,
            Movement.cause_id == cause_id,
            func.starts_with(Movement.step, f"{step}:"),
        )
        .order_by(Movement.id.desc())
    )
    return [(lot_id, units) for lot_id, units in session.execute(statement)]


def _move(session: Session, step: Step) -> None:
    """Write the movement and both balances; the donor's side is outside and has none."""
    session.add(
        Movement(
            lot_id=step.lot_id,
            from_account=step.from_account,
            to_account=step.to_account,
            units=step.units,
            cause=step.cause,
            cause_id=step.cause_id,
            step=step.name,
            at=written_at(),
        )
    )
    if step.from_account != "donor":
        _take_from(session, step)
    statement = insert(StockBalance).values(
        lot_id=step.lot_id, account=step.to_account, units=step.units
    )
    added = {"units": StockBalance.units + step.units}
    session.execute(
        statement.on_conflict_do_update(index_elements=["lot_id", "account"], set_=added)
    )
    session.flush()


def _take_from(session: Session, step: Step) -> None:
    statement = (
        update(StockBalance)
        .where(
            StockBalance.lot_id == step.lot_id,
            StockBalance.account == step.from_account,
            StockBalance.units >= step.units,
        )
        .values(units=StockBalance.units - step.units)
    )
    if rows_changed(session, statement) != 1:
        raise Conflict("stock-not-enough")
