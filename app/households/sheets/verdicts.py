"""Judging a list: each row's verdict with its reasons, and its twin within the list."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from enum import StrEnum

from app.households.sheets.cells import (
    Cell,
    Reason,
    is_blank,
    is_legacy,
    read_name,
    read_sex,
    read_size,
    read_standings,
    text_of,
)
from app.households.sheets.headers import Field
from app.households.sheets.rows import FoundRow, has_header, households_in
from app.households.sheets.workbook import FileRefused, SheetRows, read_sheets
from app.kernel.dates import Birth, BirthDoubt, read_birth
from app.kernel.identity import CitizenNumber, read_citizen_number
from app.kernel.phones import is_refused, read_phone
from app.kernel.vietnamese import fold


class Verdict(StrEnum):
    """What may be done with a row; from the worst to the best."""

    ERROR = "error"
    DUPLICATE = "duplicate"
    POSSIBLE_DUPLICATE = "possible_duplicate"
    WARNING = "warning"
    OK = "ok"


# Codes that keep a row out; every other code lets it in with a warning.
ERRORS = frozenset(
    {
        "name-missing",
        "name-unreadable",
        "text-old-font",
        "birth-impossible",
        "birth-unreadable",
        "birth-in-future",
        "birth-too-long-ago",
        "citizen-wrong-length",
        "citizen-not-a-number",
        "standing-unknown",
        "size-not-positive",
        "size-too-large",
        "row-is-member",
    }
)
LONGEST_CELL = 300


@dataclass(frozen=True, slots=True)
class Draft:
    """What a row says, cleaned: ready to be stored as a household."""

    name: str
    birth_year: int | None = None
    born_on: date | None = None
    sex: str | None = None
    citizen_number: str | None = None
    group: str | None = None
    address: str | None = None
    phone: str | None = None
    standings: tuple[str, ...] = ()
    size: int | None = None
    need: str | None = None
    note: str | None = None
    own_code: str | None = None


@dataclass(frozen=True, slots=True)
class JudgedRow:
    """One row of the list: where it stands, what it says, what became of it."""

    sheet: str
    row: int
    draft: Draft
    reasons: tuple[Reason, ...] = field(default=())
    verdict: Verdict = Verdict.OK


def read_list(body: bytes, name: str, today: date) -> list[JudgedRow]:
    """Read and judge a household list. Raises FileRefused with a code if it is none."""
    return judge(read_sheets(body, name), today)


def judge(sheets: Sequence[SheetRows], today: date) -> list[JudgedRow]:
    """Judge every household row of all sheets, in order. Raises FileRefused("no-header")."""
    if not any(has_header(sheet.rows) for sheet in sheets):
        raise FileRefused("no-header")
    rows = [
        _judged(sheet.name, found, today) for sheet in sheets for found in households_in(sheet.rows)
    ]
    if not rows:
        raise FileRefused("no-households")
    return _with_twins(rows)


def counts_of(rows: Iterable[JudgedRow]) -> dict[str, int]:
    """How many rows have each verdict, all five named."""
    counts = {v.value: 0 for v in reversed(Verdict)}
    for row in rows:
        counts[row.verdict.value] += 1
    return counts


def _judged(sheet: str, found: FoundRow, today: date) -> JudgedRow:
    cells = found.cells
    name, reasons = read_name(cells.get(Field.NAME))
    birth, column_sex, birth_reasons = _birth(found, today)
    citizen, citizen_reasons = _citizen(cells.get(Field.CITIZEN))
    sex, sex_reasons = read_sex(cells.get(Field.SEX))
    phone, phone_reasons = _phone(cells.get(Field.PHONE))
    standings, standing_reasons = read_standings(cells.get(Field.STANDING))
    size, size_reasons = read_size(cells.get(Field.SIZE))
    sex = sex or column_sex
    reasons += birth_reasons + citizen_reasons + sex_reasons + phone_reasons
    reasons += standing_reasons + size_reasons + _disagreements(citizen, sex, birth)
    reasons += _relation(cells.get(Field.RELATION))
    texts = {f: _text(cells.get(f)) for f in (Field.ADDRESS, Field.NEED, Field.NOTE)}
    reasons += [Reason("text-old-font") for text in texts.values() if text and is_legacy(text)]
    draft = Draft(
        name=name,
        birth_year=birth.year,
        born_on=birth.on,
        sex=sex or citizen.sex,
        citizen_number=citizen.digits,
        group=_text(cells.get(Field.GROUP)) or found.group_title,
        address=texts[Field.ADDRESS],
        phone=phone,
        standings=standings,
        size=size,
        need=texts[Field.NEED],
        note=texts[Field.NOTE],
        own_code=_text(cells.get(Field.OWN_CODE)),
    )
    return JudgedRow(sheet, found.row, draft, tuple(reasons), verdict_of(reasons))


def verdict_of(reasons: Sequence[Reason]) -> Verdict:
    """The verdict that a row's own reasons give, before any twin is looked for."""
    if any(reason.code in ERRORS for reason in reasons):
        return Verdict.ERROR
    return Verdict.WARNING if reasons else Verdict.OK


