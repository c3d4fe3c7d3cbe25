"""A list on its way in: uploaded, checked row by row, committed as a whole, perhaps undone."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict, replace
from datetime import date, datetime, timedelta

from sqlalchemy import delete, func, insert, select, text, update
from sqlalchemy.orm import Session

from app.accounts.rules import Actor
from app.audit.actions import Subject, record
from app.households import queries
from app.households.actions.registering import register_household
from app.households.actions.vouching import claim_standing
from app.households.models import Household, HouseholdImport, ImportRow, Member, Standing
from app.households.queries.importing import open_draft, place_of
from app.households.rules import HouseholdDraft, MemberDraft, StandingDraft, StandingKind
from app.households.sheets import JudgedRow, Reason, Verdict, counts_of
from app.infra.crypto import cipher
from app.infra.jobs import JobName, enqueue
from app.infra.models import StoredFile
from app.infra.transaction import rows_changed
from app.kernel.errors import Conflict, DomainError
from app.kernel.ids import new_id
from app.kernel.vietnamese import fold

UNDO_WITHIN = timedelta(hours=24)
KEEP_FILE = timedelta(days=30)
TAKEN = (Verdict.OK.value, Verdict.WARNING.value)


def start_import(  # noqa: PLR0913 - a file and whose it is.
    session: Session, actor: Actor, ward_code: str, name: str, body: bytes, *, now: datetime
) -> str:
    """Keep an uploaded list and ask a worker to check it; returns the import's id.

    Raises DomainError("import-same-file") if this very file was committed before.
    """
    digest = hashlib.sha256(body).digest()
    if seen := queries.file_seen_before(session, ward_code, digest):
        raise DomainError("import-same-file", number=seen.number)
    file = StoredFile(
        id=new_id(),
        ward_code=ward_code,
        owner_id=actor.account_id or "",
        name=name[:120],
        media_type="application/octet-stream",
        body=body,
        expires_at=now + KEEP_FILE,
    )
    session.add(file)
    session.flush()
    batch = HouseholdImport(
        id=new_id(),
        ward_code=ward_code,
        file_id=file.id,
        file_digest=digest,
        created_by=actor.account_id,
        created_at=now,
    )
    session.add(batch)
    session.flush()
    batch.job_id = enqueue(
        session,
        JobName.CHECK_HOUSEHOLD_IMPORT,
        batch.id,
        wards=ward_code,
        dedupe_key=f"check:{batch.id}",
        max_attempts=3,
    )
    record(session, actor, "start-import", Subject("household-import", batch.id, ward_code))
    return batch.id


def record_refusal(session: Session, import_id: str, code: str) -> None:
    """Note that the file could not be taken at all, and why."""
    session.execute(
        update(HouseholdImport)
        .where(HouseholdImport.id == import_id, HouseholdImport.state == "uploaded")
        .values(state="refused", refusal=code)
    )


def record_check(session: Session, import_id: str, rows: Sequence[JudgedRow]) -> None:
    """Store the verdicts, after looking for each row's twin among the ward's households."""
    batch = session.get_one(HouseholdImport, import_id)
    judged = _with_stored_twins(session, batch.ward_code, rows)
    session.execute(delete(ImportRow).where(ImportRow.import_id == import_id))
    session.execute(insert(ImportRow), [_stored(import_id, batch.ward_code, row) for row in judged])
    statement = (
        update(HouseholdImport)
        .where(HouseholdImport.id == import_id, HouseholdImport.state == "uploaded")
        .values(state="checked", counts=counts_of(judged))
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


def _with_stored_twins(
    session: Session, ward_code: str, rows: Sequence[JudgedRow]
) -> list[JudgedRow]:
    """Mark the rows whose person is in the ward's book already."""
    indexes = {
        row.draft.citizen_number: cipher().index(row.draft.citizen_number, "citizen")
        for row in rows
        if row.draft.citizen_number
    }
    people = {
        (fold(row.draft.name), row.draft.birth_year)
        for row in rows
        if row.draft.name and row.draft.birth_year
    }
    by_number, by_person = queries.stored_twins(session, ward_code, [*indexes.values()], people)
    judged = []
    for row in rows:
        index = indexes.get(row.draft.citizen_number or "")
        twin = by_number.get(index) if index else None
        if twin is None and row.draft.birth_year:
            twin = by_person.get((fold(row.draft.name), row.draft.birth_year))
        judged.append(row if twin is None else _known(row, twin.code, certain=twin.certain))
    return judged


def _known(row: JudgedRow, household_code: str, *, certain: bool) -> JudgedRow:
    reason = Reason("twin-in-book", (("household", household_code),))
    verdict = Verdict.DUPLICATE if certain else Verdict.POSSIBLE_DUPLICATE
    if row.verdict in {Verdict.ERROR, Verdict.DUPLICATE}:
        verdict = row.verdict
    return replace(row, reasons=(*row.reasons, reason), verdict=verdict)


