"""A list enters the book as a whole, and can be taken back for a day."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlalchemy import (
    ARRAY,
    BigInteger,
    String,
    delete,
    func,
    insert,
    literal,
    select,
    text,
    update,
)
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.accounts.rules import Actor
from app.audit.actions import Subject, record
from app.households import queries
from app.households.actions.entries import Origin, household_row, member_row, standing_row
from app.households.actions.registering import person_of
from app.households.models import Household, HouseholdImport, ImportRow, Member, Standing
from app.households.queries.importing import open_draft
from app.households.rules import (
    HouseholdDraft,
    MemberDraft,
    StandingDraft,
    StandingKind,
    is_taken,
    may_undo,
)
from app.infra.transaction import rows_changed
from app.kernel.errors import Conflict
from app.places.actions import group_named

CHUNK = 500
# A plan for checking foreign keys that was made while a table was almost empty reads it row by
# row for ever after: ten thousand rows took 45 seconds instead of 5.
PLAN_FRESHLY = "set local plan_cache_mode = force_custom_plan"
LIST_AS_SOURCE = "ward-list"
Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class _Entry:
    """One good row of a list, opened."""

    row: ImportRow
    household: HouseholdDraft
    kinds: tuple[StandingKind, ...]


def commit_import(  # noqa: PLR0913 - a list, who enters it and when, and who hears how far.
    session: Session,
    actor: Actor,
    import_id: str,
    *,
    now: datetime,
    today: date,
    progress: Progress = lambda _done, _total: None,
) -> int:
    """Enter all good rows under the ward's next import number; returns how many.

    One transaction: a list is in the book as a whole or not at all. A row whose person somebody
    entered since the preview becomes a duplicate and stays out.
    """
    batch = session.get_one(HouseholdImport, import_id)
    session.execute(text(PLAN_FRESHLY))
    number = _next_number(session, batch.ward_code)
    origin = Origin(batch.ward_code, actor, now, import_id)
    entries = _still_new(session, batch, _good_rows(session, import_id))
    groups = _open_groups(session, origin, entries, today)
    for start in range(0, len(entries), CHUNK):
        _write(session, entries[start : start + CHUNK], groups, origin, today)
        progress(min(start + CHUNK, len(entries)), len(entries))
    statement = (
        update(HouseholdImport)
        .where(HouseholdImport.id == import_id, HouseholdImport.state == "committing")
        .values(state="committed", number=number, committed_at=now)
    )
    if rows_changed(session, statement) != 1:
        raise Conflict("import-state-changed")
    subject = Subject("household-import", import_id, batch.ward_code)
    changes = {"households": len(entries), "number": number}
    record(session, actor, "commit-import", subject, changes=changes)
    return len(entries)


def _next_number(session: Session, ward_code: str) -> int:
    """The ward's next import number; two commits of one ward queue on a lock."""
    lock = "select pg_advisory_xact_lock(hashtext(:key))"
    session.execute(text(lock), {"key": f"import-number:{ward_code}"})
    highest = session.scalar(
        select(func.max(HouseholdImport.number)).where(HouseholdImport.ward_code == ward_code)
    )
    return (highest or 0) + 1


def _good_rows(session: Session, import_id: str) -> list[_Entry]:
    statement = (
        select(ImportRow)
        .where(
            ImportRow.import_id == import_id,
            ImportRow.verdict.in_(("ok", "warning", "possible_duplicate")),
        )
        .order_by(ImportRow.id)
    )
    return [
        _opened(row) for row in session.scalars(statement) if is_taken(row.verdict, row.decision)
    ]


def _opened(row: ImportRow) -> _Entry:
    """What a row says, as a household. Need and remark of the list become the note."""
    said = open_draft(row.draft, row.import_id, row.sheet, row.row)
    values = {name: str(value) for name, value in said.items() if value not in (None, "", [])}
    head = MemberDraft(
        name=values["name"],
        birth_year=int(values["birth_year"]) if "birth_year" in values else None,
        born_on=date.fromisoformat(values["born_on"]) if "born_on" in values else None,
        sex=values.get("sex"),
        citizen_number=values.get("citizen_number"),
    )
    notes = [values[name] for name in ("need", "note") if name in values]
    household = HouseholdDraft(
        head=head,
        group=values.get("group"),
        address=values.get("address"),
        phone=values.get("phone"),
        note="; ".join(notes) or None,
        own_code=values.get("own_code"),
        size=int(values["size"]) if "size" in values else None,
    )
    kinds = said.get("standings")
    known = tuple(StandingKind(kind) for kind in kinds) if isinstance(kinds, list) else ()
    return _Entry(row, household, known)


