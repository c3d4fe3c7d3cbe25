"""Needs: their states, and what may be written down of them. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

MOST_COST = 10**12
LONGEST_STORY = 300
# A gift this small may be verified by who registered it (TRUST.md, 4.1).
LIGHT_BELOW_DONG = 500_000


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


# A need in one of these states still asks for something.
LIVE = tuple(
    s.value
    for s in (
        NeedState.DRAFT,
        NeedState.SUBMITTED,
        NeedState.VERIFIED,
        NeedState.APPROVED,
        NeedState.SUSPENDED,
    )
)


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


@dataclass(frozen=True, slots=True)
class NeedFilter:
    """What a list of needs is narrowed to; `search` finds codes and names without accents."""

    state: str | None = None
    kind_code: str | None = None
    urgency: int | None = None
    search: str = ""


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
