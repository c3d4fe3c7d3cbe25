"""The flow network of one category: pledge classes, hubs down to wards, need types, brackets.

A pledge enters the hub tree of its signature at its own ward (level 0), cluster (1), province (2)
or the nation (3) and goes down for free; so four arcs a pledge class stand for all its needs.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np

from app.matching.solver.classes import Classes
from app.matching.solver.problem import ANYWHERE, PROVINCE, Ints, Problem, bracket_caps

Key = tuple[int, ...]
# Kinds of nodes, in the order in which units pass them.
SOURCE, PLEDGE, NATION, IN_PROVINCE, IN_CLUSTER, IN_WARD, TYPE, HOUSEHOLD, COVERAGE, SINK = range(
    10
)


@dataclass(slots=True)
class Network:
    """Arcs as parallel lists: ends, capacity, and the four values of one unit on it.

    l1: tier and step; l2: fairness points; l3: composite; l4: distance (a cost). `keys` tells
    what each node stands for. demand: what needs ask of each ward.
    """

    keys: list[Key] = field(default_factory=list)
    number: dict[Key, int] = field(default_factory=dict)
    tail: list[int] = field(default_factory=list)
    head: list[int] = field(default_factory=list)
    cap: list[int] = field(default_factory=list)
    l1: list[int] = field(default_factory=list)
    l2: list[int] = field(default_factory=list)
    l3: list[int] = field(default_factory=list)
    l4: list[int] = field(default_factory=list)
    supply: int = 0

    def node(self, *key: int) -> int:
        """The number of a node, made when it is first named."""
        if key not in self.number:
            self.number[key] = len(self.keys)
            self.keys.append(key)
        return self.number[key]

    def arc(self, tail: int, head: int, cap: int, **values: int) -> int:
        """Add an arc; values are any of l1, l2, l3, l4. Returns its number."""
        self.tail.append(tail)
        self.head.append(head)
        self.cap.append(cap)
        for level in ("l1", "l2", "l3", "l4"):
            getattr(self, level).append(values.get(level, 0))
        return len(self.tail) - 1


@dataclass(frozen=True, slots=True)
class NeedArc:
    """An arc that stands for a step of several needs: which, and how many units of each."""

    arc: int
    needs: tuple[int, ...]
    room: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Built:
    """A network with what its arcs stand for."""

    network: Network
    need_arcs: dict[Key, list[NeedArc]]
    class_qty: Ints


def build(problem: Problem, classes: Classes) -> Built:
    """The network of a problem; deterministic for the order of rows given."""
    network = Network()
    source, sink = network.node(SOURCE), network.node(SINK)
    class_qty = np.bincount(
        classes.pledge_class, problem.pledges.qty, minlength=len(classes.class_first)
    ).astype(np.int64)
    network.supply = int(class_qty.sum())
    # What no need can use stays with the donor, at no value.
    network.arc(source, sink, network.supply)
    need_arcs = _needs(network, problem, classes)
    wards = _wanted(problem, classes)
    _pledges(network, problem, classes, class_qty, wards)
    _hubs(network, problem, classes, wards)
    _coverage(network, problem)
    return Built(network, need_arcs, class_qty)


def _wanted(problem: Problem, classes: Classes) -> dict[int, set[int]]:
    """For each signature the wards with a need that it fits."""
    pairs = {(int(w), int(t)) for w, t in zip(problem.needs.ward, classes.need_type, strict=True)}
    wanted: dict[int, set[int]] = {}
    for ward, kind in sorted(pairs):
        for signature in np.flatnonzero(classes.accepts[:, kind]):
            wanted.setdefault(int(signature), set()).add(ward)
    return wanted


def _pledges(
    network: Network,
    problem: Problem,
    classes: Classes,
    class_qty: Ints,
    wanted: dict[int, set[int]],
) -> None:
    """Let each pledge class into the hub tree of its signature, as far as its scope allows."""
    p = problem.pledges
    cluster, province = problem.ward_cluster, problem.ward_province
    for number, row in enumerate(classes.class_first):
        signature, origin = int(classes.signature[row]), int(p.origin[row])
        wards = wanted.get(signature)
        if not wards:
            continue
        node = network.node(PLEDGE, number)
        qty = int(class_qty[number])
        entries = list(_entries(problem, int(row), origin))
        reached = [
            (key, level)
            for key, level in entries
            if _holds(key, wards, cluster=cluster, province=province)
        ]
        if reached:
            network.arc(network.node(SOURCE), node, qty)
        for key, level in reached:
            network.arc(node, network.node(key[0], signature, *key[1:]), qty, l4=level)


def _entries(problem: Problem, row: int, origin: int) -> Iterable[tuple[Key, int]]:
    """The hubs that a pledge may enter and the distance level of each."""
    kind, scope = int(problem.pledges.scope_kind[row]), int(problem.pledges.scope_id[row])
    cluster, province = int(problem.ward_cluster[origin]), int(problem.ward_province[origin])
    if kind == ANYWHERE:
        yield from (
            ((IN_WARD, origin), 0),
            ((IN_CLUSTER, cluster), 1),
            ((IN_PROVINCE, province), 2),
            ((NATION, 0), 3),
        )
    elif kind == PROVINCE and scope == province:
        yield from (((IN_WARD, origin), 0), ((IN_CLUSTER, cluster), 1), ((IN_PROVINCE, scope), 2))
    elif kind == PROVINCE:
        yield ((IN_PROVINCE, scope), 3)
    else:
        yield ((IN_WARD, scope), _level(problem, origin, scope))


def _level(problem: Problem, a: int, b: int) -> int:
    if a == b:
        return 0
    if problem.ward_cluster[a] == problem.ward_cluster[b]:
        return 1
    return 2 if problem.ward_province[a] == problem.ward_province[b] else 3


def _holds(key: Key, wards: set[int], *, cluster: Ints, province: Ints) -> bool:
    """Whether a hub has one of the wanted wards below it."""
    if key[0] == NATION:
        return True
    if key[0] == IN_WARD:
        return key[1] in wards
    column = province if key[0] == IN_PROVINCE else cluster
    return any(int(column[ward]) == key[1] for ward in wards)


def _hubs(
    network: Network, problem: Problem, classes: Classes, wanted: dict[int, set[int]]
) -> None:
    """The ways down each signature's tree, and from its wards to the need types it fits."""
    types = _types_by_ward(problem, classes)
    for signature, wards in sorted(wanted.items()):
        for parent, child in _ways_down(problem, wards):
            tail = network.number.get((parent[0], signature, *parent[1:]))
            if tail is not None:
                head = network.node(child[0], signature, *child[1:])
                network.arc(tail, head, network.supply)
        for ward in sorted(wards):
            tail = network.number.get((IN_WARD, signature, ward))
            if tail is None:
                continue
            for kind in types[ward]:
                if classes.accepts[signature, kind]:
                    network.arc(tail, network.node(TYPE, ward, kind), network.supply)


