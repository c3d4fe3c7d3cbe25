"""Campaigns, pure: their states, which reminder is due, and how far cover has grown."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum
from types import MappingProxyType

from app.notices.rules import TEMPLATES, Template, Topic


@dataclass(frozen=True, slots=True)
class CampaignKind:
    """What a kind of campaign needs and does; its words are in texts.KINDS.

    needs: the columns without which a list is refused. steps: days before the last one at which
    somebody is reminded. cause: what its notices are of. shows_cover: whether its pages compare
    how many of the ward's people are covered, before and now.
    """

    key: str
    template: Template
    cause: str
    needs: frozenset[str]
    steps: tuple[int, ...]
    shows_cover: bool

    @property
    def topic(self) -> Topic | None:
        """What a person turns off to be reminded no more."""
        return TEMPLATES[self.template].topic


INSURANCE = CampaignKind(
    key=Template.INSURANCE_RENEWAL.value,
    template=Template.INSURANCE_RENEWAL,
    cause="insurance-card",
    needs=frozenset({"card", "expiry"}),
    steps=(30, 15, 7, 1),
    shows_cover=True,
)
# So many people one person may let a campaign reach; for more, another agrees (TRUST.md, 4.1).
LARGEST_ALONE = 200
KINDS: Mapping[str, CampaignKind] = MappingProxyType({kind.key: kind for kind in (INSURANCE,)})


class CampaignState(StrEnum):
    """Whether a campaign reminds."""

    DRAFT = "draft"
    RUNNING = "running"
    PAUSED = "paused"
    STOPPED = "stopped"


_S = CampaignState
TRANSITIONS: Mapping[CampaignState, frozenset[CampaignState]] = MappingProxyType(
    {
        _S.DRAFT: frozenset({_S.RUNNING, _S.STOPPED}),
        _S.RUNNING: frozenset({_S.PAUSED, _S.STOPPED}),
        _S.PAUSED: frozenset({_S.RUNNING, _S.STOPPED}),
        _S.STOPPED: frozenset(),
    }
)


class AgreementState(StrEnum):
    """What became of asking a second person. LAPSED: the list grew, or the campaign ended."""

    ASKED = "asked"
    AGREED = "agreed"
    DECLINED = "declined"
    LAPSED = "lapsed"


def needs_agreement(people: int, agreed: int) -> bool:
    """Whether a second person must agree before a campaign reminds anybody more.

    people: those on its list, whom it would reach in time. agreed: for how many somebody has
    agreed already, 0 if nobody has.
    """
    return people > max(LARGEST_ALONE, agreed)


class ListKind(StrEnum):
    """What a list tells: cards that somebody holds, or cards that were renewed."""

    CARDS = "cards"
    RENEWALS = "renewals"


@dataclass(frozen=True, slots=True)
class CampaignDraft:
    """A campaign to begin. population: of the ward; covered: of them, when it begins."""

    population: int
    covered: int
    hotline: str
    kind: CampaignKind = INSURANCE


@dataclass(frozen=True, slots=True)
class Coverage:
    """How many of a ward's people are insured, before a campaign and now."""

    population: int
    before: int
    after: int

    @property
    def share_before(self) -> Decimal:
        """In percent, to two places."""
        return percent(self.before, self.population)

    @property
    def share_after(self) -> Decimal:
        """In percent, to two places."""
        return percent(self.after, self.population)

    @property
    def points(self) -> Decimal:
        """By how many percentage points cover grew."""
        return self.share_after - self.share_before


def percent(part: int, whole: int) -> Decimal:
    """`part` of `whole` (> 0) in percent, rounded half up to two places."""
    share = Decimal(100) * part / whole
    return share.quantize(Decimal("0.01"), rounding=ROUND_HALF_UP)


def step_due(expires_on: date, today: date, steps: Sequence[int]) -> int | None:
    """The reminder that is due: the least step that is not below the days left; None if none.

    A day that was missed is caught up on the next, since the step stays the same until the one
    after it begins. A card that has run out is reminded of no more.
    """
    left = (expires_on - today).days
    begun = [step for step in steps if step >= left]
    return min(begun) if left >= 0 and begun else None