def _text(cell: Cell) -> str | None:
    return text_of(cell)[:LONGEST_CELL] or None


def _relation(cell: Cell) -> list[Reason]:
    """A person who is not the head belongs to a household, and is none."""
    words = fold(text_of(cell))
    is_head = not words or words.startswith("chu ho") or words in {"ch", "head", "la chu ho"}
    return [] if is_head else [Reason("row-is-member")]


def _birth(found: FoundRow, today: date) -> tuple[Birth, str | None, list[Reason]]:
    """The birth, and the sex where years of men and women stand in two columns."""
    for place, sex in (
        (Field.BIRTH, None),
        (Field.BIRTH_MALE, "male"),
        (Field.BIRTH_FEMALE, "female"),
    ):
        cell = found.cells.get(place)
        if is_blank(cell) or not isinstance(cell, str | float | date | datetime):
            continue
        birth = read_birth(cell, today)
        reasons = [Reason(birth.doubt.value)] if birth.doubt else []
        if birth.doubt is BirthDoubt.YEAR_ONLY and place is not Field.BIRTH:
            reasons = []
        return birth, sex, reasons
    return Birth(None), None, []


def _citizen(cell: Cell) -> tuple[CitizenNumber, list[Reason]]:
    if is_blank(cell) or not isinstance(cell, str | float):
        return CitizenNumber(None), []
    number = read_citizen_number(text_of(cell) if isinstance(cell, str) else cell)
    return number, [Reason(number.doubt.value)] if number.doubt else []


def _phone(cell: Cell) -> tuple[str | None, list[Reason]]:
    """The first number of a cell; one that is none is left out with a warning."""
    text = text_of(cell)
    if not text:
        return None, []
    parts = [p for p in text.replace(";", "/").replace(",", "/").split("/") if p.strip()]
    phone = read_phone(parts[0] if parts else text)
    reasons = [Reason(phone.doubt.value)] if phone.doubt else []
    if len(parts) > 1:
        reasons.append(Reason("phone-several"))
    return None if is_refused(phone) else phone.e164, reasons


def _disagreements(citizen: CitizenNumber, sex: str | None, birth: Birth) -> list[Reason]:
    """Where the citizen number encodes another sex or year than the list says."""
    found = []
    if citizen.sex and sex and citizen.sex != sex:
        found.append(Reason("citizen-other-sex"))
    if (
        citizen.birth_year
        and birth.year
        and not birth.is_refused
        and citizen.birth_year != birth.year
    ):
        found.append(Reason("citizen-other-year"))
    return found


def _with_twins(rows: Sequence[JudgedRow]) -> list[JudgedRow]:
    """Mark later rows that repeat an earlier one, for sure or perhaps. O(rows)."""
    by_number: dict[str, JudgedRow] = {}
    by_person: dict[tuple[str, str], JudgedRow] = {}
    judged = []
    for row in rows:
        number, person = row.draft.citizen_number, _person(row.draft)
        twin, verdict = by_number.get(number or ""), Verdict.DUPLICATE
        if twin is None and person is not None:
            twin, verdict = by_person.get(person), Verdict.POSSIBLE_DUPLICATE
            if twin is not None and number and twin.draft.citizen_number:
                twin = None
        if number:
            by_number.setdefault(number, row)
        if person is not None:
            by_person.setdefault(person, row)
        judged.append(_doubled(row, twin, verdict) if twin is not None else row)
    return judged


def _person(draft: Draft) -> tuple[str, str] | None:
    """Name without accents and birth: the day, or the year within one group."""
    if not draft.name or draft.birth_year is None:
        return None
    birth = draft.born_on.isoformat() if draft.born_on else f"{draft.birth_year} {draft.group}"
    return fold(draft.name), birth


def _doubled(row: JudgedRow, twin: JudgedRow, verdict: Verdict) -> JudgedRow:
    code = "twin-same-citizen-number" if verdict is Verdict.DUPLICATE else "twin-same-person"
    reason = Reason(code, (("sheet", twin.sheet), ("row", twin.row)))
    worst = row.verdict if row.verdict is Verdict.ERROR else verdict
    return replace(row, reasons=(*row.reasons, reason), verdict=worst)
