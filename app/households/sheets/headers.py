"""Which column holds what: headers are known by their folded words, wherever they stand."""

import re
from collections.abc import Sequence
from enum import StrEnum

from app.households.sheets.cells import Cell, text_of
from app.kernel.vietnamese import fold


class Field(StrEnum):
    """What a column of a household list can hold."""

    NUMBER = "number"
    OWN_CODE = "own-code"
    NAME = "name"
    BIRTH = "birth"
    BIRTH_MALE = "birth-male"
    BIRTH_FEMALE = "birth-female"
    SEX = "sex"
    CITIZEN = "citizen"
    GROUP = "group"
    ADDRESS = "address"
    PHONE = "phone"
    STANDING = "standing"
    SIZE = "size"
    NEED = "need"
    NOTE = "note"
    RELATION = "relation"


# The first pattern that is found decides; so the more special ones stand before the general.
_PATTERNS: tuple[tuple[Field, str], ...] = (
    (Field.NUMBER, r"^(stt|tt|so tt|so thu tu|no)$"),
    (Field.OWN_CODE, r"\b(ma ho|ma so ho|so ho khau|so quan ly|ma gia dinh|household (code|id))\b"),
    (Field.RELATION, r"\b(quan he|relation)\b"),
    (Field.PHONE, r"\b(dien thoai|dien thoai lien he|sdt|so dt|dtdd|di dong|phone|mobile|tel)\b"),
    (Field.CITIZEN, r"\b(cccd|cmnd|cmt|can cuoc|chung minh|dinh danh|citizen|id number)\b"),
    (Field.SIZE, r"\b(nhan khau|so khau|so nguoi|so thanh vien|household size|members)\b"),
    (Field.BIRTH, r"\b(ngay sinh|nam sinh|thang nam sinh|sinh ngay|sinh nam|birth|dob)\b"),
    (Field.SEX, r"\b(gioi tinh|gioi|phai|sex|gender)\b|^nam ?/ ?nu$"),
    (Field.NEED, r"\b(nhu cau|de xuat|de nghi|mong muon|can ho tro|needs?)\b"),
    (
        Field.STANDING,
        r"\b((?<!dai )dien|phan loai|loai ho|hoan canh|doi tuong|nhom|category|class)\b",
    ),
    (Field.ADDRESS, r"\b(dia chi|noi o|cho o|cu tru|thuong tru|so nha|address)\b"),
    (Field.NAME, r"\b(ho va ten|ho ten|ten chu ho|chu ho|nguoi dai dien|head|full name|name)\b"),
    (Field.GROUP, r"\b(to dan pho|tdp|khu pho|khu dan cu|thon|ap|khom|ban|buon|to|group|hamlet)\b"),
    (Field.NOTE, r"\b(ghi chu|notes?|remarks?)\b"),
)
_COMPILED = tuple((field, re.compile(pattern)) for field, pattern in _PATTERNS)
# A header names the person and at least one thing more; prose has longer cells than a header.
FEWEST_FIELDS = 2
LONGEST_HEADER = 80

Columns = dict[int, Field]


def field_of(words: str) -> Field | None:
    """The field that a header's words name, or None."""
    folded = re.sub(r"[^\w/ ]+", " ", fold(words))
    folded = re.sub(r"\s+", " ", folded).strip()
    if not folded or len(folded) > LONGEST_HEADER:
        return None
    return next((field for field, pattern in _COMPILED if pattern.search(folded)), None)


def columns_of(row: Sequence[Cell], below: Sequence[Cell] = ()) -> Columns | None:
    """The columns that a header row names, or None if it is no header row.

    below: the row after it. Where a list has the years of men and women in two columns, the
    words "Nam" and "Nữ" stand there under one "Năm sinh".
    """
    found: Columns = {}
    for x, cell in enumerate(row):
        field = field_of(text_of(cell)) if isinstance(cell, str) else None
        if field is not None and field not in found.values():
            found[x] = field
    if Field.NAME not in found.values() or len(found) < FEWEST_FIELDS:
        return None
    return found | _split_birth(row, below)


def has_second_row(row: Sequence[Cell], below: Sequence[Cell]) -> bool:
    """Whether the header goes on in the row below."""
    return bool(_split_birth(row, below))


def _split_birth(row: Sequence[Cell], below: Sequence[Cell]) -> Columns:
    words = {x: fold(cell) for x, cell in enumerate(below) if isinstance(cell, str)}
    split = {
        x: Field.BIRTH_MALE if word == "nam" else Field.BIRTH_FEMALE
        for x, word in words.items()
        if word in {"nam", "nu"}
    }
    over = any(
        x < len(row) and isinstance(row[x], str) and field_of(text_of(row[x])) is Field.BIRTH
        for x in split
    )
    return split if over else {}
