"""Reading one cell: what it holds, cleaned, and what is wrong or doubtful about it."""

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from app.kernel.vietnamese import fold, tidy

Cell = str | float | int | bool | date | datetime | time | timedelta | None

# Letters that Vietnamese never uses but that the old TCVN3 and VNI fonts wear as ours.
_LEGACY = re.compile("[¨©ª«¬®µ¶·¸¹»¼½¾ÆÇËÎÏÐÑÖ×ØÞßäåæçëîïñö÷øûüþ]")
# VNI sets an accent as a letter of its own behind a vowel, where no Vietnamese word has one.
_VNI = re.compile("a[àáãâêùû]|e[àáãâùû]|o[âùû]", re.IGNORECASE)
_INVISIBLE = re.compile("[\u200b-\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff\u00ad]")
MOST_MEMBERS = 30
LONGEST_NAME = 80
LONGEST_TEXT = 500

STANDINGS: dict[str, str] = {
    "ho ngheo": "poor",
    "ngheo": "poor",
    "hn": "poor",
    "poor": "poor",
    "ho can ngheo": "near-poor",
    "can ngheo": "near-poor",
    "hcn": "near-poor",
    "cn": "near-poor",
    "near poor": "near-poor",
    "moi thoat ngheo": "newly-escaped",
    "ho moi thoat ngheo": "newly-escaped",
    "thoat ngheo": "newly-escaped",
    "moi thoat can ngheo": "newly-escaped",
    "nguy co tai ngheo": "at-risk",
    "tai ngheo": "at-risk",
    "kho khan": "hardship",
    "ho kho khan": "hardship",
    "hoan canh kho khan": "hardship",
    "co hoan canh kho khan": "hardship",
    "dac biet kho khan": "hardship",
    "kho khan dot xuat": "sudden-hardship",
    "dot xuat": "sudden-hardship",
    "chinh sach": "policy",
    "gia dinh chinh sach": "policy",
    "ho chinh sach": "policy",
    "nguoi co cong": "policy",
    "gia dinh nguoi co cong": "policy",
    "thuong binh": "policy",
    "benh binh": "policy",
    "liet si": "policy",
    "gia dinh liet si": "policy",
    "than nhan liet si": "policy",
    "me viet nam anh hung": "policy",
    "da cam": "agent-orange",
    "chat doc da cam": "agent-orange",
    "nan nhan chat doc da cam": "agent-orange",
    "nguoi gia co don": "lonely-elderly",
    "nguoi cao tuoi co don": "lonely-elderly",
    "gia co don": "lonely-elderly",
    "neo don": "lonely-elderly",
    "nguoi cao tuoi": "elderly",
    "cao tuoi": "elderly",
    "khuyet tat": "disability",
    "nguoi khuyet tat": "disability",
    "tan tat": "disability",
    "tre em": "child",
    "tre mo coi": "child",
    "mo coi": "child",
    "tre em hoan canh dac biet": "child",
    "tre em co hoan canh dac biet": "child",
    # As the site itself calls them, so that a list it wrote is read again.
    "ho co nguy co tai ngheo": "at-risk",
    "ho co hoan canh kho khan": "hardship",
    "ho gap nan dot xuat": "sudden-hardship",
    "nguoi cao tuoi neo don": "lonely-elderly",
    "poor household": "poor",
    "near poor household": "near-poor",
    "newly escaped from poverty": "newly-escaped",
    "household at risk of falling back": "at-risk",
    "household in hardship": "hardship",
    "household struck by sudden hardship": "sudden-hardship",
    "policy household": "policy",
    "older person": "elderly",
    "elderly person living alone": "lonely-elderly",
    "person with a disability": "disability",
    "child": "child",
    "agent orange victim": "agent-orange",
}
_SEXES = {"nam": "male", "male": "male", "m": "male", "trai": "male"}
_SEXES |= {"nu": "female", "female": "female", "f": "female", "gai": "female"}
_TITLE = re.compile(r"^(ông|bà|anh|chị|cụ|ong|ba)\s*[:.]?\s+(?=\S+\s+\S+)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a row is not simply taken: a code, and the numbers its sentence needs."""

    code: str
    facts: tuple[tuple[str, str | int], ...] = ()


def text_of(cell: Cell) -> str:
    """The cell as one tidy line; whole numbers without their ".0"."""
    if cell is None or isinstance(cell, bool):
        return ""
    if isinstance(cell, float):
        return str(int(cell)) if cell == int(cell) else str(cell)
    if isinstance(cell, str):
        return tidy(_INVISIBLE.sub("", cell))[:LONGEST_TEXT]
    return str(cell)


def is_blank(cell: Cell) -> bool:
    """Whether nothing is written there."""
    return text_of(cell) == ""


def is_legacy(text: str) -> bool:
    """Whether the text was typed with an old font and would be stored as nonsense."""
    return bool(_LEGACY.search(text) or _VNI.search(text))


def read_name(cell: Cell) -> tuple[str, list[Reason]]:
    """A person's name without its title; capitals only become a proper name again."""
    name = _TITLE.sub("", text_of(cell))[:LONGEST_NAME]
    if not name:
        return "", [Reason("name-missing")]
    if is_legacy(name):
        return name, [Reason("text-old-font")]
    if not any(c.isalpha() for c in name):
        return name, [Reason("name-unreadable")]
    doubts = [Reason("name-has-digits")] if any(c.isdigit() for c in name) else []
    if name.isupper():
        name = " ".join(word.capitalize() for word in name.split(" "))
    if " " not in name:
        doubts.append(Reason("name-one-word"))
    return name, doubts


def read_standings(cell: Cell) -> tuple[tuple[str, ...], list[Reason]]:
    """The classes that a cell names, several with commas; unknown words are an error."""
    text = fold(text_of(cell))
    if not text:
        return (), []
    found: list[str] = []
    for part in re.split(r"[,;/+]|\bva\b", text):
        words = re.sub(r"[^\w ]+", " ", part).strip()
        words = re.sub(r"\s+", " ", words).removeprefix("dien ").removeprefix("thuoc dien ")
        if not words:
            continue
        if words not in STANDINGS or "?" in part:
            return tuple(found), [Reason("standing-unknown")]
        found.append(STANDINGS[words])
    return tuple(dict.fromkeys(found)), []


def read_size(cell: Cell) -> tuple[int | None, list[Reason]]:
    """How many people live there; a word beside the number is only doubtful."""
    text = text_of(cell)
    if not text:
        return None, []
    found = re.fullmatch(r"(-?\d+)\s*(\D*)", text)
    if found is None:
        return None, [Reason("size-unreadable")]
    size = int(found[1])
    if size <= 0:
        return None, [Reason("size-not-positive")]
    if size > MOST_MEMBERS:
        return None, [Reason("size-too-large", (("size", size),))]
    return size, [Reason("size-with-words")] if found[2] else []


def read_sex(cell: Cell) -> tuple[str | None, list[Reason]]:
    """Male or female, or a doubt about what is written."""
    word = fold(text_of(cell))
    if not word:
        return None, []
    return _SEXES.get(word), [] if word in _SEXES else [Reason("sex-unknown")]
