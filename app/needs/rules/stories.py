"""What in a story would tell whom it is about. Pure.

A story with such a part stays off the public card. The checks are strict on purpose: a word too
many costs an officer a new sentence, a word too few costs a family its privacy.
"""

import re
import unicodedata
from collections.abc import Collection, Sequence
from enum import StrEnum

from app.kernel.vietnamese import fold, name_parts


class Identifying(StrEnum):
    """What in a story would tell who it is about."""

    PHONE = "story-has-phone"
    NUMBER = "story-has-number"
    CONTACT = "story-has-contact"
    ADDRESS = "story-has-address"
    NAME = "story-has-name"


_PHONE = re.compile(r"(?<!\d)(?:\+?84|0)(?:[\s.\-()]{0,2}\d){8,10}(?!\d)")
_SPOKEN = re.compile(
    r"\b(?:(?:khong|mot|hai|ba|bon|tu|nam|lam|sau|bay|tam|chin|linh|le)\b[\s,.\-]*){7,}"
)
_LONG_NUMBER = re.compile(
    r"\d(?:[\s.\-]?\d){8,}(?!\d)(?!\s*(?:đ|đồng|vnđ|vnd|triệu|tỷ)\b)", re.IGNORECASE
)
_CONTACT = re.compile(r"@|https?:|www\.|\.(?:com|vn|net)\b|\b(?:zalo|facebook|messenger|fb)\b")
# Folded, so that a story typed without accents is read too; with a number behind.
_NUMBERED = re.compile(
    r"\b(?:so nha|nha so|ngo|ngach|hem|kiet|to dan pho|tdp|to|khu pho|khu|thon|xom|ap|duong|pho)"
    r"\s+(?:so\s+)?\d"
    r"|\bso\s+\d+\w?(?:/\d+\w?)*,?\s+(?:ngo|ngach|hem|kiet|duong|pho)\b"
    r"|\b(?:so|nha)\s+\d+\w?/\d+"
)
# With accents, as without them these are other words (lo: to worry, can: to need).
_ROOM = re.compile(r"\b(?:lô|căn hộ|căn|phòng)\s+(?:số\s+)?[a-z]?\d{3,}\b")


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_PLACE_WORDS = _words("đường phố ngõ ngách hẻm kiệt thôn xóm ấp bản buôn làng khu chợ chùa trường")
_HONORIFICS = _words("ông bà anh chị cụ em cháu chú cô bác dì cậu mợ thím mẹ bố cha con bé thầy")
_BARE_HONORIFICS = frozenset(fold(word) for word in _HONORIFICS)
_SURNAMES = _words(
    "nguyễn trần lê phạm hoàng huỳnh phan vũ võ đặng bùi đỗ hồ ngô dương lý đinh trịnh đoàn "
    "lương tạ phùng vương quách triệu nông giàng vàng lò mạc khổng nghiêm tống"
)
_MIDDLE_NAMES = frozenset({"thị", "văn"})
# Capitals that name nobody and no address: a title, a city, a year, a kind of school.
_COMMON = re.compile(
    r"\b(?:mẹ việt nam anh hùng|việt nam|hồ chí minh|đinh mùi|mặt trận|nhà nước|tiểu học"
    r"|trung học|mầm non)\b",
    re.IGNORECASE,
)
_WORD = re.compile(r"[^\W\d_]+")
_PAIR = re.compile(r"([^\W\d_]+)[ \t]+(?=([^\W\d_]+))")


def identifying_parts(story: str, own_names: Collection[str] = ()) -> list[Identifying]:
    """What in a story must go before it may stand on a card; own_names: of the household."""
    plain = _plain(story)
    bare, capitals = fold(plain), _COMMON.sub(";", plain)
    checks = (
        (Identifying.PHONE, bool(_PHONE.search(plain) or _SPOKEN.search(bare))),
        (Identifying.NUMBER, bool(_LONG_NUMBER.search(plain))),
        (Identifying.CONTACT, bool(_CONTACT.search(bare))),
        (Identifying.ADDRESS, _has_address(capitals, bare)),
        (Identifying.NAME, _has_name(capitals) or _has_own_name(plain, bare, own_names)),
    )
    return [part for part, found in checks if found]


def _plain(story: str) -> str:
    """The story with wide digits and invisible characters made ordinary."""
    compatible = unicodedata.normalize("NFKC", story)
    return "".join(c for c in compatible if unicodedata.category(c) != "Cf")


def _has_address(plain: str, bare: str) -> bool:
    if _NUMBERED.search(bare) or _ROOM.search(plain.lower()):
        return True
    return any(a.lower() in _PLACE_WORDS and b[0].isupper() for a, b in _PAIR.findall(plain))


def _has_name(plain: str) -> bool:
    """Whether somebody is named: bà Hoa, Trần Văn Nam, TRAN THI HOA."""
    pairs = _PAIR.findall(plain)
    if any(a.lower() in _HONORIFICS and b[0].isupper() for a, b in pairs):
        return True
    return any(_begins_name(pair) for pair in pairs)


def _begins_name(pair: Sequence[str]) -> bool:
    first, second = pair
    if not (first[0].isupper() and second[0].isupper()):
        return False
    surnames = _SURNAMES | {fold(name) for name in _SURNAMES} if first.isascii() else _SURNAMES
    return first.lower() in surnames or second.lower() in _MIDDLE_NAMES


def _has_own_name(plain: str, bare: str, own_names: Collection[str]) -> bool:
    return any(_is_told(name, plain, bare) for name in own_names if name.strip())


def _is_told(name: str, plain: str, bare: str) -> bool:
    """Whether a member's own name stands in the story, whole or as people say it."""
    _, _, given = name_parts(name)
    ending = " ".join(fold(name).split()[-2:])
    if " " in ending and re.search(rf"\b{re.escape(ending)}\b", bare):
        return True
    if given in _WORD.findall(plain):
        return True
    pairs = _PAIR.findall(plain)
    return any(fold(a) in _BARE_HONORIFICS and _sounds_like(b, given) for a, b in pairs)


def _sounds_like(word: str, given: str) -> bool:
    """The same name, in any case; a word typed without accents may be any of its kind."""
    same = word.lower() == given.lower()
    return same or (word.isascii() and fold(word) == fold(given))
