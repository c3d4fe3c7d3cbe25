"""Why each need was or was not served, as codes and numbers; the area has the sentences.

Prices are canonical: the least that must be given up elsewhere to bring one more unit to a need,
level by level. What decides against a need is the first level on which it has less to offer.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple, overload

import numpy as np

from app.matching.solver.columns import Bools, Ints, total_by
from app.matching.solver.lift import Rows
from app.matching.solver.misfits import Misfits
from app.matching.solver.network import BRACKET, Network
from app.matching.solver.problem import Problem
from app.matching.solver.proof import Prices
from app.matching.solver.why import Why


class Lost(StrEnum):
    """What decided against a need whose next unit is worth as much as the least unit served.

    FLOOR: it is worth more, but only units within the policy's floor could have come.
    """

    COVERAGE = "coverage"
    COMPOSITE = "composite"
    DISTANCE = "distance"
    ORDER = "order"
    FLOOR = "floor"


COMPOSITE, ORDER, FLOOR = 1, 3, 4  # Places in Lost.
NONE_SERVED = np.int64(2**62)


class NeedReason(NamedTuple):
    """One need: what it got, its tier, and if it missed out the cut-off or the blocking rule.

    own_value: first-level value of its next unit. cutoff: the least value given up elsewhere to
    bring one, in the same unit, and the tier whose first unit is worth that. blocking: units that
    miss by exactly one rule, by rule, the largest first. lost_by: for a need that lost in its
    tier or to the floor. instead: row of the need of
    the same household that was served, where one is the most, else -1.
    """

    why: Why
    units: int
    tier: int
    own_value: int
    cutoff: int
    cutoff_tier: int
    blocking: tuple[tuple[str, int], ...] = ()
    lost_by: Lost | None = None
    instead: int = -1


# Those of which lost_by tells more.
LOSERS = (Why.LOST_IN_TIER, Why.FLOOR)
# What NeedReasons.why counts.
WHYS = (Why.SERVED, Why.PARTLY, Why.NEEDIER, Why.LOST_IN_TIER, Why.NOTHING_FITS, Why.FLOOR)


@dataclass(frozen=True, slots=True, eq=False)
class NeedReasons(Sequence[NeedReason]):
    """The reasons of all needs, a column each, in the order of the rows; one is made when read.

    why: places in WHYS. lost_by: places in Lost, for needs that lost in their tier or to the
    floor. misfits: answers which rules block a need that nothing fits.
    """

    why: Ints
    units: Ints
    tier: Ints
    own_value: Ints
    cutoff: Ints
    cutoff_tier: Ints
    lost_by: Ints
    instead: Ints
    misfits: Misfits

    def __len__(self) -> int:
        return len(self.why)

    @overload
    def __getitem__(self, row: int) -> NeedReason: ...
    @overload
    def __getitem__(self, row: slice) -> list[NeedReason]: ...
    def __getitem__(self, row: int | slice) -> NeedReason | list[NeedReason]:
        if isinstance(row, slice):
            return [self[place] for place in range(*row.indices(len(self)))]
        why = WHYS[self.why[row]]
        return NeedReason(
            why=why,
            units=int(self.units[row]),
            tier=int(self.tier[row]),
            own_value=int(self.own_value[row]),
            cutoff=int(self.cutoff[row]),
            cutoff_tier=int(self.cutoff_tier[row]),
            blocking=self.misfits.of_need(row) if why is Why.NOTHING_FITS else (),
            lost_by=tuple(Lost)[self.lost_by[row]] if why in LOSERS else None,
            instead=int(self.instead[row]),
        )


def explain_needs(
    problem: Problem, network: Network, rows: Rows, prices: Prices | None
) -> NeedReasons:
    """A reason for every need, in the order of the rows. Without prices nothing is cut off.

    Cost: linear in needs; what blocks a need is found when it is read.
    """
    got = total_by(rows[1], rows[2], len(problem.needs))
    own, cutoff, lost = _compared(problem, network, got, prices)
    instead = _instead(problem, got)
    if network.floor is not None and prices is not None:
        is_open = (network.reach.need_class >= 0) & (got < problem.needs.qty) & (instead < 0)
        lost[is_open & (own > cutoff)] = FLOOR
    return NeedReasons(
        why=_why(problem, network, got, (own < cutoff, lost == FLOOR)),
        units=got,
        tier=problem.tiers(),
        own_value=own,
        cutoff=cutoff,
        cutoff_tier=_tiers_of(problem, cutoff),
        lost_by=lost,
        instead=instead,
        misfits=Misfits(problem),
    )


def _why(problem: Problem, network: Network, got: Ints, lost: tuple[Bools, Bools]) -> Ints:
    """Of each need the place in WHYS. lost: to a needier claim, and to the floor."""
    codes = np.full(len(got), WHYS.index(Why.LOST_IN_TIER), dtype=np.int64)
    codes[lost[0]] = WHYS.index(Why.NEEDIER)
    codes[lost[1]] = WHYS.index(Why.FLOOR)
    codes[network.reach.need_class < 0] = WHYS.index(Why.NOTHING_FITS)
    codes[got > 0] = WHYS.index(Why.PARTLY)
    codes[got >= problem.needs.qty] = WHYS.index(Why.SERVED)
    return codes


def _compared(
    problem: Problem, network: Network, got: Ints, prices: Prices | None
) -> tuple[Ints, Ints, Ints]:
    """Of each need the value of its next unit, the cut-off, and the finer level that decided."""
    policy, none = problem.policy, np.zeros(len(got), dtype=np.int64)
    had = problem.needs.had + got
    step = np.minimum(had, len(policy.step_weights) - 1)
    weights = np.asarray(policy.tier_weights, dtype=np.int64)[problem.tiers()]
    own: Ints = weights * np.asarray(policy.step_weights, dtype=np.int64)[step]
    reached = np.flatnonzero(network.reach.need_class >= 0)
    if prices is None or not len(reached):
        return own, none, none
    kind = network.reach.need_class[reached]
    value, points, composite, distance = prices.at(network.starts[2] + kind)
    mine = np.where(had == 0, problem.needs.composite, 0)[reached]
    less = (_next_points(problem, network, got)[reached] < points, mine < composite, distance > 0)
    least, its_composite = _least_served(network, got)
    beside = np.where(its_composite[kind] > mine, COMPOSITE, ORDER)
    beside = np.where(least[kind] == own[reached], beside, 0)
    cutoff, lost = none.copy(), none.copy()
    cutoff[reached] = value
    # Of the two the smaller loss: to a need elsewhere, or to one that the same pledges serve.
    lost[reached] = np.maximum(np.select(less, (0, COMPOSITE, 2), ORDER), beside)
    return own, cutoff, lost


def _next_points(problem: Problem, network: Network, got: Ints) -> Ints:
    """The fairness points of one more unit in each need's ward."""
    brackets, wards = problem.policy.brackets, len(problem.ward_cluster)
    units = total_by(problem.needs.ward, got, wards)
    ends = np.zeros((wards, brackets), dtype=np.int64)
    caps = network.arcs.cap[network.groups[BRACKET]].reshape(-1, brackets)
    ends[network.wards] = np.cumsum(caps, axis=1)
    points = brackets - (ends <= units[:, None]).sum(axis=1)
    return np.asarray(points[problem.needs.ward], dtype=np.int64)


