"""A ward's own words for its messages and letters: what they must name, what they must not say.

The blanks are those of DOMAIN.md, 6.6; staff word everything around them. Pure.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from urllib.parse import urlsplit

from app.kernel.vietnamese import fold, without_accents
from app.notices.rules import Template
from app.notices.sms import MOST_PARTS, SmsSize, sms_size


class Piece(StrEnum):
    """What of a notice a ward words: its SMS, or the subject and the first words of its letter."""

    SMS = "sms"
    SUBJECT = "subject"
    OPENING = "opening"


class Moment(StrEnum):
    """Words that a ward may choose: a short message, the subject or the opening of a letter.

    One template may have several. The rest of a letter, its link among it, is the product's.
    """

    PLEDGE_ACCEPTED = "pledge-accepted"
    MATCH_FOUND = "match-found"
    INVITATION = "invitation"
    APPOINTMENT_CHANGED = "appointment-changed"
    APPOINTMENT_CANCELLED = "appointment-cancelled"
    APPOINTMENT_REMINDER = "appointment-reminder"
    GIFT_RECEIVED = "gift-received"
    HANDED_OVER = "handed-over"
    INSURANCE_RENEWAL = "insurance-renewal"
    PLEDGE_ACCEPTED_SUBJECT = "pledge-accepted-subject"
    PLEDGE_ACCEPTED_OPENING = "pledge-accepted-opening"
    MATCH_FOUND_SUBJECT = "match-found-subject"
    MATCH_FOUND_OPENING = "match-found-opening"
    GIFT_RECEIVED_SUBJECT = "gift-received-subject"
    GIFT_RECEIVED_OPENING = "gift-received-opening"
    HANDED_OVER_SUBJECT = "handed-over-subject"
    HANDED_OVER_OPENING = "handed-over-opening"

    @property
    def piece(self) -> Piece:
        """Which piece of a notice it is."""
        last = self.value.rpartition("-")[2]
        return Piece(last) if last in {Piece.SUBJECT, Piece.OPENING} else Piece.SMS

    @property
    def template(self) -> Template:
        """The template that it is a piece of."""
        if self is Moment.APPOINTMENT_CANCELLED:
            return Template.APPOINTMENT_CHANGED
        return Template(self.value.removesuffix(f"-{self.piece.value}"))


# The templates whose letters have an opening of their own.
OPENED = frozenset(moment.template for moment in Moment if moment.piece is Piece.OPENING)

_GIFT = "5 suất Quà Tết"
_VISIT = {
    "gio": "08:30",
    "ngay": "28/11/2026",
    "dia_diem": "Nhà văn hoá tổ dân phố 5",
    "ma": "TR-5HT2WX",
}
# The blanks of each moment, each with what stands in it when staff look at the words.
BLANKS: Mapping[Moment, Mapping[str, str]] = MappingProxyType(
    {
        Moment.PLEDGE_ACCEPTED: {"ma_ck": "CK-7K3F9Q", "link": "/pledges/7K3F9Q"},
        Moment.MATCH_FOUND: {"ma_ck": "CK-7K3F9Q", "ma": "NC-4ND8TR", "link": "/pledges/7K3F9Q"},
        Moment.INVITATION: {"ten": "Nguyễn Thị Tím"} | _VISIT,
        Moment.APPOINTMENT_CHANGED: _VISIT,
        Moment.APPOINTMENT_CANCELLED: {"ma": "TR-5HT2WX", "gio": "08:30", "ngay": "28/11/2026"},
        Moment.APPOINTMENT_REMINDER: {"ten": "Nguyễn Thị Tím"} | _VISIT,
        Moment.GIFT_RECEIVED: {
            "qua": _GIFT,
            "ma_ck": "CK-7K3F9Q",
            "so": "PN-2026-000042",
        },
        Moment.HANDED_OVER: {"ngay": "28/11/2026", "ma_ck": "CK-7K3F9Q"},
        Moment.PLEDGE_ACCEPTED_SUBJECT: {"ma_ck": "CK-7K3F9Q"},
        Moment.PLEDGE_ACCEPTED_OPENING: {"ma_ck": "CK-7K3F9Q"},
        Moment.MATCH_FOUND_SUBJECT: {"ma_ck": "CK-7K3F9Q"},
        Moment.MATCH_FOUND_OPENING: {"ma_ck": "CK-7K3F9Q", "ma": "NC-4ND8TR"},
        Moment.GIFT_RECEIVED_SUBJECT: {"ma_ck": "CK-7K3F9Q", "qua": _GIFT},
        Moment.GIFT_RECEIVED_OPENING: {
            "qua": _GIFT,
            "ma_ck": "CK-7K3F9Q",
            "ngay": "28/11/2026",
            "so": "PN-2026-000042",
        },
        Moment.HANDED_OVER_SUBJECT: {"ma_ck": "CK-7K3F9Q"},
        Moment.HANDED_OVER_OPENING: {"ma_ck": "CK-7K3F9Q", "ngay": "28/11/2026"},
        Moment.INSURANCE_RENEWAL: {
            "phuong": "phường Khương Đình",
            "ten": "Nguyễn Thị Tím",
            "ngay": "28/11/2026",
            "sdt": "024 3858 0000",
        },
    }
)
LONGEST = 480
# A mail reader shows about so much of a subject on a phone, twice over.
MOST_SUBJECT = 120
_BLANK = re.compile(r"\{([^{}]*)\}")
_LINK = re.compile(
    r"(?:https?://|www\.)\S+|\b[\w-]+(?:\.[\w-]+)*\.(?:vn|com|net|org|info|top|xyz)\b\S*",
    re.IGNORECASE,
)
_AMOUNT = re.compile(r"\d[\d.,]*\s*(?:đồng|đ|dong|vnd|triệu|trieu|nghìn|nghin|k)\b", re.IGNORECASE)
# What names why somebody is helped, or more of a person than a message may carry (DOMAIN.md, 6.6).
_SENSITIVE = (
    "ngheo", "hiv", "aids", "khuyet tat", "tan tat", "benh nhan", "benh tat", "mac benh",
    "bi benh", "benh hiem", "tam than", "mo coi", "chat doc",
    "da cam", "cccd", "cmnd", "can cuoc cong dan", "so nha", "poor", "poverty", "disab", "illness",
    "disease", "orphan",
)  # fmt: skip
AT_HOME = frozenset(
    {
        Moment.INVITATION,
        Moment.APPOINTMENT_CHANGED,
        Moment.APPOINTMENT_CANCELLED,
        Moment.APPOINTMENT_REMINDER,
        Moment.INSURANCE_RENEWAL,
    }
)


@dataclass(frozen=True, slots=True)
class WordsDraft:
    """Words as somebody typed them. was: the ward's own words that the page showed, or empty."""

    moment: Moment
    language: str
    words: str
    was: str


