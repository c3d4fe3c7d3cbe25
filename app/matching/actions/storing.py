"""What a run found, on its way into the tables: many rows in one statement.

Not COPY: PostgreSQL refuses it into a table with row-level security, and what is proposed for
whom must stay behind that. A text a column takes about as long.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import BigInteger, String, cast, column, delete, func, insert, literal, select
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Session
from sqlalchemy.sql.elements import ColumnElement
from sqlalchemy.types import TypeEngine

from app.matching.models import Proposal, Unmatched
from app.matching.rules.results import ProposalDraft, UnmatchedDraft

Columns = Mapping[str, Iterable[object]]
WHOLE = frozenset({"units", "rank"})


def store_chunk(
    session: Session,
    run_id: str,
    proposals: Sequence[ProposalDraft],
    unmatched: Sequence[UnmatchedDraft] = (),
) -> None:
    """Store a part of what a run found. Not visible before the run is made current."""
    words = _Words()
    if proposals:
        columns: dict[str, Iterable[object]] = {
            "ward_code": (p.ward_code for p in proposals),
            "need_id": (p.need_id for p in proposals),
            "pledge_line_id": (p.line_id for p in proposals),
            "units": (p.units for p in proposals),
            "rank": (p.rank for p in proposals),
            "reason": (words.of(p.reason) for p in proposals),
        }
        _insert(session, Proposal, run_id, columns)
    if unmatched:
        columns = {
            "ward_code": (u.ward_code for u in unmatched),
            "need_id": (u.need_id or "" for u in unmatched),
            "pledge_line_id": (u.line_id or "" for u in unmatched),
            "units": (u.units for u in unmatched),
            "reason": (words.of(u.reason) for u in unmatched),
        }
        _insert(session, Unmatched, run_id, columns)


def clear_run(session: Session, run_id: str) -> None:
    """Remove all that a run has stored: it was not finished, so nobody could see it."""
    session.execute(delete(Proposal).where(Proposal.run_id == run_id))
    session.execute(delete(Unmatched).where(Unmatched.run_id == run_id))


def _insert(
    session: Session, table: type[Proposal | Unmatched], run_id: str, columns: Columns
) -> None:
    # One text a column, a value a line: the driver would write arrays value by value.
    arrays = [
        cast(func.string_to_array("\n".join(map(str, values)), "\n", ""), ARRAY(_type_of(name)))
        for name, values in columns.items()
    ]
    named = [column(name, _type_of(name)) for name in columns]
    rows = func.unnest(*arrays).table_valued(*named).render_derived()
    values: list[ColumnElement[object]] = [literal(run_id)]
    values += [cast(c, JSONB) if c.name == "reason" else c for c in rows.c]
    session.execute(insert(table).from_select(["run_id", *columns], select(*values)))


def _type_of(name: str) -> TypeEngine[Any]:
    return BigInteger() if name in WHOLE else String()


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
