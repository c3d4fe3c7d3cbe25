"""Reading imports: their state, their rows, and the stored twins of what a list holds."""

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.rules import Actor
from app.households.models import Household, HouseholdImport, ImportRow, Member
from app.infra.crypto import cipher
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
    return [
        ImportLine(
            id=row.id,
            sheet=row.sheet,
            row=row.row,
            verdict=row.verdict,
            reasons=row.reasons,
            draft=open_draft(row.draft, import_id, row.sheet, row.row),
            household_id=row.household_id,
        )
        for row in session.scalars(statement)
    ]


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


@dataclass(frozen=True, slots=True)
class StoredTwin:
    """A household already in the book that a row of a list repeats, for sure or perhaps."""

    household_id: str
    code: str
    certain: bool


def stored_twins(
    session: Session,
    ward_code: str,
    citizen_indexes: Collection[bytes],
    people: Collection[tuple[str, int]],
) -> tuple[dict[bytes, StoredTwin], dict[tuple[str, int], StoredTwin]]:
    """Who of a list is in the ward's book already: by citizen number, by name and year.

    Two statements whatever the list's length.
    """
    by_number = {
        index: StoredTwin(household_id, code, certain=True)
        for index, household_id, code in session.execute(
            select(Member.citizen_index, Household.id, Household.code)
            .join(Household, Household.id == Member.household_id)
            .where(
                Member.ward_code == ward_code,
                Member.left_on.is_(None),
                Household.state == "active",
                Member.citizen_index.in_(citizen_indexes),
            )
        ).tuples()
        if index is not None
    }
    names = {name for name, _ in people}
    by_person = {
        (name, year): StoredTwin(household_id, code, certain=False)
        for name, year, household_id, code in session.execute(
            select(Member.folded_name, Member.birth_year, Household.id, Household.code)
            .join(Household, Household.id == Member.household_id)
            .where(
                Member.ward_code == ward_code,
                Member.left_on.is_(None),
                Household.state == "active",
                Member.folded_name.in_(names),
            )
        ).tuples()
        if year is not None and (name, year) in people
    }
    return by_number, by_person
