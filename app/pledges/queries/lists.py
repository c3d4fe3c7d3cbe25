"""Lists of pledges: a donor's own, a ward's, and the queue of what waits to be vetted."""

from dataclasses import dataclass
from datetime import datetime
from functools import cache

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import Session

from app.accounts.rules import Actor
from app.kernel.vietnamese import fold
from app.pledges.models import Donor, Pledge, PledgeLine
from app.pledges.queries.one import LineView, line_view, seen_by
from app.pledges.rules import LineState, Risk, risks_of

PAGE = 25


@dataclass(frozen=True, slots=True)
class PledgeFilter:
    """What a list is narrowed to. after: the id of the last pledge of the page before."""

    words: str = ""
    state: LineState | None = None
    kind_code: str | None = None
    donor_id: str | None = None
    after: str | None = None


@dataclass(frozen=True, slots=True)
class PledgeRow:
    """One pledge in a list, with its lines."""

    id: str
    code: str
    donor_name: str
    ward_code: str
    created_at: datetime
    on_behalf: bool
    lines: tuple[LineView, ...]


@dataclass(frozen=True, slots=True)
class VetRow:
    """One offered line in the queue, with what to look at before it is accepted."""

    pledge_id: str
    pledge_code: str
    donor_name: str
    created_at: datetime
    version: int
    line: LineView
    risks: tuple[Risk, ...]


def pledges_seen_by(
    session: Session, actor: Actor, wanted: PledgeFilter
) -> tuple[list[PledgeRow], str | None]:
    """Pledges the actor may see, newest first, 25 a page; and the next page's `after`."""
    statement = (
        select(Pledge, Donor.name)
        .join(Donor, Donor.id == Pledge.donor_id)
        .where(seen_by(actor), *_conditions(wanted))
        .order_by(Pledge.created_at.desc(), Pledge.id.desc())
        .limit(PAGE + 1)
    )
    found = session.execute(_from(session, statement, wanted.after)).all()
    page = found[:PAGE]
    lines = _lines_of(session, [pledge.id for pledge, _name in page])
    rows = [
        PledgeRow(p.id, p.code, name, p.ward_code, p.created_at, p.on_behalf, lines.get(p.id, ()))
        for p, name in page
    ]
    return rows, rows[-1].id if len(found) > PAGE else None


def lines_to_vet(
    session: Session, actor: Actor, after: str | None = None
) -> tuple[list[VetRow], str | None]:
    """Offered lines of the actor's wards, oldest first, 25 a page; and the next `after`."""
    statement = _offered().where(seen_by(actor))
    if after:
        last = select(Pledge.created_at).join(PledgeLine).where(PledgeLine.id == after)
        moment = session.scalar(last)
        later = and_(Pledge.created_at == moment, PledgeLine.id > after)
        statement = statement.where(or_(Pledge.created_at > moment, later))
    found = session.execute(statement).all()
    rows = [_vet_row(line, pledge, name) for line, pledge, name in found[:PAGE]]
    return rows, rows[-1].line.id if len(found) > PAGE else None


@cache
def _offered() -> Select[PledgeLine, Pledge, str]:
    return (
        select(PledgeLine, Pledge, Donor.name)
        .join(Pledge, Pledge.id == PledgeLine.pledge_id)
        .join(Donor, Donor.id == Pledge.donor_id)
        .where(PledgeLine.state == LineState.OFFERED.value)
        .order_by(Pledge.created_at, PledgeLine.id)
        .limit(PAGE + 1)
    )


def _vet_row(line: PledgeLine, pledge: Pledge, donor_name: str) -> VetRow:
    view = line_view(line)
    return VetRow(
        pledge_id=pledge.id,
        pledge_code=pledge.code,
        donor_name=donor_name,
        created_at=pledge.created_at,
        version=pledge.version,
        line=view,
        risks=risks_of(view.draft),
    )


def _conditions(wanted: PledgeFilter) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    for word in fold(wanted.words).split():
        has_word = Donor.folded_name.contains(word, autoescape=True)
        conditions.append(or_(has_word, func.lower(Pledge.code) == word))
    if wanted.donor_id:
        conditions.append(Pledge.donor_id == wanted.donor_id)
    of_line = [PledgeLine.pledge_id == Pledge.id]
    if wanted.state:
        of_line.append(PledgeLine.state == wanted.state.value)
    if wanted.kind_code:
        of_line.append(PledgeLine.kind_code == wanted.kind_code)
    if len(of_line) > 1:
        conditions.append(select(PledgeLine.id).where(*of_line).exists())
    return conditions


def _from(
    session: Session, statement: Select[Pledge, str], after: str | None
) -> Select[Pledge, str]:
    """Go on behind the last row of the page before, whatever was added meanwhile."""
    last = session.get(Pledge, after) if after else None
    if last is None:
        return statement
    older = and_(Pledge.created_at == last.created_at, Pledge.id < last.id)
    return statement.where(or_(Pledge.created_at < last.created_at, older))


def _lines_of(session: Session, pledge_ids: list[str]) -> dict[str, tuple[LineView, ...]]:
    statement = (
        select(PledgeLine)
        .where(PledgeLine.pledge_id.in_(pledge_ids))
        .order_by(PledgeLine.position, PledgeLine.id)
    )
    lines: dict[str, tuple[LineView, ...]] = {}
    for line in session.scalars(statement):
        lines[line.pledge_id] = (*lines.get(line.pledge_id, ()), line_view(line))
    return lines
