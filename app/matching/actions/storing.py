"""What a run found, on its way into the tables: many rows in one statement."""

import json
from collections.abc import Iterable, Mapping, Sequence

from sqlalchemy import BigInteger, ColumnElement, cast, delete, insert, literal, select
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Session

from app.infra.columns import rows_of
from app.matching.models import Proposal, Unmatched
from app.matching.rules.results import ProposalDraft, UnmatchedDraft

Columns = Mapping[str, Iterable[object]]


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
    rows = rows_of(columns, {"units": BigInteger(), "rank": BigInteger()})
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
