"""Figures and their rows: one union of what was pledged, received and handed over.

A figure sums the very rows that its drill-down lists and its exports write.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, TypeAlias

from sqlalchemy import ColumnElement, Date, Select, Subquery, cast, func, literal, select, union_all
from sqlalchemy.orm import Session

from app.accounts.rules import Actor
from app.catalogue.models import SupportKind
from app.handovers.models import HandoverLine
from app.households.models import Household
from app.infra.i18n import current_language
from app.matching.models import Allocation
from app.places.models import ResidentialGroup, Ward
from app.pledges.models import Donor, Pledge, PledgeLine
from app.programmes.models import Programme
from app.reports.rules import (
    Amount,
    Dimension,
    Line,
    Measure,
    PublicLine,
    Question,
    hide_small,
)
from app.stock.models import Receipt

AnySelect: TypeAlias = Select[*tuple[Any, ...]]

LOCAL = "Asia/Ho_Chi_Minh"
# States in which a line was really promised to us.
PROMISED = ("accepted", "open", "withdrawn", "expired", "closed")
MOST_ROWS = 5_000


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


def _local_day(column: Any) -> ColumnElement[date]:  # noqa: ANN401 - any timestamp column.
    return cast(func.timezone(LOCAL, column), Date)


def _pledged(wards: Sequence[str]) -> AnySelect:
    """Lines that were accepted, without what was withdrawn, on the day they were offered."""
    units = PledgeLine.units - PledgeLine.withdrawn
    return (
        select(
            literal(Measure.PLEDGED.value).label("measure"),
            _local_day(Pledge.created_at).label("on"),
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
        .where(PledgeLine.state.in_(PROMISED), units > 0, Pledge.ward_code.in_(wards))
    )


def _received(wards: Sequence[str]) -> AnySelect:
    """Receipts that were not refused, on the day they came in."""
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
        .where(Receipt.state != "refused", Receipt.ward_code.in_(wards))
    )


def _handed_over(wards: Sequence[str]) -> AnySelect:
    """Handovers that were not taken back, on the day they happened."""
    return (
        select(
            literal(Measure.HANDED_OVER.value),
            _local_day(HandoverLine.handed_at),
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
        .where(HandoverLine.reversed.is_(False), HandoverLine.ward_code.in_(wards))
    )


def _rows(question: Question) -> Subquery:
    """All three stages of the wards asked about, as one table."""
    wards = question.ward_codes
    return union_all(_pledged(wards), _received(wards), _handed_over(wards)).subquery("row")


def _narrowed(statement: AnySelect, rows: Subquery, question: Question) -> AnySelect:
    c = rows.c
    statement = statement.where(c.on.between(question.first, question.last))
    for column, wanted in (
        (c.programme, question.programme),
        (c.kind, question.kind),
        (c.donor_kind, question.donor_kind),
        (c.group, question.group),
    ):
        if wanted is not None:
            statement = statement.where(column == wanted)
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
    rows = _rows(question)
    key = _key(rows, question.dimension)
    statement = _narrowed(
        select(
            key.label("key"),
            rows.c.measure,
            func.sum(rows.c.units).label("units"),
            func.sum(rows.c.dong).label("dong"),
        ).group_by(key, rows.c.measure),
        rows,
        question,
    )
    found: dict[str | None, dict[Measure, Amount]] = {}
    for row in session.execute(statement):
        amounts = found.setdefault(row.key, {})
        amounts[Measure(row.measure)] = Amount(int(row.units), int(row.dong))
    labels = labels_of(session, question.dimension, [k for k in found if k is not None])
    lines = [Line(k, labels.get(k or "", k or ""), amounts) for k, amounts in found.items()]
    return sorted(lines, key=lambda line: (line.key is None, line.label, line.key or ""))


def rows_behind(session: Session, question: Question, measure: Measure | None = None) -> list[Row]:
    """The events that a question's figures sum, oldest first, at most MOST_ROWS."""
    rows = _rows(question)
    statement = _narrowed(select(rows), rows, question)
    if measure is not None:
        statement = statement.where(rows.c.measure == measure.value)
    statement = statement.order_by(rows.c.on, rows.c.code, rows.c.subject_id).limit(MOST_ROWS)
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
        for r in session.execute(statement)
    ]


def labels_of(session: Session, dimension: Dimension, keys: Sequence[str]) -> dict[str, str]:
    """The words for keys that name rows, in the reader's language; others name themselves."""
    english = current_language() == "en"
    statements: dict[Dimension, AnySelect] = {
        Dimension.PROGRAMME: select(
            Programme.id, Programme.name_en if english else Programme.name_vi
        ).where(Programme.id.in_(keys)),
        Dimension.KIND: select(
            SupportKind.code, SupportKind.label_en if english else SupportKind.label_vi
        ).where(SupportKind.code.in_(keys)),
        Dimension.GROUP: select(ResidentialGroup.id, ResidentialGroup.name).where(
            ResidentialGroup.id.in_(keys)
        ),
    }
    if dimension not in statements:
        return {}
    return dict(session.execute(statements[dimension]).all())


def units_of_kinds(session: Session) -> dict[str, str]:
    """The unit's word of each support kind, in the reader's language."""
    column = SupportKind.unit_en if current_language() == "en" else SupportKind.unit_vi
    return dict(session.execute(select(SupportKind.code, column)).all())


def ward_names(session: Session, codes: Sequence[str]) -> dict[str, str]:
    """The names of wards by code."""
    statement = select(Ward.code, Ward.name).where(Ward.code.in_(codes))
    return dict(session.execute(statement).all())


def wards_of(session: Session, actor: Actor) -> tuple[str, ...]:
    """The wards an actor may ask about; for auditors those in which anything was pledged."""
    if "*" not in actor.ward_codes:
        return tuple(sorted(actor.ward_codes))
    return tuple(session.scalars(select(Pledge.ward_code).distinct().order_by(Pledge.ward_code)))


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
        .where(PledgeLine.state.in_(PROMISED), _local_day(Pledge.created_at).between(first, last))
        .group_by(SupportKind.code, label, SupportKind.position)
        .order_by(SupportKind.position)
    )
    lines = [
        PublicLine(code, name, int(pledged), int(handed), int(dong))
        for code, name, pledged, handed, dong in session.execute(statement)
    ]
    return hide_small(lines)
