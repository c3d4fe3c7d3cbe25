"""Needs: their states, what they must show, and the card that names nobody. Pure."""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from app.kernel.vietnamese import fold

MOST_COST = 10**12
LONGEST_STORY = 300
SMALLEST_GROUP = 5
# A gift this small may be verified by who registered it (TRUST.md, 4.1).
LIGHT_BELOW_DONG = 500_000
CARD_DELAY = timedelta(hours=72)


class NeedState(StrEnum):
    """Where a need stands; app.needs.__init__ draws the arrows."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    VERIFIED = "verified"
    APPROVED = "approved"
    CLOSED = "closed"
    REJECTED = "rejected"
    SUSPENDED = "suspended"
    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"


TRANSITIONS: Mapping[NeedState, frozenset[NeedState]] = {
    NeedState.DRAFT: frozenset({NeedState.SUBMITTED, NeedState.WITHDRAWN}),
    NeedState.SUBMITTED: frozenset(
        {NeedState.VERIFIED, NeedState.DRAFT, NeedState.REJECTED, NeedState.WITHDRAWN}
    ),
    NeedState.VERIFIED: frozenset(
        {NeedState.APPROVED, NeedState.DRAFT, NeedState.REJECTED, NeedState.WITHDRAWN}
    ),
    NeedState.APPROVED: frozenset(
        {NeedState.SUSPENDED, NeedState.CLOSED, NeedState.EXPIRED, NeedState.WITHDRAWN}
    ),
    NeedState.SUSPENDED: frozenset({NeedState.APPROVED, NeedState.WITHDRAWN}),
    NeedState.CLOSED: frozenset({NeedState.APPROVED}),
    NeedState.REJECTED: frozenset(),
    NeedState.EXPIRED: frozenset(),
    NeedState.WITHDRAWN: frozenset(),
}


def may_become(state: NeedState, wanted: NeedState) -> bool:
    """Whether a need may go from one state to the other."""
    return wanted in TRANSITIONS[state]


def sources_of(wanted: NeedState) -> tuple[str, ...]:
    """The states from which a need may come to `wanted`, for a guarded update."""
    return tuple(s.value for s, to in TRANSITIONS.items() if wanted in to)


class Urgency(StrEnum):
    """How soon help must come; stored as 0 to 3."""

    NORMAL = "normal"
    SOON = "soon"
    URGENT = "urgent"
    EMERGENCY = "emergency"

    @property
    def level(self) -> int:
        """0 for normal, 3 for an emergency."""
        return list(Urgency).index(self)


def urgency_of(level: int) -> Urgency:
    """The word for a stored level."""
    return list(Urgency)[level]


@dataclass(frozen=True, slots=True)
class NeedDraft:
    """What staff write down of a need. cost_dong: of all units together, 0 for the default."""

    kind_code: str
    units: int
    cost_dong: int
    urgency: int
    starts_on: date
    deadline_on: date | None
    spec: Mapping[str, object]
    evidence: tuple[str, ...]
    story: str
    programme_id: str | None = None
    member_id: str | None = None


def refusal_for(draft: NeedDraft, max_units: int) -> str | None:
    """Why a need may not be written down so, as an error code, or None."""
    if not 1 <= draft.units <= max_units:
        return "need-units-out-of-range"
    if not 0 <= draft.cost_dong <= MOST_COST:
        return "need-cost-out-of-range"
    if draft.deadline_on is not None and draft.deadline_on < draft.starts_on:
        return "need-deadline-before-start"
    if len(draft.story) > LONGEST_STORY:
        return "need-story-too-long"
    return None


def is_light(kind_code: str, cost_dong: int) -> bool:
    """Whether one person may both register and verify it; approval is always another's."""
    return kind_code in {"qua_tet", "nhu_yeu_pham", "sieu_thi_0d"} and cost_dong <= LIGHT_BELOW_DONG


# ---- the anonymised card (DOMAIN.md, 5)


class SafeLabel(StrEnum):
    """The groups that a card may name. Child groups 5-7 and 9-12, illness and HIV never do."""

    POOR = "poor"
    NEAR_POOR = "near-poor"
    NEWLY_ESCAPED = "newly-escaped"
    HARDSHIP = "hardship"
    POLICY = "policy"
    LONELY_ELDERLY = "lonely-elderly"
    ELDERLY = "elderly"
    DISABILITY = "disability"
    CHILD = "child"
    AGENT_ORANGE = "agent-orange"


