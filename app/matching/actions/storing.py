"""What a run found, on its way into the tables: many rows as arrays, in one statement.

Not COPY: PostgreSQL refuses it into a table with row-level security, and what is proposed for
whom must stay behind that. Arrays take about as long.
"""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import BigInteger, String, cast, column, delete, func, insert, literal, select
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Session
from sqlalchemy.sql.elements import ColumnElement
from sqlalchemy.types import TypeEngine

from app.matching.models import Proposal, Unmatched
from app.matching.rules.results import ProposalDraft, UnmatchedDraft

TEXT, WHOLE = String(), BigInteger()
Columns = Mapping[str, tuple[TypeEngine[Any], Sequence[object]]]


def store_chunk(
    session: Session,
    run_id: str,
    proposals: Sequence[ProposalDraft],
    unmatched: Sequence[UnmatchedDraft] = (),
) -> None:
    """Store a part of what a run found. Not visible before the run is made current."""
    words = _Words()
    if proposals:
        columns: dict[str, tuple[TypeEngine[Any], Sequence[object]]] = {
            "ward_code": (TEXT, [p.ward_code for p in proposals]),
            "need_id": (TEXT, [p.need_id for p in proposals]),
            "pledge_line_id": (TEXT, [p.line_id for p in proposals]),
            "units": (WHOLE, [p.units for p in proposals]),
            "rank": (WHOLE, [p.rank for p in proposals]),
            "reason": (TEXT, [words.of(p.reason) for p in proposals]),
        }
        _insert(session, Proposal, run_id, columns)
    if unmatched:
        columns = {
            "ward_code": (TEXT, [u.ward_code for u in unmatched]),
            "need_id": (TEXT, [u.need_id for u in unmatched]),
            "pledge_line_id": (TEXT, [u.line_id for u in unmatched]),
            "units": (WHOLE, [u.units for u in unmatched]),
            "reason": (TEXT, [words.of(u.reason) for u in unmatched]),
        }
        _insert(session, Unmatched, run_id, columns)


def clear_run(session: Session, run_id: str) -> None:
    """Remove all that a run has stored: it was not finished, so nobody could see it."""
    session.execute(delete(Proposal).where(Proposal.run_id == run_id))
    session.execute(delete(Unmatched).where(Unmatched.run_id == run_id))


def _insert(
    session: Session, table: type[Proposal | Unmatched], run_id: str, columns: Columns
) -> None:
    arrays = [cast(literal(list(v), ARRAY(t)), ARRAY(t)) for t, v in columns.values()]
    named = [column(name, kind) for name, (kind, _) in columns.items()]
    rows = func.unnest(*arrays).table_valued(*named).render_derived()
    values: list[ColumnElement[object]] = [literal(run_id)]
    values += [cast(c, JSONB) if c.name == "reason" else c for c in rows.c]
    session.execute(insert(table).from_select(["run_id", *columns], select(*values)))


class _Words:
    """Reasons as JSON. Many rows share one, which is written once."""

    def __init__(self) -> None:
        self._known: dict[int, str] = {}

    def of(self, reason: Mapping[str, object]) -> str:
        """The JSON of a reason that lives as long as this."""
        found = self._known.get(id(reason))
        if found is None:
            found = self._known[id(reason)] = json.dumps(reason)
        return found
