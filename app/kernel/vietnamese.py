"""Vietnamese text: one spelling, accent-free search, and the order of its alphabet.

The embedded database has no collation for Vietnamese, so order and search are stored columns
computed here (DOMAIN.md, 8.3).
"""

import re
import unicodedata

ALPHABET = "aăâbcdđeêfghijklmnoôơpqrstuưvwxyz"
# Within one letter: level, huyền, hỏi, ngã, sắc, nặng.
TONES = {"\u0300": 1, "\u0309": 2, "\u0303": 3, "\u0301": 4, "\u0323": 5}
_LETTER_MARKS = {"\u0306", "\u0302", "\u031b"}
_BLANKS = re.compile(r"\s+")
_PLAIN: dict[int, str] = {ord(a): b for a, b in zip("đĐ₫–…", "dDd-.", strict=True)}
_APOSTROPHES = str.maketrans({"’": "'", "ʼ": "'", "`": "'"})
# Sort weights start above the blank's, so that a shorter word stands first.
_FIRST_WEIGHT = 2


def tidy(text: str) -> str:
    """NFC with single blanks and plain apostrophes: what is stored and shown."""
    composed = unicodedata.normalize("NFC", text).translate(_APOSTROPHES)
    return _BLANKS.sub(" ", composed).strip()


def fold(text: str) -> str:
    """Lower case without any accent, đ as d, single blanks: what search compares.

    Hoà and Hòa, composed or decomposed, fold alike.
    """
    plain = unicodedata.normalize("NFD", tidy(text).lower())
    bare = "".join(c for c in plain if unicodedata.category(c) != "Mn")
    return bare.replace("đ", "d").replace("₫", "d")


def without_accents(text: str) -> str:
    """The same text for a plain SMS: case kept, every accent gone, đ as d."""
    plain = unicodedata.normalize("NFD", text)
    bare = "".join(c for c in plain if unicodedata.category(c) != "Mn")
    return bare.translate(_PLAIN)


def name_parts(name: str) -> tuple[str, str, str]:
    """Family, middle and given name; a single word is the given name."""
    words = tidy(name).split(" ")
    if len(words) == 1:
        return "", "", words[0]
    return words[0], " ".join(words[1:-1]), words[-1]


def given_name(name: str) -> str:
    """The name by which a person is addressed: "bà Tím"."""
    return name_parts(name)[2]


def name_sort_key(name: str) -> str:
    """The stored key of a person: given name, then family, then middle, in our alphabet."""
    family, middle, given = name_parts(name)
    return text_sort_key(f"{given} {family} {middle}")


def text_sort_key(text: str) -> str:
    """A key whose bytes order as the Vietnamese alphabet does; digits first, numbers by value.

    Letters decide before tones: all words are compared toneless, then by their tones.
    """
    letters, tones = [], []
    for word in re.findall(r"\d+|\D+", tidy(text).lower()):
        if word.isdecimal():
            letters.append(f"!{len(word.lstrip('0')):02d}{word.lstrip('0')}")
            tones.append("0")
            continue
        for char in word:
            base, tone = _letter_and_tone(char)
            letters.append(base)
            tones.append(str(tone))
    return "".join(letters) + " " + "".join(tones)


def _letter_and_tone(char: str) -> tuple[str, int]:
    """A sort sign for the letter without its tone, and the tone 0 to 5."""
    parts = unicodedata.normalize("NFD", char)
    tone = next((TONES[c] for c in parts if c in TONES), 0)
    letter = unicodedata.normalize("NFC", "".join(c for c in parts if c not in TONES))
    place = ALPHABET.find(letter)
    return (chr(ord("0") + _FIRST_WEIGHT + place), tone) if place >= 0 else (" ", tone)