def _least_served(network: Network, got: Ints) -> tuple[Ints, Ints]:
    """The least unit served in each need class: its value, and then its composite."""
    c = network.claims
    arc = c.step_arc[got[c.step_need] > c.step_start]
    kind = c.need_class[arc]
    value = np.full(network.reach.size, NONE_SERVED)
    np.minimum.at(value, kind, c.worth[arc])
    least = arc[c.worth[arc] == value[kind]]
    composite = np.full(network.reach.size, NONE_SERVED)
    np.minimum.at(composite, c.need_class[least], c.composite[least])
    return value, composite


def _tiers_of(problem: Problem, value: Ints) -> Ints:
    """The neediest tier of which a first unit is worth no more than this value."""
    worth = np.asarray(problem.policy.tier_weights) * problem.policy.step_weights[0]
    tier = np.searchsorted(-worth, -value, side="left")
    return np.minimum(tier, len(worth) - 1).astype(np.int64)


def _instead(problem: Problem, got: Ints) -> Ints:
    """The served need of the same household where one is the most, or -1."""
    none = np.full(len(got), -1, dtype=np.int64)
    served = np.flatnonzero(got > 0)
    if not problem.cap_households or not len(served):
        return none
    households, first = np.unique(problem.needs.household[served], return_index=True)
    place = np.searchsorted(households, problem.needs.household)
    place = np.minimum(place, len(households) - 1)
    other = households[place] == problem.needs.household
    return np.where(other & (got == 0), served[first][place], none)
