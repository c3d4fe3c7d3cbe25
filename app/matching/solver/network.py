"""The flow network of one category: pledge classes, hubs down to wards, need classes, brackets.

A pledge enters the hub tree of its signature at its own ward (level 0), cluster (1), province (2)
or the nation (3) and goes down for free; so four arcs a pledge class stand for all its needs.
"""

from dataclasses import dataclass, fields
from itertools import accumulate, pairwise

import numpy as np
from numpy.typing import NDArray

from app.matching.solver.claims import Claims, claims_of
from app.matching.solver.classes import Classes
from app.matching.solver.columns import Bools, Ints, total_by
from app.matching.solver.problem import Problem, bracket_caps
from app.matching.solver.reach import Hubs, Reach, reach_of
from app.matching.solver.tree import Tree

SINK = 0
Nodes = NDArray[np.int32]
# The groups of arcs, in the order in which units pass them; `down` once for each level.
SPARE, ENTRY, DOWN_3, DOWN_2, DOWN_1, SERVE, CLAIM, HOUSEHOLD, BRACKET = range(9)


@dataclass(frozen=True, slots=True)
class Arcs:
    """Arcs as columns: ends, capacity, and what one unit on each is worth.

    l1: tier and step; l2: fairness points; l3: composite; l4: distance (a cost).
    """

    tail: Nodes
    head: Nodes
    cap: Ints
    l1: Ints
    l2: Ints
    l3: Ints
    l4: Ints

    def __len__(self) -> int:
        return len(self.tail)


@dataclass(frozen=True, slots=True)
class Network:
    """A problem's network. Node 0 is the sink; then classes, hubs, need classes, households, wards.

    starts: the first node of each of these groups. groups: the slice of arcs of each group of
    arcs. supply: of each node; what is not used flows straight to the sink. classes: the pledge
    classes that have a node, by number. floor: which of the bracket arcs the policy's floor
    counts before all else; None without one.
    """

    tree: Tree
    rows: Classes
    reach: Reach
    hubs: Hubs
    claims: Claims
    wards: Ints
    arcs: Arcs
    groups: tuple[slice, ...]
    starts: tuple[int, ...]
    supply: Ints
    floor: Bools | None = None

    @property
    def nodes(self) -> int:
        """How many nodes there are."""
        return len(self.supply)


def build(problem: Problem, tree: Tree, classes: Classes) -> Network:
    """The network of a problem. Cost: linear in its arcs, vectorised."""
    reach, hubs = reach_of(problem, tree, classes)
    claims = claims_of(problem, reach.need_class)
    wards = np.unique(problem.needs.ward[reach.need_class >= 0])
    return assemble(Parts(problem, tree, classes, reach, hubs, claims, wards))


def assemble(parts: "Parts") -> Network:
    """The network of its parts."""
    blocks = parts.blocks()
    lengths = accumulate(map(len, blocks), initial=0)
    return Network(
        tree=parts.tree,
        rows=parts.rows,
        reach=parts.reach,
        hubs=parts.hubs,
        claims=parts.claims,
        wards=parts.wards,
        arcs=_joined(blocks),
        groups=tuple(slice(a, b) for a, b in pairwise(lengths)),
        starts=parts.starts,
        supply=parts.balance(),
        floor=parts.floor(),
    )


def _joined(blocks: list[Arcs]) -> Arcs:
    return Arcs(*(np.concatenate([getattr(b, f.name) for b in blocks]) for f in fields(Arcs)))


def arcs_between(tail: Ints, head: Ints, cap: Ints | int, **levels: Ints) -> Arcs:
    """Arcs with these ends; what is not said of l1 to l4 is 0."""

    def column(values: Ints | int) -> Ints:
        if isinstance(values, int):
            return np.full(len(tail), values, dtype=np.int64)
        return values.astype(np.int64)

    values = [column(levels.get(name, 0)) for name in ("l1", "l2", "l3", "l4")]
    return Arcs(tail.astype(np.int32), head.astype(np.int32), column(cap), *values)