def _still_new(session: Session, batch: HouseholdImport, entries: Sequence[_Entry]) -> list[_Entry]:
    """The entries without those whose person is in the book by now; each own code used once.

    None at all if the very same file was entered while this one waited in the queue.
    """
    ward_code = batch.ward_code
    again = queries.file_seen_before(session, ward_code, batch.file_digest) is not None
    people = [person_of(e.household.head, e.household.own_code) for e in entries]
    book = queries.book_of(session, ward_code, people)
    fresh: list[_Entry] = []
    codes: set[str] = set()
    for entry, person in zip(entries, people, strict=True):
        twin = book.twin_of(person)
        if again or (twin is not None and twin.certain):
            entry.row.verdict = "duplicate"
            entry.row.reasons = [*entry.row.reasons, {"code": "entered-meanwhile"}]
            continue
        code = entry.household.own_code
        if code is None or (code not in codes and not book.has_code(code)):
            fresh.append(entry)
        else:
            fresh.append(replace(entry, household=replace(entry.household, own_code=None)))
        codes.add(code or "")
    return fresh


def _open_groups(
    session: Session, origin: Origin, entries: Sequence[_Entry], today: date
) -> Mapping[str, str]:
    """The ward's groups by the words that the list uses; new ones are opened."""
    words = dict.fromkeys(e.household.group for e in entries if e.household.group)
    return {
        group: group_named(session, origin.actor, origin.ward_code, group, today=today)
        for group in words
        if group
    }


def _write(
    session: Session,
    entries: Sequence[_Entry],
    groups: Mapping[str, str],
    origin: Origin,
    today: date,
) -> None:
    """Write some households with their heads and what the list claims of them."""
    households = [
        household_row(e.household, groups.get(e.household.group or ""), origin) for e in entries
    ]
    pairs = [(entry, str(row["id"])) for entry, row in zip(entries, households, strict=True)]
    members = [
        member_row(entry.household.head, household_id, origin.ward_code, is_head=True)
        for entry, household_id in pairs
    ]
    claims = [
        standing_row(StandingDraft(kind, LIST_AS_SOURCE, today, None), household_id, origin)
        for entry, household_id in pairs
        for kind in entry.kinds
    ]
    # RETURNING makes the driver send many rows in one statement instead of a statement each.
    session.execute(insert(Household).returning(Household.id), households)
    session.execute(insert(Member).returning(Member.id), members)
    if claims:
        session.execute(insert(Standing).returning(Standing.id), claims)
    _point_to_households(session, [(entry.row.id, found) for entry, found in pairs])


def _point_to_households(session: Session, pairs: Sequence[tuple[int, str]]) -> None:
    """Note at each row of the list which household came of it; one statement."""
    ids = literal([row_id for row_id, _ in pairs], ARRAY(BigInteger))
    found = literal([household_id for _, household_id in pairs], ARRAY(String))
    came = func.unnest(ids, found).table_valued("id", "household_id").render_derived()
    statement = update(ImportRow).where(ImportRow.id == came.c.id)
    session.execute(
        statement.values(household_id=came.c.household_id),
        execution_options={"synchronize_session": False},
    )


def undo_import(session: Session, actor: Actor, import_id: str, *, now: datetime) -> int:
    """Take a committed list back within 24 hours, if nothing has been built on it.

    Raises Conflict("import-too-late") after a day, ("import-in-use") once a household of it was
    changed, vouched for or has a need. Returns how many households left the book.
    """
    found = queries.import_for(session, actor, import_id)
    if not may_undo(found.committed_at, now):
        raise Conflict("import-too-late")
    subject = Subject("household-import", import_id, found.ward_code)
    statement = (
        update(HouseholdImport)
        .where(HouseholdImport.id == import_id, HouseholdImport.state == "committed")
        .values(state="undone", undone_at=now)
    )
    if rows_changed(session, statement) != 1:
        raise Conflict("import-state-changed")
    if _is_touched(session, import_id):
        raise Conflict("import-in-use")
    gone = _remove(session, import_id)
    record(session, actor, "undo-import", subject, changes={"households": gone})
    return gone


def _is_touched(session: Session, import_id: str) -> bool:
    """Whether a household of the list was changed or vouched for since."""
    mine = select(Household.id).where(Household.import_id == import_id)
    changed = select(Household.id).where(Household.import_id == import_id, Household.version > 1)
    vouched = select(Standing.id).where(
        Standing.household_id.in_(mine), Standing.state != "submitted"
    )
    return session.scalar(changed.limit(1)) is not None or (
        session.scalar(vouched.limit(1)) is not None
    )


def _remove(session: Session, import_id: str) -> int:
    """Delete the list's households; what refers to them from above makes the database refuse."""
    mine = select(Household.id).where(Household.import_id == import_id)
    rows = update(ImportRow).where(ImportRow.import_id == import_id)
    session.execute(rows.values(household_id=None))
    try:
        with session.begin_nested():
            session.execute(delete(Standing).where(Standing.household_id.in_(mine)))
            session.execute(delete(Member).where(Member.household_id.in_(mine)))
            return rows_changed(session, delete(Household).where(Household.import_id == import_id))
    except IntegrityError as error:
        raise Conflict("import-in-use") from error
