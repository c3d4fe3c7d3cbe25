"""What a run found, on its way into the tables: many rows in one statement."""

from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import Any, cast

from sqlalchemy import (
    BigInteger,
    Insert,
    Integer,
    String,
    TableClause,
    bindparam,
    delete,
    insert,
    select,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Session

from app.infra.columns import rows_of, texts_of
from app.matching.models import Proposal, Unmatched
from app.matching.rules.results import ProposalDraft, UnmatchedDraft
from app.matching.rules.table import Column, Table

INTS = {"units": BigInteger(), "rank": BigInteger(), "said": Integer()}
# The drafts' names of columns that are called otherwise there.
FIELDS = {"pledge_line_id": "line_id"}


def store_chunk(
    session: Session,
    run_id: str,
    proposals: Sequence[ProposalDraft],
    unmatched: Sequence[UnmatchedDraft] = (),
) -> None:
    """Store a part of what a run found. Not visible before the run is made current."""
    if proposals:
        _insert(session, Proposal, run_id, Table.of(ProposalDraft, proposals))
    if unmatched:
        _insert(session, Unmatched, run_id, Table.of(UnmatchedDraft, unmatched))


def store_nothing(session: Session, run_id: str) -> None:
    """Run the statements that store a run, without a row."""
    _insert(session, Proposal, run_id, Table.of(ProposalDraft, ()))
    _insert(session, Unmatched, run_id, Table.of(UnmatchedDraft, ()))


def clear_run(session: Session, run_id: str) -> None:
    """Remove all that a run has stored: it was not finished, so nobody could see it."""
    session.execute(delete(Proposal).where(Proposal.run_id == run_id))
    session.execute(delete(Unmatched).where(Unmatched.run_id == run_id))


def _insert(
    session: Session, table: type[Proposal | Unmatched], run_id: str, found: Table[Any]
) -> None:
    """Insert rows. Many share a reason, which goes over once."""
    reasons: Column[Mapping[str, object]] = found.column("reason")
    columns = {n: _texts(found.columns[FIELDS.get(n, n)]) for n in _names_of(table)}
    given = texts_of({**columns, "said": map(str, reasons.codes.tolist())})
    known = {"run_id": run_id, "reasons": list(reasons.values)}
    session.execute(_insertion(table), given | known)


def _texts(values: Sequence[object]) -> Iterable[str]:
    if isinstance(values, Column):
        return values.map(lambda value: "" if value is None else str(value))
    return map(str, values)


def _names_of(table: type[Proposal | Unmatched]) -> tuple[str, ...]:
    ranked = ("rank",) if table is Proposal else ()
    return ("ward_code", "need_id", "pledge_line_id", "units", *ranked)


@cache
def _insertion(table: type[Proposal | Unmatched]) -> Insert:
    """Inserts rows_of() with their run and, from the list of all of them, their reasons."""
    names = _names_of(table)
    rows = rows_of((*names, "said"), INTS)
    # As one value of its own type: a cast would read all of them anew for each row.
    reason = bindparam("reasons", type_=JSONB()).op("->")(rows.c.said)
    values = (rows.c[name] for name in names)
    statement = select(bindparam("run_id", type_=String()), *values, reason)
    # The table itself: the mapped class would take the parameters for rows of its own.
    into = cast("TableClause", table.__table__)
    return insert(into).from_select(["run_id", *names, "reason"], statement)