def _types_by_ward(problem: Problem, classes: Classes) -> dict[int, list[int]]:
    """The need types of each ward, in order."""
    types: dict[int, list[int]] = {}
    pairs = {(int(w), int(t)) for w, t in zip(problem.needs.ward, classes.need_type, strict=True)}
    for ward, kind in sorted(pairs):
        types.setdefault(ward, []).append(kind)
    return types


def _ways_down(problem: Problem, wards: set[int]) -> Sequence[tuple[Key, Key]]:
    """Nation to province, province to cluster, cluster to ward: from the top, each once."""
    clusters = {int(problem.ward_cluster[w]): int(problem.ward_province[w]) for w in wards}
    ways: list[tuple[Key, Key]] = [
        ((NATION, 0), (IN_PROVINCE, p)) for p in sorted(set(clusters.values()))
    ]
    ways += [((IN_PROVINCE, p), (IN_CLUSTER, c)) for c, p in sorted(clusters.items())]
    ways += [((IN_CLUSTER, int(problem.ward_cluster[w])), (IN_WARD, w)) for w in sorted(wards)]
    return ways


def _needs(network: Network, problem: Problem, classes: Classes) -> dict[Key, list[NeedArc]]:
    """From each need type of a ward to the ward's coverage: an arc a tier, step and composite."""
    found: dict[Key, list[NeedArc]] = {}
    tiers, n = problem.tiers(), problem.needs
    shared = _shared_households(problem)
    order = np.lexsort((np.arange(len(n)), -n.composite, tiers, classes.need_type, n.ward))
    steps: dict[tuple[int, ...], list[tuple[int, int]]] = {}
    for row in order.tolist():
        ward, kind, tier = int(n.ward[row]), int(classes.need_type[row]), int(tiers[row])
        household = int(n.household[row]) if int(n.household[row]) in shared else -1
        for step, units in enumerate(_split(int(n.qty[row]), len(problem.policy.step_weights))):
            composite = int(n.composite[row]) if step == 0 else -1
            key = (ward, kind, tier, step, composite, household)
            steps.setdefault(key, []).append((row, units))
    for key, members in steps.items():
        ward, kind, tier, step, composite, household = key
        tail = network.node(TYPE, ward, kind)
        head = network.node(COVERAGE, ward)
        if household >= 0:
            head = network.node(HOUSEHOLD, household)
        weight = problem.policy.tier_weights[tier] * problem.policy.step_weights[step]
        cap = sum(units for _, units in members)
        arc = network.arc(tail, head, cap, l1=weight, l3=max(0, composite))
        rows, room = zip(*members, strict=True)
        found.setdefault((ward, kind), []).append(NeedArc(arc, rows, room))
    for household, ward in sorted(shared.items()):
        if (HOUSEHOLD, household) in network.number:
            network.arc(network.node(HOUSEHOLD, household), network.node(COVERAGE, ward), 1)
    return found


def _shared_households(problem: Problem) -> dict[int, int]:
    """The households with several needs of a capped category, and their ward."""
    if not problem.cap_households:
        return {}
    numbers, counts = np.unique(problem.needs.household, return_counts=True)
    many = set(numbers[counts > 1].tolist())
    pairs = zip(problem.needs.household.tolist(), problem.needs.ward.tolist(), strict=True)
    return {household: ward for household, ward in pairs if household in many}


def _split(qty: int, steps: int) -> list[int]:
    """The units of each step: one each, the rest in the last."""
    units = [1] * min(qty, steps - 1)
    return [*units, qty - len(units)] if qty > len(units) else units


def _coverage(network: Network, problem: Problem) -> None:
    """From each ward's coverage to the sink: brackets of equal share, each worth less."""
    demand = np.bincount(
        problem.needs.ward, problem.needs.qty, minlength=len(problem.ward_cluster)
    ).astype(np.int64)
    brackets = problem.policy.brackets
    sink = network.node(SINK)
    for ward in np.flatnonzero(demand).tolist():
        tail = network.node(COVERAGE, ward)
        for k, cap in enumerate(bracket_caps(int(demand[ward]), brackets).tolist()):
            if cap:
                network.arc(tail, sink, cap, l2=brackets - k)
