"""Opening a workbook that may be hostile: checked first, parsed in a child with limits.

A workbook of one KiB with cells A1 and XFD1048576 makes the parser ask for 550 GB and abort the
whole process (TRUST.md, 0.5); so it never runs in ours.
"""

import csv
import io
import os
import pickle
import re
import resource
import signal
import struct
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from math import isfinite
from pathlib import Path
from time import monotonic, sleep
from zlib import error as zlib_error

from app.households.sheets.cells import Cell

MAX_BYTES = 10 * 1024 * 1024
MAX_UNPACKED = 100 * 1024 * 1024
MAX_PARTS = 200
MAX_RATIO = 200
MAX_ROWS = 20_000
MAX_COLUMNS = 100
CHILD_MEMORY = 1024 * 1024 * 1024
CHILD_SECONDS = 30
_REFERENCE = re.compile(rb'<c[^>]{0,200}?\br="([A-Z]{1,3})([0-9]{1,7})"')
_ROW = re.compile(rb'<row[^>]{0,200}?\br="([0-9]{1,7})"')
_OLD_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_CHUNK = 1 << 20
_KEEP = 300
_TOO_LITTLE_FOR_RATIO = 1 << 20


class FileRefused(Exception):
    """The file cannot be taken; `code` selects the sentence that says what to do."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class SheetRows:
    """One visible sheet: its name and its rows from the first, with every blank one."""

    name: str
    rows: Sequence[Sequence[Cell]]


def read_sheets(body: bytes, name: str) -> list[SheetRows]:
    """All visible sheets of an .xlsx, .xls, .ods or .csv file. Raises FileRefused."""
    check_file(body, name)
    if body.startswith((b"PK", _OLD_OFFICE)):
        return _in_child(body)
    return [SheetRows("CSV", _read_csv(body))]


def check_file(body: bytes, name: str) -> None:
    """Refuse what is no spreadsheet by content and name, without parsing it. Raises FileRefused."""
    if not body:
        raise FileRefused("file-empty")
    if len(body) > MAX_BYTES:
        raise FileRefused("file-too-large")
    if body.startswith(b"PK"):
        _check_archive(body)
    elif body.startswith(_OLD_OFFICE):
        if _ENCRYPTED in body:
            raise FileRefused("file-encrypted")
    elif not name.lower().endswith((".csv", ".txt", ".tsv")):
        raise FileRefused("file-not-a-spreadsheet")


def _check_archive(body: bytes) -> None:
    """Refuse bombs, macros and archives that are no workbook, before anything is unpacked."""
    try:
        with zipfile.ZipFile(io.BytesIO(body)) as archive:
            parts = archive.infolist()
            _check_parts(parts)
            for part in parts:
                if re.fullmatch(r"xl/worksheets/[^/]+\.xml", part.filename):
                    _check_extent(archive, part)
    except (zipfile.BadZipFile, zlib_error, EOFError, OSError, struct.error) as error:
        raise FileRefused("file-corrupt") from error


def _check_parts(parts: Sequence[zipfile.ZipInfo]) -> None:
    names = {part.filename for part in parts}
    unpacked = sum(part.file_size for part in parts)
    packed = sum(part.compress_size for part in parts)
    if any(part.flag_bits & 1 for part in parts):
        raise FileRefused("file-encrypted")
    if any(n.endswith("vbaProject.bin") for n in names):
        raise FileRefused("file-has-macros")
    if not names & {"xl/workbook.xml", "xl/workbook.bin", "content.xml"}:
        raise FileRefused("file-not-a-spreadsheet")
    bomb = unpacked > _TOO_LITTLE_FOR_RATIO and unpacked > MAX_RATIO * max(packed, 1)
    if len(parts) > MAX_PARTS or unpacked > MAX_UNPACKED or bomb:
        raise FileRefused("file-too-large")
    if any(n.startswith(("/", "\\")) or ".." in n.split("/") for n in names):
        raise FileRefused("file-corrupt")


def _check_extent(archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> None:
    """Scan the cell references of a sheet without parsing it."""
    rest, read = b"", 0
    with archive.open(part) as stream:
        while chunk := stream.read(_CHUNK):
            read += len(chunk)
            if read > MAX_UNPACKED:
                raise FileRefused("file-too-large")
            text = rest + chunk
            for column, row in _REFERENCE.findall(text):
                if int(row) > MAX_ROWS or _column_number(column) > MAX_COLUMNS:
                    raise FileRefused("sheet-too-large")
            if any(int(row) > MAX_ROWS for row in _ROW.findall(text)):
                raise FileRefused("sheet-too-large")
            rest = text[-_KEEP:]


def _column_number(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = 26 * number + letter - ord("A") + 1
    return number


def _in_child(body: bytes) -> list[SheetRows]:
    """Parse in a forked child under limits of memory and time; a dead child is a refusal."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        _parse_and_leave(body, writing)
    os.close(writing)
    try:
        with os.fdopen(reading, "rb") as stream:
            answer = _read_until(stream.fileno(), monotonic() + CHILD_SECONDS + 5)
    finally:
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
    if not answer:
        raise FileRefused("file-unreadable")
    code, sheets = pickle.loads(answer)  # noqa: S301 - written by our own child, never by the file.
    if code is not None:
        raise FileRefused(code)
    return [SheetRows(name, rows) for name, rows in sheets]


