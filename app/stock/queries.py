"""Reading receipts: one paper through one door, lists by ward or by donor."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, and_, false, func, or_, select, true
from sqlalchemy.orm import Session

from app.accounts.models import Account
from app.accounts.rules import Action, Actor, Role
from app.catalogue import queries as catalogue
from app.catalogue.rules import Kind
from app.infra.transaction import ALL_WARDS
from app.kernel.errors import NotFound
from app.places.models import Province, Ward
from app.stock.models import Receipt, StockBalance
from app.stock.rules import Condition, ReceiptState

PAGE = 25


@dataclass(frozen=True, slots=True)
class ReceiptRow:
    """One receipt in a list."""

    id: str
    number: str | None
    state: ReceiptState
    received_on: date
    donor_name: str
    pledge_id: str
    pledge_code: str
    kind_code: str
    given_as: str
    units: int
    value_dong: int
    in_stock: int


@dataclass(frozen=True, slots=True)
class Paper:
    """One receipt as it is printed; names are those of its day."""

    row: ReceiptRow
    ward_name: str
    province_name: str
    donor_tax_code: str | None
    condition: Condition
    expires_on: date | None
    note: str | None
    received_by: str
    kind: Kind


@dataclass(frozen=True, slots=True)
class ReceiptFilter:
    """What a list is narrowed to. after: the id of the last receipt of the page before."""

    words: str = ""
    kind_code: str | None = None
    first: date | None = None
    last: date | None = None
    after: str | None = None


def _seen_by(actor: Actor) -> ColumnElement[bool]:
    """A donor's own papers, and those of the actor's wards."""
    if actor.role in {Role.DONOR, Role.DONOR_ADMIN}:
        return Receipt.donor_id == actor.donor_id if actor.donor_id else false()
    if not actor.may(Action.SEE_REPORTS):
        return false()
    return true() if ALL_WARDS in actor.ward_codes else Receipt.ward_code.in_(actor.ward_codes)


def receipt_for(session: Session, actor: Actor, receipt_id: str) -> Paper:
    """The only way to fetch one receipt. Raises NotFound also for one not to be seen."""
    statement = (
        select(Receipt, Ward.name, Province.name, Account.name)
        .join(Ward, Ward.code == Receipt.ward_code)
        .join(Province, Province.code == Ward.province_code)
        .join(Account, Account.id == Receipt.received_by)
        .where(Receipt.id == receipt_id, _seen_by(actor))
    )
    found = session.execute(statement).one_or_none()
    if found is None:
        raise NotFound("receipt")
    receipt, ward, province, desk = found
    return Paper(
        row=_row(receipt, _stock_of(session, [receipt.id])),
        ward_name=ward,
        province_name=province,
        donor_tax_code=receipt.donor_tax_code,
        condition=Condition(receipt.condition),
        expires_on=receipt.expires_on,
        note=receipt.note,
        received_by=desk,
        kind=catalogue.kind(session, receipt.kind_code),
    )


def receipt_in(session: Session, receipt_id: str) -> ReceiptRow:
    """A receipt that was just written, for the system that tells of it. Raises NotFound."""
    receipt = session.get(Receipt, receipt_id)
    if receipt is None:
        raise NotFound("receipt")
    return _row(receipt, {})


def receipts_seen_by(
    session: Session, actor: Actor, wanted: ReceiptFilter
) -> tuple[list[ReceiptRow], str | None]:
    """Receipts the actor may see, the newest day first, 25 a page; and the next `after`."""
    statement = (
        select(Receipt)
        .where(_seen_by(actor), *_conditions(session, wanted))
        .order_by(Receipt.received_on.desc(), Receipt.id.desc())
        .limit(PAGE + 1)
    )
    found = session.scalars(statement).all()
    stock = _stock_of(session, [receipt.id for receipt in found])
    rows = [_row(receipt, stock) for receipt in found[:PAGE]]
    return rows, rows[-1].id if len(found) > PAGE else None


def _conditions(session: Session, wanted: ReceiptFilter) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if wanted.words:
        word = wanted.words.upper()
        conditions.append(
            or_(
                Receipt.number == word,
                Receipt.pledge_code == word,
                Receipt.donor_name.icontains(wanted.words, autoescape=True),
            )
        )
    if wanted.kind_code:
        conditions.append(Receipt.kind_code == wanted.kind_code)
    if wanted.first:
        conditions.append(Receipt.received_on >= wanted.first)
    if wanted.last:
        conditions.append(Receipt.received_on <= wanted.last)
    last = session.get(Receipt, wanted.after) if wanted.after else None
    if last is not None:
        older = and_(Receipt.received_on == last.received_on, Receipt.id < last.id)
        conditions.append(or_(Receipt.received_on < last.received_on, older))
    return conditions


def _stock_of(session: Session, receipt_ids: list[str]) -> dict[str, int]:
    statement = select(StockBalance.lot_id, StockBalance.units).where(
        StockBalance.lot_id.in_(receipt_ids), StockBalance.account == "stock"
    )
    return {row.lot_id: row.units for row in session.execute(statement)}


def _row(receipt: Receipt, stock: dict[str, int]) -> ReceiptRow:
    return ReceiptRow(
        id=receipt.id,
        number=receipt.number,
        state=ReceiptState(receipt.state),
        received_on=receipt.received_on,
        donor_name=receipt.donor_name,
        pledge_id=receipt.pledge_id,
        pledge_code=receipt.pledge_code,
        kind_code=receipt.kind_code,
        given_as=receipt.given_as,
        units=receipt.units,
        value_dong=receipt.value_dong,
        in_stock=stock.get(receipt.id, 0),
    )


def in_stock(session: Session, line_id: str) -> int:
    """Units of a line that lie in stock now, past their date or not."""
    statement = (
        select(func.coalesce(func.sum(StockBalance.units), 0))
        .join(Receipt, Receipt.id == StockBalance.lot_id)
        .where(Receipt.pledge_line_id == line_id, StockBalance.account == "stock")
    )
    return int(session.scalar(statement) or 0)
