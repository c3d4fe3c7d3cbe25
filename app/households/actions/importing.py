"""A list on its way in: uploaded, checked row by row, likely twins decided by a person."""

import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import delete, insert, update
from sqlalchemy.orm import Session

from app.accounts.rules import Actor
from app.audit.actions import Subject, record
from app.households import queries
from app.households.actions.entries import number_index
from app.households.models import HouseholdImport, ImportRow
from app.households.queries.importing import place_of
from app.households.rules import Person, RowDecision
from app.households.sheets import Draft, JudgedRow, Reason, Verdict, counts_of
from app.infra.crypto import cipher
from app.infra.dead_jobs import revive
from app.infra.jobs import JobName, enqueue
from app.infra.models import StoredFile
from app.infra.transaction import rows_changed
from app.kernel.errors import Conflict, DomainError
from app.kernel.ids import new_id
from app.kernel.vietnamese import fold

KEEP_FILE = timedelta(days=30)
LONGEST_FILE_NAME = 120


@dataclass(frozen=True, slots=True)
class Upload:
    """A list as it arrived."""

    name: str
    body: bytes


def start_import(
    session: Session, actor: Actor, ward_code: str, upload: Upload, *, now: datetime
) -> str:
    """Keep an uploaded list, not yet checked; returns the import's id.

    Raises DomainError("import-same-file") if this very file is in the book.
    """
    digest = hashlib.sha256(upload.body).digest()
    _refuse_same_file(session, ward_code, digest)
    file_id, import_id = new_id(), new_id()
    session.add(
        StoredFile(
            id=file_id,
            ward_code=ward_code,
            owner_id=actor.account_id or "",
            name=upload.name[-LONGEST_FILE_NAME:],
            media_type="application/octet-stream",
            body=upload.body,
            expires_at=now + KEEP_FILE,
        )
    )
    session.flush()
    session.add(
        HouseholdImport(
            id=import_id,
            ward_code=ward_code,
            file_id=file_id,
            file_digest=digest,
            created_by=actor.account_id,
            created_at=now,
        )
    )
    session.flush()
    record(session, actor, "start-import", Subject("household-import", import_id, ward_code))
    return import_id


def _refuse_same_file(session: Session, ward_code: str, digest: bytes) -> None:
    if seen := queries.file_seen_before(session, ward_code, digest):
        raise DomainError("import-same-file", number=seen.number)


def ask_for_check(session: Session, import_id: str, ward_code: str) -> None:
    """Ask a worker to judge an uploaded list."""
    job_id = enqueue(
        session,
        JobName.CHECK_HOUSEHOLD_IMPORT,
        import_id,
        wards=ward_code,
        dedupe_key=f"check:{import_id}",
        max_attempts=3,
    )
    _follow(session, import_id, job_id)


def _follow(session: Session, import_id: str, job_id: int | None) -> None:
    session.execute(
        update(HouseholdImport).where(HouseholdImport.id == import_id).values(job_id=job_id)
    )


def record_refusal(session: Session, import_id: str, code: str) -> None:
    """Note that the file could not be taken at all, and why."""
    session.execute(
        update(HouseholdImport)
        .where(HouseholdImport.id == import_id, HouseholdImport.state == "uploaded")
        .values(state="refused", refusal=code)
    )


def clear_check(session: Session, import_id: str) -> None:
    """Forget the rows of a check that died half-way."""
    session.execute(delete(ImportRow).where(ImportRow.import_id == import_id))


def store_rows(session: Session, import_id: str, ward_code: str, rows: Sequence[JudgedRow]) -> None:
    """Keep some judged rows of a list, what they hold encrypted."""
    if rows:
        stored = [_stored(import_id, ward_code, row) for row in rows]
        # RETURNING makes the driver send many rows in one statement.
        session.execute(insert(ImportRow).returning(ImportRow.id), stored)


def finish_check(session: Session, import_id: str, rows: Sequence[JudgedRow]) -> None:
    """Show the list to its officer. Raises Conflict if it was checked meanwhile."""
    statement = (
        update(HouseholdImport)
        .where(HouseholdImport.id == import_id, HouseholdImport.state == "uploaded")
        .values(state="checked", counts=counts_of(rows))
    )
    if rows_changed(session, statement) != 1:
        raise Conflict("import-state-changed")


def _stored(import_id: str, ward_code: str, row: JudgedRow) -> dict[str, object]:
    draft = json.dumps(asdict(row.draft), default=str, ensure_ascii=False)
    return {
        "import_id": import_id,
        "ward_code": ward_code,
        "sheet": row.sheet,
        "row": row.row,
        "verdict": row.verdict.value,
        "reasons": [{"code": r.code, **dict(r.facts)} for r in row.reasons],
        "draft": cipher().encrypt(draft, place_of(import_id, row.sheet, row.row)),
    }


