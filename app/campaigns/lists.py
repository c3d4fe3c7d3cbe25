"""Reading a list of insurance cards: bytes in, judged rows out."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from app.campaigns.rules import INSURANCE
from app.households.sheets.cells import Cell, is_legacy, read_name, text_of
from app.households.sheets.workbook import read_sheets
from app.kernel.dates import read_birth
from app.kernel.phones import is_refused, read_phone
from app.kernel.vietnamese import fold

MOST_ROWS = 50_000
LAST_YEAR = 2100
SHORTEST_CARD, LONGEST_CARD = 8, 20
# Our name of a column -> what its header may begin with, folded; the longest match wins.
HEADERS: Mapping[str, tuple[str, ...]] = {
    "name": ("ho va ten", "ho ten", "ten", "nguoi tham gia"),
    "birth": ("nam sinh", "ngay sinh", "ngay thang nam sinh"),
    "phone": ("so dien thoai", "dien thoai", "sdt"),
    "card": ("so the", "ma the", "ma so bhxh", "the bhyt"),
    "group": (
        *("to dan pho", "tdp", "khu pho", "khu dan cu"),
        *("to ", "thon ", "ap ", "khom ", "ban ", "buon "),
    ),
    "expiry": ("han the", "ngay het han", "het han", "han su dung", "gia tri den", "han moi"),
}


@dataclass(frozen=True, slots=True)
class CardRow:
    """A good row. phone in E.164; birth_year 0 if it is not there; group as the list calls it."""

    card: str
    expires_on: date
    name: str = ""
    phone: str = ""
    birth_year: int = 0
    group: str = ""


@dataclass(slots=True)
class CardSheet:
    """What a file holds: good rows, each card once, and [row number, code] of the others."""

    rows: dict[str, CardRow] = field(default_factory=dict)
    refused: list[list[object]] = field(default_factory=list)


def read_cards(body: bytes, name: str, today: date) -> CardSheet:
    """All cards of a file. Raises FileRefused, ValueError("no-card-columns", "too-many-cards")."""
    found = CardSheet()
    tables = [table for sheet in read_sheets(body, name) for table in _table(sheet.rows)]
    if not tables:
        raise ValueError("no-card-columns")
    for columns, first, rows in tables:
        if len(rows) > MOST_ROWS:
            raise ValueError("too-many-cards")
        for number, cells in enumerate(rows, start=first):
            _take(found, number, {k: cells[x] for k, x in columns.items() if x < len(cells)}, today)
    return found


def _table(
    rows: Sequence[Sequence[Cell]],
) -> Iterator[tuple[dict[str, int], int, list[Sequence[Cell]]]]:
    """The header of a sheet, wherever it stands, and the rows below it."""
    for y, row in enumerate(rows[:40]):
        columns = _columns(row)
        if columns.keys() >= INSURANCE.needs:
            yield columns, y + 2, list(rows[y + 1 :])
            return


def _columns(row: Sequence[Cell]) -> dict[str, int]:
    columns: dict[str, int] = {}
    for x, cell in enumerate(row):
        words = f"{fold(cell).replace('/', ' ')} " if isinstance(cell, str) else ""
        for name, starts in HEADERS.items():
            if words.startswith(starts):
                columns.setdefault(name, x)
    return columns


def _take(found: CardSheet, number: int, cells: Mapping[str, Cell], today: date) -> None:
    if not any(text_of(cell) for cell in cells.values()):
        return
    code, row = _judged(cells, today)
    if row is None:
        found.refused.append([number, code])
    elif row.card in found.rows:
        found.refused.append([number, "card-twice"])
    else:
        found.rows[row.card] = row


def _judged(cells: Mapping[str, Cell], today: date) -> tuple[str, CardRow | None]:
    card = "".join(c for c in text_of(cells.get("card")).upper() if c.isascii() and c.isalnum())
    if not SHORTEST_CARD <= len(card) <= LONGEST_CARD:
        return "card-unreadable", None
    expires_on = _day(cells.get("expiry"))
    if expires_on is None:
        return "expiry-unreadable", None
    name = text_of(cells.get("name"))
    if is_legacy(name):
        return "name-old-font", None
    phone = read_phone(text_of(cells.get("phone"))) if text_of(cells.get("phone")) else None
    known = phone is not None and not is_refused(phone)
    cell = cells.get("birth")
    birth = read_birth(cell, today) if isinstance(cell, str | float | date) else None
    return "", CardRow(
        card=card,
        expires_on=expires_on,
        name=read_name(name)[0] if name else "",
        phone=(phone.e164 or "") if phone is not None and known else "",
        birth_year=(birth.year or 0) if birth else 0,
        group=text_of(cells.get("group")),
    )


def _day(cell: Cell) -> date | None:
    """A day of this or a coming time: a date, or a text that puts the day first."""
    if isinstance(cell, datetime):
        return cell.date()
    if isinstance(cell, date):
        return cell
    try:
        day, month, year = (int(part) for part in text_of(cell).replace("-", "/").split("/"))
        return date(year, month, day) if LAST_YEAR > year > LAST_YEAR - 100 else None
    except ValueError:
        return None
