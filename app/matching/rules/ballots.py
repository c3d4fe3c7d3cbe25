"""A ballot on the policy: who votes among whom, what a ranking is worth, what may be told of it.

Borda's count: of each pair of candidates the one ranked higher gets a point, both half a one if
ranked alike. Source: Lee et al., WeBuildAI, CSCW 2019; app/matching/DECISIONS.md, 31.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from fractions import Fraction
from types import MappingProxyType

from app.accounts.rules import Role

FEWEST_SHOWN = 5
FEWEST_CANDIDATES, MOST_CANDIDATES = 2, 6
MOST_PAPER_VOTES = 1_000


class BallotState(StrEnum):
    """open -> closed; an open one takes votes until its moment and is counted after it."""

    OPEN = "open"
    CLOSED = "closed"


class Constituency(StrEnum):
    """Whose voice is heard beside the others', each as loud, however many they are."""

    STAFF = "staff"
    DONORS = "donors"
    VOLUNTEERS = "volunteers"
    ORGANISATIONS = "organisations"


# Organisations, the Front first of all, vote in meetings of their own; staff enter the minute.
CONSTITUENCIES: Mapping[Role, Constituency] = MappingProxyType(
    {
        Role.WARD_OFFICER: Constituency.STAFF,
        Role.WARD_APPROVER: Constituency.STAFF,
        Role.PROVINCE_OFFICER: Constituency.STAFF,
        Role.GROUP_LEADER: Constituency.STAFF,
        Role.DONOR: Constituency.DONORS,
        Role.DONOR_ADMIN: Constituency.DONORS,
        Role.VOLUNTEER: Constituency.VOLUNTEERS,
        Role.EVENT_LEAD: Constituency.VOLUNTEERS,
    }
)


class Preset(StrEnum):
    """A candidate that is a trade-off in words, of which runs tell the price, and no version."""

    PRIORITY_FIRST = "priority-first"
    EVENNESS_FIRST = "evenness-first"


@dataclass(frozen=True, slots=True)
class BallotDraft:
    """A question with its candidates: `v` and a version's number, or a Preset."""

    question: str
    candidates: tuple[str, ...]
    closes_at: datetime


@dataclass(frozen=True, slots=True)
class PaperDraft:
    """What an organisation's meeting said: so many votes for one ranking, by which minute."""

    organisation: str
    minute: str
    ranking: Mapping[str, int]
    votes: int


@dataclass(frozen=True, slots=True)
class Slip:
    """`votes` (>= 1) equal rankings of one constituency: candidate -> rank, 1 the best."""

    constituency: Constituency
    ranking: Mapping[str, int]
    votes: int = 1


@dataclass(frozen=True, slots=True)
class Pool:
    """Constituencies that are told together, since one of them is too small to be told alone.

    scores: 0 (last for everybody) to 1 (first for everybody), each constituency as loud.
    """

    constituencies: tuple[Constituency, ...]
    voters: int
    scores: Mapping[str, Fraction]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a ballot says. pools is empty where too few voted for anything to be told.

    totals: over all constituencies with a voter, each as loud; places: 1 the best, shared if equal.
    """

    voters: int
    pools: tuple[Pool, ...]
    totals: Mapping[str, Fraction]
    places: Mapping[str, int]


def version_of(candidate: str) -> int | None:
    """The number of the version that a candidate is; None for a preset."""
    head, number = candidate[:1], candidate[1:]
    return int(number) if head == "v" and number.isdecimal() else None


def fault_in(ranking: Mapping[str, int], candidates: Sequence[str]) -> str | None:
    """Why a ranking cannot be counted, as an error code, or None. Candidates may be left out."""
    if not ranking:
        return "ballot-ranks-nothing"
    known = set(ranking) <= set(candidates)
    in_range = all(1 <= rank <= len(candidates) for rank in ranking.values())
    return None if known and in_range else "ballot-rank-unknown"


def points_of(ranking: Mapping[str, int], candidates: Sequence[str]) -> dict[str, int]:
    """Borda's points doubled, so that halves are whole: 0..2(n - 1) for each of n candidates.

    What is left out stands behind all that are ranked, side by side.
    """
    last = len(candidates) + 1
    ranks = {candidate: ranking.get(candidate, last) for candidate in candidates}
    return {
        one: sum(
            (ranks[other] > ranks[one]) + (ranks[other] >= ranks[one])
            for other in candidates
            if other != one
        )
        for one in candidates
    }


def outcome_of(candidates: Sequence[str], slips: Iterable[Slip]) -> Outcome:
    """Count a ballot. The order of slips and of candidates changes nothing."""
    voters, scores = _by_constituency(candidates, list(slips))
    shown = [Pool(group, sum(voters[c] for c in group), _mean(candidates, group, scores))
             for group in pooled(voters)]  # fmt: skip
    totals = _mean(candidates, tuple(voters), scores) if shown else {}
    places = {c: 1 + sum(other > totals[c] for other in totals.values()) for c in totals}
    return Outcome(sum(voters.values()), tuple(shown), totals, places)


def _by_constituency(
    candidates: Sequence[str], slips: Sequence[Slip]
) -> tuple[dict[Constituency, int], dict[Constituency, dict[str, Fraction]]]:
    most = 2 * (len(candidates) - 1)
    voters: dict[Constituency, int] = {}
    scores = {}
    for constituency in Constituency:
        own = [slip for slip in slips if slip.constituency is constituency]
        if not own:
            continue
        count = voters[constituency] = sum(slip.votes for slip in own)
        points = [(slip.votes, points_of(slip.ranking, candidates)) for slip in own]
        scores[constituency] = {
            c: Fraction(sum(votes * each[c] for votes, each in points), most * count)
            for c in candidates
        }
    return voters, scores


def _mean(
    candidates: Sequence[str],
    group: Sequence[Constituency],
    scores: Mapping[Constituency, Mapping[str, Fraction]],
) -> dict[str, Fraction]:
    return {c: sum((scores[g][c] for g in group), Fraction(0)) / len(group) for c in candidates}


def pooled(voters: Mapping[Constituency, int]) -> list[tuple[Constituency, ...]]:
    """Which constituencies are told alone and which together; empty if all are too few.

    Those below FEWEST_SHOWN are told together, with the smallest other one if they are still too
    few: else what they said would follow from the total.
    """
    large = [c for c in voters if voters[c] >= FEWEST_SHOWN]
    small = [c for c in voters if voters[c] < FEWEST_SHOWN]
    if small and sum(voters[c] for c in small) < FEWEST_SHOWN:
        if not large:
            return []
        smallest = min(large, key=lambda c: (voters[c], list(Constituency).index(c)))
        large.remove(smallest)
        small.append(smallest)
    return [(c,) for c in large] + ([tuple(small)] if small else [])
