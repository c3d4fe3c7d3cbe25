"""From flows on classes back to rows: who gives how many units to whom.

At each node inputs and outputs are matched in canonical order (north-west corner); so a node
with a inputs and b outputs makes at most a + b - 1 pairs.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from app.matching.solver.classes import Classes
from app.matching.solver.network import (
    IN_CLUSTER,
    IN_PROVINCE,
    IN_WARD,
    NATION,
    PLEDGE,
    TYPE,
    Built,
    Key,
    NeedArc,
)
from app.matching.solver.problem import Ints, Problem

Share = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Given:
    """`units` of a pledge for a need, both as row numbers of the problem."""

    pledge: int
    need: int
    units: int


def expand(problem: Problem, classes: Classes, built: Built, flow: Ints) -> list[Given]:
    """The plan of a flow, ordered by need and pledge. Linear in arcs with flow."""
    into = _through_hubs(built, flow)
    rows: list[Given] = []
    left = _pledges_of_classes(problem, classes)
    for key in sorted(k for k in into if k[0] == TYPE):
        units = _served(built.need_arcs[(key[1], key[2])], flow)
        for number, need, amount in _corner(sorted(into[key]), sorted(units)):
            for pledge, part in _take(left[number], amount):
                rows.append(Given(pledge, need, part))
    return _merged(rows)


def _through_hubs(built: Built, flow: Ints) -> dict[Key, list[Share]]:
    """What of each pledge class reaches each node, from the top of the trees down."""
    network = built.network
    into: dict[Key, list[Share]] = defaultdict(list)
    out: dict[Key, list[tuple[Key, int]]] = defaultdict(list)
    for arc, units in enumerate(flow.tolist()):
        if not units:
            continue
        tail, head = network.keys[network.tail[arc]], network.keys[network.head[arc]]
        if tail[0] == PLEDGE:
            into[head].append((tail[1], units))
        elif tail[0] in {NATION, IN_PROVINCE, IN_CLUSTER, IN_WARD}:
            out[tail].append((head, units))
    for level in (NATION, IN_PROVINCE, IN_CLUSTER, IN_WARD):
        for key in sorted(k for k in out if k[0] == level):
            targets = sorted(out[key])
            numbered = list(enumerate(units for _, units in targets))
            for number, target, amount in _corner(sorted(into[key]), numbered):
                into[targets[target][0]].append((number, amount))
    return into


def _served(arcs: Sequence[NeedArc], flow: Ints) -> list[Share]:
    """The units that each need of a type gets: an arc's units go to its needs in order."""
    served: dict[int, int] = defaultdict(int)
    for entry in arcs:
        units = int(flow[entry.arc])
        for need, room in zip(entry.needs, entry.room, strict=True):
            if not units:
                break
            part = min(room, units)
            served[need] += part
            units -= part
    return list(served.items())


def _corner(inputs: Sequence[Share], outputs: Sequence[Share]) -> Iterable[tuple[int, int, int]]:
    """Match equal sums in order: (input, output, units)."""
    y, room = 0, outputs[0][1] if outputs else 0
    for number, amount in inputs:
        left = amount
        while left:
            part = min(left, room)
            if part:
                yield number, outputs[y][0], part
            left, room = left - part, room - part
            if not room and y + 1 < len(outputs):
                y += 1
                room = outputs[y][1]
            elif not room and left:
                message = "inputs and outputs of a node differ"
                raise AssertionError(message)


def _pledges_of_classes(problem: Problem, classes: Classes) -> dict[int, list[list[int]]]:
    """The pledges of each class with what they have left, in the order of the rows."""
    left: dict[int, list[list[int]]] = defaultdict(list)
    for row, number in enumerate(classes.pledge_class.tolist()):
        left[number].append([row, int(problem.pledges.qty[row])])
    return left


def _take(left: list[list[int]], amount: int) -> Iterable[Share]:
    """Take units of a class from its pledges in order."""
    while amount:
        pledge = left[0]
        part = min(pledge[1], amount)
        yield pledge[0], part
        pledge[1] -= part
        amount -= part
        if not pledge[1]:
            left.pop(0)


def _merged(rows: Iterable[Given]) -> list[Given]:
    """One row a pledge and need."""
    units: dict[Share, int] = defaultdict(int)
    for row in rows:
        units[row.need, row.pledge] += row.units
    return [Given(pledge, need, n) for (need, pledge), n in sorted(units.items())]