@dataclass(frozen=True, slots=True)
class Parts:
    """The groups of arcs of one network, in the making."""

    problem: Problem
    tree: Tree
    rows: Classes
    reach: Reach
    hubs: Hubs
    claims: Claims
    wards: Ints

    @property
    def starts(self) -> tuple[int, ...]:
        """The first node of each group of nodes, and the end."""
        sizes = (
            len(self.hubs.classes),
            len(self.hubs.signature),
            self.reach.size,
            len(self.claims.households),
            len(self.wards),
        )
        return tuple(accumulate(sizes, initial=1))

    def balance(self) -> Ints:
        """The supply of each node; the sink takes all."""
        supply = np.zeros(self.starts[-1], dtype=np.int64)
        supply[self.starts[0] : self.starts[1]] = self.supply
        supply[SINK] = -int(supply.sum())
        return supply

    @property
    def supply(self) -> Ints:
        """What each pledge class with a node can give, as far as all needs together could take."""
        p = self.problem.pledges
        useful = self.rows.pledge_class >= 0
        whole = total_by(self.rows.pledge_class[useful], p.qty[useful], len(self.rows.class_first))
        return np.minimum(whole[self.hubs.classes], self._most)

    @property
    def _most(self) -> int:
        return int(self.claims.room.sum())

    def blocks(self) -> list[Arcs]:
        """The arcs, group by group, as the constants above name them."""
        return [
            self._spare(),
            self._entry(),
            *(self._down(level) for level in (3, 2, 1)),
            self._serve(),
            self.claim_arcs(),
            self.household_arcs(),
            self.bracket_arcs(),
        ]

    def _spare(self) -> Arcs:
        node = np.arange(self.starts[0], self.starts[1])
        return arcs_between(node, np.full(len(node), SINK), self.supply)

    def _entry(self) -> Arcs:
        hubs = self.hubs
        tail, head = self.starts[0] + hubs.entry_class, self.starts[1] + hubs.entry_hub
        return arcs_between(tail, head, self.supply[hubs.entry_class], l4=hubs.entry_level)

    def _down(self, level: int) -> Arcs:
        """From the hubs of a level to those right below."""
        hubs = self.hubs
        there = (hubs.parent >= 0) & (self.tree.level[hubs.place] == level - 1)
        child = np.flatnonzero(there)
        return arcs_between(self.starts[1] + hubs.parent[child], self.starts[1] + child, self._most)

    def _serve(self) -> Arcs:
        reach = self.reach
        return arcs_between(
            self.starts[1] + reach.serve_hub, self.starts[2] + reach.serve_class, self._most
        )

    def claim_arcs(self) -> Arcs:
        """From need classes to wards, or to the households that one of several needs is served."""
        c = self.claims
        ward = self.starts[4] + np.searchsorted(self.wards, self.problem.needs.ward[c.first_need])
        head = np.where(c.household >= 0, self.starts[3] + c.household, ward)
        return arcs_between(self.starts[2] + c.need_class, head, c.room, l1=c.worth, l3=c.composite)

    def household_arcs(self) -> Arcs:
        """From such households to their wards, one unit each."""
        ward = np.searchsorted(self.wards, self.problem.needs.ward[self.claims.household_first])
        tail = self.starts[3] + np.arange(len(ward))
        return arcs_between(tail, self.starts[4] + ward, 1)

    def bracket_arcs(self) -> Arcs:
        """From wards to the sink, each bracket of coverage worth less than the one before."""
        n, brackets = self.problem.needs, self.problem.policy.brackets
        demand = total_by(n.ward, n.qty, len(self.problem.ward_cluster))[self.wards]
        caps = bracket_caps(demand, brackets).ravel()
        tail = np.repeat(self.starts[4] + np.arange(len(self.wards)), brackets)
        points = np.tile(np.arange(brackets, 0, -1, dtype=np.int64), len(self.wards))
        return arcs_between(tail, np.full(len(tail), SINK), caps, l2=points)

    def floor(self) -> Bools | None:
        """Which of the bracket arcs lie within the policy's floor; None where it has none."""
        policy = self.problem.policy
        if not policy.floor_brackets:
            return None
        within = np.arange(policy.brackets) < policy.floor_brackets
        return np.tile(within, len(self.wards))


def kept(arcs: Arcs, which: Bools) -> Arcs:
    """Some of the arcs."""
    return Arcs(*(getattr(arcs, f.name)[which] for f in fields(Arcs)))