# The label that tells most of why help is needed stands first.
LABEL_ORDER: Sequence[SafeLabel] = (
    SafeLabel.LONELY_ELDERLY,
    SafeLabel.DISABILITY,
    SafeLabel.POOR,
    SafeLabel.NEAR_POOR,
    SafeLabel.CHILD,
    SafeLabel.POLICY,
    SafeLabel.NEWLY_ESCAPED,
    SafeLabel.ELDERLY,
    SafeLabel.HARDSHIP,
    SafeLabel.AGENT_ORANGE,
)
AGE_BANDS = ((5, "0-5"), (10, "6-10"), (15, "11-15"), (17, "16-17"), (59, "18-59"), (79, "60-79"))
OLDEST_BAND = "80+"


def age_band(birth_year: int | None, today: date) -> str | None:
    """The band of a person's age, or None if the year of birth is not known."""
    if birth_year is None:
        return None
    age = today.year - birth_year
    return next((band for most, band in AGE_BANDS if age <= most), OLDEST_BAND)


def label_of(groups: Collection[str]) -> SafeLabel | None:
    """The one label a card shows of a household's groups."""
    return next((label for label in LABEL_ORDER if label.value in groups), None)


@dataclass(frozen=True, slots=True)
class Anonymous:
    """What of a person may stand on a card."""

    label: SafeLabel | None
    age_band: str | None


def anonymised(
    groups: Collection[str], band: str | None, people: Mapping[tuple[str | None, str | None], int]
) -> Anonymous:
    """Label and age band, coarsened until at least five people of the ward share them.

    people: how many of the ward have (label, band), with None for "any". Source: the k < 5 rule
    of DOMAIN.md, 5: first the age band goes, then the label.
    """
    label = label_of(groups)
    if band is not None and people.get((label, band), 0) >= SMALLEST_GROUP:
        return Anonymous(label, band)
    if people.get((label, None), 0) >= SMALLEST_GROUP:
        return Anonymous(label, None)
    return Anonymous(None, None)


_PHONE = re.compile(r"(?:\+?84|0)(?:[\s.\-]?\d){8,10}")
_LONG_NUMBER = re.compile(r"\d{9,}")
_ADDRESS = re.compile(
    r"\b(so nha|ngo|ngach|hem|kiet|duong|pho|to dan pho|tdp|to|thon|ap|khu)\s+(so\s+)?\d+",
    re.IGNORECASE,
)
_PERSON = re.compile(
    r"\b(?:ông|bà|anh|chị|cụ|em|cháu|chú|cô|bác)\s+(?:[A-ZĐÀ-Ỹ][a-zđà-ỹ]+)", re.UNICODE
)
_FULL_NAME = re.compile(
    r"\b(?:Nguyễn|Trần|Lê|Phạm|Hoàng|Huỳnh|Phan|Vũ|Võ|Đặng|Bùi|Đỗ|Hồ|Ngô|Dương|Lý)"
    r"\s+(?:[A-ZĐÀ-Ỹ][a-zđà-ỹ]*\s*){1,3}"
)


class Identifying(StrEnum):
    """What in a story would tell who it is about."""

    PHONE = "story-has-phone"
    NUMBER = "story-has-number"
    ADDRESS = "story-has-address"
    NAME = "story-has-name"


def identifying_parts(story: str, own_names: Collection[str] = ()) -> list[Identifying]:
    """What in a story must go before it may stand on a card; own_names: of the household."""
    folded = fold(story)
    checks = (
        (Identifying.PHONE, bool(_PHONE.search(story))),
        (Identifying.NUMBER, bool(_LONG_NUMBER.search(story))),
        (Identifying.ADDRESS, bool(_ADDRESS.search(folded))),
        (
            Identifying.NAME,
            bool(_PERSON.search(story) or _FULL_NAME.search(story))
            or any(fold(name) in folded for name in own_names if " " in name),
        ),
    )
    return [part for part, found in checks if found]


def posting_delay(seed: int, longest: timedelta = CARD_DELAY) -> timedelta:
    """How long a card waits, so that it is not "the family visited today"."""
    minutes = max(1, int(longest.total_seconds() // 60))
    return timedelta(minutes=seed % minutes) if longest else timedelta(0)
