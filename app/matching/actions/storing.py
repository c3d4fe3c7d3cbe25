"""What a run found, on its way into the tables: many rows in one statement."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import BigInteger, Integer, delete, insert, literal, select
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Session

from app.infra.columns import rows_of
from app.matching.models import Proposal, Unmatched
from app.matching.rules.results import ProposalDraft, UnmatchedDraft
from app.matching.rules.table import Column, Table

INTS = {"units": BigInteger(), "rank": BigInteger(), "said": Integer()}


def store_chunk(
    session: Session,
    run_id: str,
    proposals: Sequence[ProposalDraft],
    unmatched: Sequence[UnmatchedDraft] = (),
) -> None:
    """Store a part of what a run found. Not visible before the run is made current."""
    if proposals:
        found = Table.of(ProposalDraft, proposals)
        rest = {name: found.columns[name] for name in ("units", "rank")}
        columns = {"need_id": found.columns["need_id"], "pledge_line_id": found.columns["line_id"]}
        _insert(session, Proposal, run_id, found, columns | rest)
    if unmatched:
        left = Table.of(UnmatchedDraft, unmatched)
        columns = {
            "need_id": [need_id or "" for need_id in left.columns["need_id"]],
            "pledge_line_id": [line_id or "" for line_id in left.columns["line_id"]],
        }
        _insert(session, Unmatched, run_id, left, columns | {"units": left.columns["units"]})


def clear_run(session: Session, run_id: str) -> None:
    """Remove all that a run has stored: it was not finished, so nobody could see it."""
    session.execute(delete(Proposal).where(Proposal.run_id == run_id))
    session.execute(delete(Unmatched).where(Unmatched.run_id == run_id))


def _insert(
    session: Session,
    table: type[Proposal | Unmatched],
    run_id: str,
    found: Table[Any],
    columns: Mapping[str, Iterable[object]],
) -> None:
    """Insert rows with their wards and reasons. Many rows share a reason, which goes over once."""
    reasons: Column[Mapping[str, object]] = found.column("reason")
    said = {"said": reasons.codes.tolist(), "ward_code": found.columns["ward_code"]}
    rows = rows_of({**columns, **said}, INTS)
    # As one value of its own type: a cast would read all of them anew for each row.
    known = literal(list(reasons.values), JSONB())
    names = ["ward_code", *columns]
    values = (rows.c[name] for name in names)
    statement = select(literal(run_id), *values, known.op("->")(rows.c.said))
    session.execute(insert(table).from_select(["run_id", *names, "reason"], statement))
