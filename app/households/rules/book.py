"""Households: what may be known of them, how it is vouched for, what may be shown. Pure."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum


class StandingKind(StrEnum):
    """The facts that open doors to help; each has a source, a verifier and an expiry."""

    POOR = "poor"
    NEAR_POOR = "near-poor"
    NEWLY_ESCAPED = "newly-escaped"
    AT_RISK = "at-risk"
    HARDSHIP = "hardship"
    SUDDEN_HARDSHIP = "sudden-hardship"
    POLICY = "policy"
    ELDERLY = "elderly"
    LONELY_ELDERLY = "lonely-elderly"
    DISABILITY = "disability"
    CHILD = "child"
    AGENT_ORANGE = "agent-orange"


class SafeGroup(StrEnum):
    """The groups that a donor may name and a card may show (DOMAIN.md, 5)."""

    POOR = "poor"
    NEAR_POOR = "near-poor"
    NEWLY_ESCAPED = "newly-escaped"
    HARDSHIP = "hardship"
    SUDDEN_HARDSHIP = "sudden-hardship"
    POLICY = "policy"
    ELDERLY = "elderly"
    LONELY_ELDERLY = "lonely-elderly"
    DISABILITY = "disability"
    CHILD = "child"
    AGENT_ORANGE = "agent-orange"


class StandingState(StrEnum):
    """How far a fact is vouched for."""

    SUBMITTED = "submitted"
    VERIFIED = "verified"
    APPROVED = "approved"
    REJECTED = "rejected"
    ENDED = "ended"


TRANSITIONS: Mapping[StandingState, frozenset[StandingState]] = {
    StandingState.SUBMITTED: frozenset({StandingState.VERIFIED, StandingState.REJECTED}),
    StandingState.VERIFIED: frozenset({StandingState.APPROVED, StandingState.REJECTED}),
    StandingState.APPROVED: frozenset({StandingState.ENDED}),
    StandingState.REJECTED: frozenset(),
    StandingState.ENDED: frozenset(),
}

# A household is in one of these classes at a time; a new one ends the one before.
CLASSES = frozenset(
    {
        StandingKind.POOR,
        StandingKind.NEAR_POOR,
        StandingKind.NEWLY_ESCAPED,
        StandingKind.AT_RISK,
    }
)
# A group leader reads the class only: illness, disability and children are not theirs to see.
SHOWN_TO_GROUP_LEADERS = CLASSES | {
    StandingKind.HARDSHIP,
    StandingKind.SUDDEN_HARDSHIP,
    StandingKind.POLICY,
}

# A class of poverty holds until the next yearly review; the rest until it is looked at again.
MONTHS_VALID: Mapping[StandingKind, int] = {
    StandingKind.SUDDEN_HARDSHIP: 3,
    StandingKind.NEWLY_ESCAPED: 36,
    StandingKind.DISABILITY: 60,
    StandingKind.AGENT_ORANGE: 120,
    StandingKind.POLICY: 120,
}
DEFAULT_MONTHS = 13
OLD_AGE = 60


def default_expiry(kind: StandingKind, on: date) -> date:
    """The day until which a fact of this kind holds when it is approved on `on`."""
    months = on.year * 12 + on.month - 1 + MONTHS_VALID.get(kind, DEFAULT_MONTHS)
    return date(months // 12, months % 12 + 1, min(on.day, 28))


@dataclass(frozen=True, slots=True)
class HouseholdFilter:
    """What a list of households is narrowed to; `search` needs no accents."""

    search: str = ""
    group_id: str | None = None
    kind: str | None = None


@dataclass(frozen=True, slots=True)
class MemberDraft:
    """A person as typed: digits of the citizen number, birth by day or year."""

    name: str
    birth_year: int | None = None
    born_on: date | None = None
    sex: str | None = None
    relation: str | None = None
    citizen_number: str | None = None


@dataclass(frozen=True, slots=True)
class HouseholdDraft:
    """A household as typed: its head, where it lives, how it is reached. phone: E.164."""

    head: MemberDraft
    group: str | None = None
    address: str | None = None
    phone: str | None = None
    note: str | None = None
    own_code: str | None = None
    size: int | None = None


@dataclass(frozen=True, slots=True)
class StandingDraft:
    """A fact to be vouched for. member_id: whose it is, None for the whole household."""

    kind: StandingKind
    source: str
    valid_from: date
    valid_until: date | None
    member_id: str | None = None


@dataclass(frozen=True, slots=True)
class VisitDraft:
    """What a verifier saw: on which day, and until when the fact is to hold."""

    visited_on: date
    valid_until: date | None


class ConsentPurpose(StrEnum):
    """What a household may agree to, each by itself (Law 91/2025/QH15)."""

    KEEP_RECORD = "keep-record"
    SHOW_CARD = "show-anonymous-card"
    SHARE_WITH_DONOR = "share-with-donor"
    PHOTO = "photo"
    MESSAGE = "message"


class Agreement(StrEnum):
    """What a household said last to one purpose; one that was never asked has not agreed."""

    GIVEN = "given"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    NOT_ASKED = "not-asked"


@dataclass(frozen=True, slots=True)
class Answer:
    """What was said when a household was asked, and when it was taken back if it was a yes."""

    given_at: datetime
    withdrawn_at: datetime | None
    refused: bool = False


# What a household said no to in one way or the other: nobody may read a yes into it.
NO = frozenset({Agreement.REFUSED, Agreement.WITHDRAWN})


def agreement_of(answers: Collection[Answer]) -> Agreement:
    """What holds of all answers to one purpose: a yes in force, else the last word of the no's.

    A consent given anew after a no counts: only one at a time is in force.
    """
    if not answers:
        return Agreement.NOT_ASKED
    if any(a.withdrawn_at is None for a in answers):
        return Agreement.GIVEN
    last = max(answers, key=lambda a: (a.withdrawn_at or a.given_at, a.refused))
    return Agreement.REFUSED if last.refused else Agreement.WITHDRAWN


class ConsentMethod(StrEnum):
    """How the answer was given; silence is none."""

    PAPER = "paper"
    WITNESSED = "witnessed"
    ELECTRONIC = "electronic"


CONSENT_TEXT = "2026-1"


@dataclass(frozen=True, slots=True)
class ConsentDraft:
    """A household's answer as written down by staff."""

    purpose: ConsentPurpose
    method: ConsentMethod
    agrees: bool = True


class RowDecision(StrEnum):
    """What an officer says of a row that may repeat somebody."""

    TAKE = "take"
    LEAVE = "leave"


UNDO_FOR = timedelta(hours=24)
REVEALED_FOR = timedelta(minutes=5)


def may_undo(committed_at: datetime | None, now: datetime) -> bool:
    """Whether an import is young enough to be taken back."""
    return committed_at is not None and now - committed_at < UNDO_FOR


def is_taken(verdict: str, decision: str | None) -> bool:
    """Whether a row of an import is written into the book: a good one, or one a person vouched for.

    An error or a certain duplicate never is.
    """
    if decision == RowDecision.LEAVE:
        return False
    return verdict in {"ok", "warning"} or (
        verdict == "possible_duplicate" and decision == RowDecision.TAKE
    )


SAFE_GROUPS = frozenset(group.value for group in SafeGroup)


def safe_groups(kinds: Collection[str], birth_years: Collection[int], today: date) -> list[str]:
    """The groups a household may be counted in by donors, from approved facts and ages."""
    groups = {kind for kind in kinds if kind in SAFE_GROUPS}
    if any(today.year - year >= OLD_AGE for year in birth_years):
        groups.add(SafeGroup.ELDERLY.value)
    return sorted(groups)
