"""Figures and their rows: one union of what was pledged, received and handed over.

A figure sums the very rows that its drill-down lists and its exports write.
"""

from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any, TypeAlias

from sqlalchemy import (
    ARRAY,
    ColumnElement,
    Date,
    Select,
    String,
    Subquery,
    bindparam,
    cast,
    func,
    literal,
    select,
    union_all,
)
from sqlalchemy.orm import Session

from app.handovers.models import HandoverLine
from app.households.models import Household
from app.infra.columns import among
from app.infra.prepared import Prepared
from app.matching.models import Allocation
from app.pledges.models import Donor, Pledge, PledgeLine
from app.reports.queries.names import labels_of
from app.reports.rules import (
    Amount,
    Dimension,
    Line,
    Measure,
    Question,
)
from app.stock.models import Receipt

AnySelect: TypeAlias = Select[*tuple[Any, ...]]

LOCAL = "Asia/Ho_Chi_Minh"
# States in which a line was really promised to us.
PROMISED = ("accepted", "open", "withdrawn", "expired", "closed")
# Receipts of units that are really here; what is announced may never come.
ARE_IN = ("received", "inspected", "stocked")
MOST_ROWS = 5_000
# The wards asked about, which are given when a statement is executed.
WARDS = bindparam("wards", type_=ARRAY(String()))


@dataclass(frozen=True, slots=True)
class Row:
    """One event behind a figure. `subject` and `subject_id` name the page that shows it."""

    measure: Measure
    on: date
    subject: str
    subject_id: str
    code: str
    kind: str
    programme: str | None
    donor_kind: str
    group: str | None
    units: int
    dong: int


def local_day(column: Any) -> ColumnElement[date]:  # noqa: ANN401 - any timestamp column.
    """The day in Vietnam of a moment."""
    return cast(func.timezone(LOCAL, column), Date)


def _pledged() -> AnySelect:
    """Lines that were accepted, without what was withdrawn, on the day they were offered."""
    units = PledgeLine.units - PledgeLine.withdrawn
    return (
        select(
            literal(Measure.PLEDGED.value).label("measure"),
            local_day(Pledge.created_at).label("on"),
            literal("pledge").label("subject"),
            Pledge.id.label("subject_id"),
            Pledge.code.label("code"),
            PledgeLine.kind_code.label("kind"),
            Pledge.programme_id.label("programme"),
            Donor.kind.label("donor_kind"),
            literal(None).label("group"),
            units.label("units"),
            (units * PledgeLine.unit_value).label("dong"),
        )
        .join(Pledge, Pledge.id == PledgeLine.pledge_id)
        .join(Donor, Donor.id == Pledge.donor_id)
        .where(PledgeLine.state.in_(PROMISED), units > 0, among(Pledge.ward_code, WARDS))
    )


def _received() -> AnySelect:
    """Receipts of what is in, neither announced nor refused, on the day it came."""
    return (
        select(
            literal(Measure.RECEIVED.value),
            Receipt.received_on,
            literal("receipt"),
            Receipt.id,
            Receipt.number,
            PledgeLine.kind_code,
            Pledge.programme_id,
            Donor.kind,
            literal(None),
            Receipt.units,
            Receipt.value_dong,
        )
        .join(PledgeLine, PledgeLine.id == Receipt.pledge_line_id)
        .join(Pledge, Pledge.id == PledgeLine.pledge_id)
        .join(Donor, Donor.id == Pledge.donor_id)
        .where(Receipt.state.in_(ARE_IN), among(Receipt.ward_code, WARDS))
    )


def _handed_over() -> AnySelect:
    """Handovers that were not taken back, on the day they happened."""
    return (
        select(
            literal(Measure.HANDED_OVER.value),
            local_day(HandoverLine.handed_at),
            literal("allocation"),
            Allocation.id,
            Allocation.code,
            PledgeLine.kind_code,
            Pledge.programme_id,
            Donor.kind,
            Household.group_id,
            HandoverLine.units,
            HandoverLine.value_dong,
        )
        .join(Allocation, Allocation.id == HandoverLine.allocation_id)
        .join(Household, Household.id == Allocation.household_id)
        .join(PledgeLine, PledgeLine.id == Allocation.pledge_line_id)
        .join(Pledge, Pledge.id == PledgeLine.pledge_id)
        .join(Donor, Donor.id == Pledge.donor_id)
        .where(HandoverLine.reversed.is_(False), among(HandoverLine.ward_code, WARDS))
    )


