"""Reading imports: their state, and their rows with what they hold."""

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, tuple_
from sqlalchemy.orm import Session

from app.accounts.rules import Actor
from app.households.models import HouseholdImport, ImportRow
from app.infra.crypto import cipher
from app.infra.models import StoredFile
from app.kernel.errors import NotFound

PAGE = 50


@dataclass(frozen=True, slots=True)
class ImportView:
    """One import on its way in."""

    id: str
    ward_code: str
    number: int | None
    file_id: str
    job_id: int | None
    state: str
    refusal: str | None
    counts: dict[str, int]
    created_by: str
    created_at: datetime
    committed_at: datetime | None
    undone_at: datetime | None


@dataclass(frozen=True, slots=True)
class ImportLine:
    """One row of an import, opened for the preview. `draft` has the fields of sheets.Draft."""

    id: int
    sheet: str
    row: int
    verdict: str
    reasons: list[dict[str, object]]
    draft: dict[str, object]
    decision: str | None
    household_id: str | None


def import_for(session: Session, actor: Actor, import_id: str) -> ImportView:
    """One import of the actor's ward. Raises NotFound."""
    row = session.get(HouseholdImport, import_id)
    if row is None or row.ward_code not in actor.ward_codes:
        raise NotFound("import")
    return _import(row)


def _import(row: HouseholdImport) -> ImportView:
    return ImportView(
        id=row.id,
        ward_code=row.ward_code,
        number=row.number,
        file_id=row.file_id,
        job_id=row.job_id,
        state=row.state,
        refusal=row.refusal,
        counts=row.counts,
        created_by=row.created_by,
        created_at=row.created_at,
        committed_at=row.committed_at,
        undone_at=row.undone_at,
    )


def imports_of(session: Session, actor: Actor) -> list[ImportView]:
    """The latest imports of the actor's wards."""
    statement = (
        select(HouseholdImport)
        .where(HouseholdImport.ward_code.in_(actor.ward_codes))
        .order_by(HouseholdImport.created_at.desc())
        .limit(PAGE)
    )
    return [_import(row) for row in session.scalars(statement)]


def import_rows(
    session: Session,
    import_id: str,
    *,
    verdicts: Collection[str] = (),
    after: int = 0,
    limit: int = PAGE,
) -> Sequence[ImportLine]:
    """Rows of an import in the order of the list, of some verdicts, after a row's id."""
    statement = (
        select(ImportRow)
        .where(ImportRow.import_id == import_id, ImportRow.id > after)
        .order_by(ImportRow.id)
        .limit(limit)
    )
    if verdicts:
        statement = statement.where(ImportRow.verdict.in_(verdicts))
    return [_line(row) for row in session.scalars(statement)]


def _line(row: ImportRow) -> ImportLine:
    return ImportLine(
        id=row.id,
        sheet=row.sheet,
        row=row.row,
        verdict=row.verdict,
        reasons=row.reasons,
        draft=open_draft(row.draft, row.import_id, row.sheet, row.row),
        decision=row.decision,
        household_id=row.household_id,
    )


def import_line(session: Session, import_id: str, row_id: int) -> ImportLine:
    """One row of an import. The caller has opened the import. Raises NotFound."""
    found = import_rows(session, import_id, after=row_id - 1, limit=1)
    if not found or found[0].id != row_id:
        raise NotFound("import-row")
    return found[0]


def rows_at(
    session: Session, import_id: str, places: Collection[tuple[str, int]]
) -> dict[tuple[str, int], ImportLine]:
    """The rows that stand at some places of the list: the twins of a page's rows."""
    if not places:
        return {}
    statement = select(ImportRow).where(
        ImportRow.import_id == import_id, tuple_(ImportRow.sheet, ImportRow.row).in_(places)
    )
    return {(line.sheet, line.row): line for line in map(_line, session.scalars(statement))}


def verdict_reasons(
    session: Session, import_id: str
) -> dict[tuple[str, int], tuple[str, list[dict[str, object]]]]:
    """Each row's verdict and reasons by its place, for the workbook that goes back."""
    statement = select(ImportRow.sheet, ImportRow.row, ImportRow.verdict, ImportRow.reasons).where(
        ImportRow.import_id == import_id
    )
    return {
        (sheet, row): (verdict, reasons)
        for sheet, row, verdict, reasons in session.execute(statement)
    }


def uploaded_file(session: Session, file_id: str) -> tuple[str, bytes]:
    """Name and content of an uploaded list. The caller has opened the import."""
    file = session.get(StoredFile, file_id)
    if file is None:
        raise NotFound("file")
    return file.name, file.body


def place_of(import_id: str, sheet: str, row: int) -> str:
    """Where an encrypted draft belongs."""
    return f"import_row.draft:{import_id}:{sheet}:{row}"


def open_draft(stored: bytes, import_id: str, sheet: str, row: int) -> dict[str, object]:
    """The fields of a stored draft."""
    opened = json.loads(cipher().decrypt(stored, place_of(import_id, sheet, row)))
    return dict(opened)


def file_seen_before(session: Session, ward_code: str, digest: bytes) -> ImportView | None:
    """The committed import of the very same file, if there is one."""
    statement = (
        select(HouseholdImport)
        .where(
            HouseholdImport.ward_code == ward_code,
            HouseholdImport.file_digest == digest,
            HouseholdImport.state == "committed",
        )
        .limit(1)
    )
    row = session.scalars(statement).one_or_none()
    return None if row is None else _import(row)