def request_commit(session: Session, actor: Actor, import_id: str) -> None:
    """Ask a worker to enter the good rows. Raises Conflict if it is not checked any more."""
    found = queries.import_for(session, actor, import_id)
    statement = (
        update(HouseholdImport)
        .where(HouseholdImport.id == import_id, HouseholdImport.state == "checked")
        .values(state="committing")
    )
    if rows_changed(session, statement) != 1:
        raise Conflict("import-state-changed")
    job_id = enqueue(
        session,
        JobName.COMMIT_HOUSEHOLD_IMPORT,
        import_id,
        wards=found.ward_code,
        dedupe_key=f"commit:{import_id}",
        max_attempts=3,
    )
    session.execute(
        update(HouseholdImport).where(HouseholdImport.id == import_id).values(job_id=job_id)
    )
    subject = Subject("household-import", import_id, found.ward_code)
    record(session, actor, "request-commit", subject)


def commit_import(
    session: Session, actor: Actor, import_id: str, *, now: datetime, today: date
) -> int:
    """Enter all good rows at once under the ward's next import number; returns how many.

    One transaction: a list is in the book as a whole or not at all.
    """
    batch = session.get_one(HouseholdImport, import_id)
    number = _next_number(session, batch.ward_code)
    rows = session.scalars(
        select(ImportRow)
        .where(ImportRow.import_id == import_id, ImportRow.verdict.in_(TAKEN))
        .order_by(ImportRow.id)
    ).all()
    for row in rows:
        draft = open_draft(row.draft, import_id, row.sheet, row.row)
        row.household_id = _enter(session, actor, batch, draft, now=now, today=today)
    statement = (
        update(HouseholdImport)
        .where(HouseholdImport.id == import_id, HouseholdImport.state == "committing")
        .values(state="committed", number=number, committed_at=now)
    )
    if rows_changed(session, statement) != 1:
        raise Conflict("import-state-changed")
    subject = Subject("household-import", import_id, batch.ward_code)
    record(session, actor, "commit-import", subject, changes={"households": len(rows)})
    return len(rows)


def _next_number(session: Session, ward_code: str) -> int:
    """The ward's next import number; two commits of one ward queue on a lock."""
    lock = "select pg_advisory_xact_lock(hashtext(:key))"
    session.execute(text(lock), {"key": f"import-number:{ward_code}"})
    highest = session.scalar(
        select(func.max(HouseholdImport.number)).where(HouseholdImport.ward_code == ward_code)
    )
    return (highest or 0) + 1


def _enter(  # noqa: PLR0913 - a row of the list and when it is entered.
    session: Session,
    actor: Actor,
    batch: HouseholdImport,
    draft: dict[str, object],
    *,
    now: datetime,
    today: date,
) -> str:
    """One household with the facts that the list claims; both eyes are still to look."""

    def said(name: str) -> str | None:
        value = draft.get(name)
        return str(value) if value else None

    born_on, year = said("born_on"), said("birth_year")
    head = MemberDraft(
        name=str(draft["name"]),
        birth_year=int(year) if year else None,
        born_on=date.fromisoformat(born_on) if born_on else None,
        sex=said("sex"),
        citizen_number=said("citizen_number"),
    )
    notes = [n for n in (said("need"), said("note")) if n]
    household = HouseholdDraft(
        head=head,
        group=said("group"),
        address=said("address"),
        phone=said("phone"),
        note="; ".join(notes) or None,
        own_code=said("own_code"),
    )
    household_id = register_household(
        session, actor, batch.ward_code, household, now=now, today=today, import_id=batch.id
    )
    kinds = draft.get("standings")
    for kind in kinds if isinstance(kinds, list) else []:
        claim = StandingDraft(StandingKind(str(kind)), "ward-list", today, None)
        claim_standing(session, actor, household_id, claim, now=now)
    return household_id


def undo_import(session: Session, actor: Actor, import_id: str, *, now: datetime) -> int:
    """Take a committed list back within 24 hours, if nothing has been built on it.

    Raises Conflict("import-too-late") after a day, ("import-in-use") once a household of it was
    changed, vouched for or has a need. Returns how many households left the book.
    """
    found = queries.import_for(session, actor, import_id)
    if found.committed_at is None or found.committed_at + UNDO_WITHIN < now:
        raise Conflict("import-too-late")
    mine = select(Household.id).where(Household.import_id == import_id)
    touched = session.scalar(
        select(func.count())
        .select_from(Household)
        .where(Household.import_id == import_id, Household.version > 1)
    )
    vouched = session.scalar(
        select(func.count())
        .select_from(Standing)
        .where(Standing.household_id.in_(mine), Standing.state != "submitted")
    )
    if touched or vouched or _has_needs(session, import_id):
        raise Conflict("import-in-use")
    session.execute(
        update(ImportRow).where(ImportRow.import_id == import_id).values(household_id=None)
    )
    session.execute(delete(Standing).where(Standing.household_id.in_(mine)))
    session.execute(delete(Member).where(Member.household_id.in_(mine)))
    gone = rows_changed(session, delete(Household).where(Household.import_id == import_id))
    session.execute(
        update(HouseholdImport)
        .where(HouseholdImport.id == import_id, HouseholdImport.state == "committed")
        .values(state="undone", undone_at=now)
    )
    subject = Subject("household-import", import_id, found.ward_code)
    record(session, actor, "undo-import", subject, changes={"households": gone})
    return gone


def _has_needs(session: Session, import_id: str) -> bool:
    """Whether anything above refers to a household of the list; asked of the database's keys."""
    statement = text(
        "select exists (select 1 from need n join household h on h.id = n.household_id"
        " where h.import_id = :import_id)"
    )
    return bool(session.scalar(statement, {"import_id": import_id}))