@cache
def _rows() -> Subquery:
    """All three stages of the wards asked about, as one table."""
    return union_all(_pledged(), _received(), _handed_over()).subquery("row")


# What a question may be narrowed by: fields of it, and columns of _rows().
NARROWING = ("programme", "kind", "donor_kind", "group")


def _asked(question: Question, measure: Measure | None = None) -> dict[str, object]:
    """What a statement over `_rows` is executed with."""
    return {
        "wards": list(question.ward_codes),
        "first": question.first,
        "last": question.last,
        "of_measure": measure and measure.value,
        **{f"of_{name}": getattr(question, name) for name in NARROWING},
    }


def _narrowed_by(question: Question) -> tuple[str, ...]:
    return tuple(name for name in NARROWING if getattr(question, name) is not None)


def _narrowed(statement: AnySelect, rows: Subquery, by: tuple[str, ...]) -> AnySelect:
    first, last = (bindparam(name, type_=Date()) for name in ("first", "last"))
    statement = statement.where(rows.c.on.between(first, last))
    for name in by:
        statement = statement.where(rows.c[name] == bindparam(f"of_{name}", type_=String()))
    return statement


def _key(rows: Subquery, dimension: Dimension) -> ColumnElement[Any]:
    c = rows.c
    return {
        Dimension.PROGRAMME: c.programme,
        Dimension.KIND: c.kind,
        Dimension.DONOR_KIND: c.donor_kind,
        Dimension.GROUP: c.group,
        Dimension.MONTH: func.to_char(c.on, "YYYY-MM"),
    }[dimension]


def mobilised(session: Session, question: Question) -> list[Line]:
    """The figures of a question, one line a key, ordered by label; absent keys come last.

    Groups are known only for what was handed over; what is pledged or received belongs to no
    group yet, so it stands on the line whose key is None.
    """
    statement = _sums(question.dimension, _narrowed_by(question))
    found: dict[str | None, dict[Measure, Amount]] = {}
    for key, measure, units, dong in statement.rows(session, _asked(question)):
        amounts = found.setdefault(key, {})
        amounts[Measure(measure)] = Amount(int(units), int(dong))
    labels = labels_of(session, question.dimension, [k for k in found if k is not None])
    lines = [Line(k, labels.get(k or "", k or ""), amounts) for k, amounts in found.items()]
    return sorted(lines, key=lambda line: (line.key is None, line.label, line.key or ""))


@cache
def _sums(dimension: Dimension, by: tuple[str, ...]) -> Prepared:
    """Units and đồng by key and measure."""
    rows = _rows()
    key = _key(rows, dimension)
    sums = select(key, rows.c.measure, func.sum(rows.c.units), func.sum(rows.c.dong))
    return Prepared(_narrowed(sums.group_by(key, rows.c.measure), rows, by))


def rows_behind(
    session: Session,
    question: Question,
    measure: Measure | None = None,
    *,
    most: int | None = MOST_ROWS,
) -> list[Row]:
    """The events that a question's figures sum, oldest first, at most `most`."""
    rows = _rows()
    by = (*_narrowed_by(question), *(["measure"] if measure else []))
    statement = _narrowed(select(rows), rows, by)
    statement = statement.order_by(rows.c.on, rows.c.code, rows.c.subject_id).limit(most)
    return [
        Row(
            measure=Measure(r.measure),
            on=r.on,
            subject=r.subject,
            subject_id=r.subject_id,
            code=r.code,
            kind=r.kind,
            programme=r.programme,
            donor_kind=r.donor_kind,
            group=r.group,
            units=r.units,
            dong=r.dong,
        )
        for r in session.execute(statement, _asked(question, measure))
    ]