def with_stored_twins(
    session: Session, ward_code: str, rows: Sequence[JudgedRow]
) -> list[JudgedRow]:
    """Mark the rows whose person is in the ward's book already. One statement."""
    people = [wanted_person(row.draft) for row in rows]
    book = queries.book_of(session, ward_code, people)
    return list(_judged_again(rows, people, book))


def wanted_person(draft: Draft) -> Person:
    """A row's person as they are looked for in the book."""
    return Person(
        folded_name=fold(draft.name),
        citizen_index=number_index(draft.citizen_number) if draft.citizen_number else None,
        birth_year=draft.birth_year,
        born_on=draft.born_on,
        own_code=draft.own_code,
    )


def _judged_again(
    rows: Sequence[JudgedRow], people: Sequence[Person], book: queries.Book
) -> Iterator[JudgedRow]:
    for row, person in zip(rows, people, strict=True):
        twin = book.twin_of(person) if person.folded_name else None
        yield row if twin is None else _known(row, twin)


def _known(row: JudgedRow, twin: queries.Twin) -> JudgedRow:
    code = "twin-in-book-same-number" if twin.certain else "twin-in-book"
    facts = (
        ("household_id", twin.known.household_id),
        ("household", twin.known.household_code),
    )
    verdict = Verdict.DUPLICATE if twin.certain else Verdict.POSSIBLE_DUPLICATE
    if row.verdict in {Verdict.ERROR, Verdict.DUPLICATE}:
        verdict = row.verdict
    return replace(row, reasons=(*row.reasons, Reason(code, facts)), verdict=verdict)


def decide_row(
    session: Session, actor: Actor, import_id: str, row_id: int, decision: RowDecision
) -> None:
    """Say of a possible duplicate whether it is somebody else after all.

    Raises Conflict if the list is past its preview, NotFound for a row of another list.
    """
    found = queries.import_for(session, actor, import_id)
    if found.state != "checked":
        raise Conflict("import-state-changed")
    queries.import_line(session, import_id, row_id)
    statement = (
        update(ImportRow)
        .where(ImportRow.id == row_id, ImportRow.import_id == import_id)
        .where(ImportRow.verdict == Verdict.POSSIBLE_DUPLICATE.value)
        .values(decision=decision.value)
    )
    if rows_changed(session, statement) != 1:
        raise DomainError("row-not-to-decide")
    subject = Subject("household-import", import_id, found.ward_code)
    record(session, actor, f"{decision.value}-import-row", subject, changes={"row": row_id})


def request_commit(session: Session, actor: Actor, import_id: str) -> None:
    """Ask a worker to enter the good rows. Raises Conflict if it is not checked any more."""
    found = begin_commit(session, actor, import_id)
    job_id = enqueue(
        session,
        JobName.COMMIT_HOUSEHOLD_IMPORT,
        import_id,
        wards=found.ward_code,
        dedupe_key=f"commit:{import_id}",
        max_attempts=3,
    )
    _follow(session, import_id, job_id)


def go_on_with(session: Session, actor: Actor, import_id: str) -> None:
    """Let a worker take up a list again whose checking or entering gave up.

    Nothing of it is in the book yet, so it begins anew. Raises Conflict("import-goes-on") if
    nothing of it has stopped.
    """
    found = queries.import_for(session, actor, import_id)
    work = {JobName.CHECK_HOUSEHOLD_IMPORT, JobName.COMMIT_HOUSEHOLD_IMPORT}
    if found.state not in {"uploaded", "committing"} or not revive(session, work, {import_id}):
        raise Conflict("import-goes-on")
    record(
        session, actor, "restart-import", Subject("household-import", import_id, found.ward_code)
    )


def begin_commit(session: Session, actor: Actor, import_id: str) -> queries.ImportView:
    """Close a list's preview: its rows are on their way into the book.

    Raises DomainError("import-same-file") if this very file was entered since it was uploaded.
    """
    found = queries.import_for(session, actor, import_id)
    if found.state == "checked":
        batch = session.get_one(HouseholdImport, import_id)
        _refuse_same_file(session, found.ward_code, batch.file_digest)
    statement = (
        update(HouseholdImport)
        .where(HouseholdImport.id == import_id, HouseholdImport.state == "checked")
        .values(state="committing")
    )
    if rows_changed(session, statement) != 1:
        raise Conflict("import-state-changed")
    record(
        session, actor, "request-commit", Subject("household-import", import_id, found.ward_code)
    )
    return found