def _read_until(fd: int, deadline: float) -> bytes:
    """All that the child writes, or nothing if it does not end in time."""
    os.set_blocking(fd, False)
    parts: list[bytes] = []
    while monotonic() < deadline:
        try:
            part = os.read(fd, _CHUNK)
        except BlockingIOError:
            sleep(0.005)
            continue
        if not part:
            return b"".join(parts)
        parts.append(part)
    return b""


def _parse_and_leave(body: bytes, writing: int) -> None:
    """In the child: limit, parse, write the answer, end without any of the parent's exits."""
    try:
        resource.setrlimit(resource.RLIMIT_CPU, (CHILD_SECONDS, CHILD_SECONDS))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        in_use = _memory_in_use()
        limit = in_use + CHILD_MEMORY
        resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
        answer = _parse(body)
        with os.fdopen(writing, "wb") as stream:
            pickle.dump(answer, stream, protocol=pickle.HIGHEST_PROTOCOL)
    finally:
        os._exit(0)


def _memory_in_use() -> int:
    """Bytes of address space that this process has; 4 GiB where the system does not tell."""
    try:
        pages = Path("/proc/self/statm").read_text(encoding="ascii").split()[0]
    except OSError:
        return 4 << 30
    return int(pages) * resource.getpagesize()


def _parse(body: bytes) -> tuple[str | None, list[tuple[str, list[list[Cell]]]]]:
    """The visible sheets with every row from the first; or the code of a refusal."""
    from python_calamine import (  # noqa: PLC0415 - only the child may run the parser.
        CalamineError,
        CalamineWorkbook,
        PasswordError,
        SheetVisibleEnum,
    )

    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(body))
        sheets = []
        for meta in book.sheets_metadata:
            if meta.visible is not SheetVisibleEnum.Visible:
                continue
            sheet = book.get_sheet_by_name(meta.name)
            if sheet.total_height > MAX_ROWS or sheet.total_width > MAX_COLUMNS:
                return "sheet-too-large", []
            found = sheet.to_python(skip_empty_area=False)
            rows: list[list[Cell]] = [[_finite(cell) for cell in row] for row in found]
            sheets.append((meta.name, rows))
    except PasswordError:
        return "file-encrypted", []
    except (CalamineError, ValueError):
        return "file-corrupt", []
    return None, sheets


def _finite(cell: Cell) -> Cell:
    """The cell; as a word if it is a number that no arithmetic can take."""
    return str(cell) if isinstance(cell, float) and not isfinite(cell) else cell


def _read_csv(body: bytes) -> list[list[Cell]]:
    """The rows of a CSV in UTF-8 or UTF-16, with commas, semicolons or tabs."""
    text = _decoded(body)
    sample = text[:4096]
    delimiter = max(",;\t", key=sample.count)
    try:
        rows: list[list[Cell]] = [
            list(row) for row in csv.reader(io.StringIO(text), delimiter=delimiter)
        ]
    except csv.Error as error:
        raise FileRefused("file-corrupt") from error
    if len(rows) > MAX_ROWS or max(map(len, rows), default=0) > MAX_COLUMNS:
        raise FileRefused("sheet-too-large")
    return rows


def _decoded(body: bytes) -> str:
    encoding = "utf-16" if body[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
    try:
        text = body.decode(encoding)
    except UnicodeDecodeError as error:
        raise FileRefused("text-old-encoding") from error
    if "\x00" in text:
        raise FileRefused("file-not-a-spreadsheet")
    return text