@dataclass(frozen=True, slots=True)
class Fault:
    """What keeps words from being used. code: see texts.WORD_FAULTS; what: the word meant."""

    code: str
    what: str = ""


@dataclass(frozen=True, slots=True)
class Sample:
    """Words with their blanks filled as an example; plain: as an SMS leaves, without accents."""

    text: str
    plain: str
    plain_size: SmsSize
    accented_size: SmsSize


def moments_of(template: Template, values: Mapping[str, object]) -> dict[str, Piece]:
    """Whose words a message uses, by their names; empty if its words are not a ward's to choose."""
    cancelled = template is Template.APPOINTMENT_CHANGED and bool(values.get("cancelled"))
    found = [moment for moment in Moment if moment.template is template]
    if template is Template.APPOINTMENT_CHANGED:
        found = [m for m in found if (m is Moment.APPOINTMENT_CANCELLED) is cancelled]
    return {moment.value: moment.piece for moment in found}


def sample_of(moment: Moment, words: str, base_url: str) -> Sample:
    """The words as somebody would read them."""
    values = dict(BLANKS[moment])
    if "link" in values:
        values["link"] = base_url + values["link"]
    text = filled(words, values)
    plain = without_accents(text)
    return Sample(text, plain, sms_size(plain), sms_size(text))


def filled(words: str, values: Mapping[str, str]) -> str:
    """The words with each blank filled; one that is not known stays as it is."""
    return _BLANK.sub(lambda blank: values.get(blank[1], blank[0]), " ".join(words.split()))


def faults_of(moment: Moment, words: str, base_url: str) -> list[Fault]:
    """Everything that keeps these words from being used, in the order in which one reads."""
    named = _BLANK.findall(words)
    found = [Fault("blank-missing", f"{{{name}}}") for name in BLANKS[moment] if name not in named]
    found += [Fault("blank-unknown", f"{{{name}}}") for name in named if name not in BLANKS[moment]]
    bare = _BLANK.sub(" ", words)
    if "{" in bare or "}" in bare:
        found.append(Fault("brace-alone"))
    own = urlsplit(base_url).hostname
    found += [Fault("link-foreign", link) for link in _LINK.findall(bare) if _host(link) != own]
    folded = f" {fold(bare)}"
    found += [Fault("word-sensitive", word) for word in _SENSITIVE if f" {word}" in folded]
    if moment in AT_HOME and (amount := _AMOUNT.search(bare)):
        found.append(Fault("amount-told", amount[0]))
    if not found and (code := _too_long(moment.piece, sample_of(moment, words, base_url))):
        found.append(Fault(code))
    return found


def _too_long(piece: Piece, sample: Sample) -> str:
    """The code of what is wrong with the length; empty if nothing is."""
    if piece is Piece.SMS:
        return "too-long" if sample.plain_size.parts > MOST_PARTS else ""
    return "subject-too-long" if piece is Piece.SUBJECT and len(sample.text) > MOST_SUBJECT else ""


def _host(link: str) -> str | None:
    return urlsplit(link if "://" in link else f"https://{link}").hostname
