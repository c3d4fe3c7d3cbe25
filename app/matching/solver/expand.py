"""From flows on classes back to rows: who gives how many units to whom.

At each node inputs and outputs are matched in canonical order (north-west corner); so a node
with a inputs and b outputs makes at most a + b - 1 pairs.
"""

from dataclasses import dataclass

import numpy as np

from app.matching.solver.columns import Ints, filled, total_by
from app.matching.solver.network import (
    CLAIM,
    DOWN_1,
    DOWN_2,
    DOWN_3,
    ENTRY,
    SERVE,
    Network,
)
from app.matching.solver.problem import Problem


@dataclass(frozen=True, slots=True)
class Shares:
    """`units` of the source `of` (class or pledge) that lie at, or go to, `at`; parallel."""

    of: Ints
    at: Ints
    units: Ints


def expand(problem: Problem, network: Network, flow: Ints) -> tuple[Ints, Ints, Ints]:
    """Pledge, need (row numbers) and units of a flow, ordered by need and pledge."""
    at_hubs = _entering(network, flow)
    for level in (DOWN_3, DOWN_2, DOWN_1):
        at_hubs = _passed_on(network, flow, at_hubs, level)
    at_classes = _corner(at_hubs, _leaving(network, flow, SERVE))
    at_classes = Shares(at_classes.of, at_classes.at - network.starts[2], at_classes.units)
    to_needs = _corner(at_classes, _to_needs(network, flow))
    # Turned round: each class is a node whose inputs are its pledges and its outputs the needs.
    pledges = _pledges(problem, network, total_by(to_needs.of, to_needs.units, _classes(network)))
    given = _corner(pledges, Shares(to_needs.at, to_needs.of, to_needs.units))
    return _merged(given)


def _classes(network: Network) -> int:
    return len(network.hubs.classes)


def _entering(network: Network, flow: Ints) -> Shares:
    group = network.groups[ENTRY]
    used = np.flatnonzero(flow[group] > 0)
    hub = network.starts[1] + network.hubs.entry_hub[used]
    return Shares(network.hubs.entry_class[used], hub, flow[group][used])


def _leaving(network: Network, flow: Ints, name: int) -> Shares:
    """What the arcs of a group carry: `at` their tail, `of` their head."""
    group = network.groups[name]
    used = np.flatnonzero(flow[group] > 0) + group.start
    arcs = network.arcs
    return Shares(arcs.head[used].astype(np.int64), arcs.tail[used].astype(np.int64), flow[used])


def _passed_on(network: Network, flow: Ints, shares: Shares, name: int) -> Shares:
    """The shares after the hubs of one level have passed all they hold to the next."""
    leaving = _leaving(network, flow, name)
    moves = np.isin(shares.at, leaving.at)
    moved = _corner(_some(shares, moves), leaving)
    stay = _some(shares, ~moves)
    pairs = ((stay.of, moved.of), (stay.at, moved.at), (stay.units, moved.units))
    return Shares(*(np.concatenate(pair) for pair in pairs))


def _some(shares: Shares, which: Ints | np.ndarray[tuple[int], np.dtype[np.bool_]]) -> Shares:
    return Shares(shares.of[which], shares.at[which], shares.units[which])


def _corner(inputs: Shares, outputs: Shares) -> Shares:
    """Match what lies at each node with what leaves it, both in canonical order.

    inputs: `of` their source; outputs: `of` their target. Both hold equal units at each node.
    Returns shares `of` sources that go to targets. Cost O(n log n).
    """
    into = _some(inputs, np.lexsort((inputs.of, inputs.at)))
    out = _some(outputs, np.lexsort((outputs.of, outputs.at)))
    ends_in, ends_out = np.cumsum(into.units), np.cumsum(out.units)
    ends = np.union1d(ends_in, ends_out)
    source = into.of[np.searchsorted(ends_in, ends)]
    target = out.of[np.searchsorted(ends_out, ends)]
    return Shares(source, target, np.diff(ends, prepend=0))


def _to_needs(network: Network, flow: Ints) -> Shares:
    """The units of each need, at its class."""
    claims = network.claims
    used = filled(flow[network.groups[CLAIM]], claims.step_room, claims.step_arc)
    units = total_by(claims.step_need, used, len(network.reach.need_class))
    needs = np.flatnonzero(units)
    return Shares(needs, network.reach.need_class[needs], units[needs])


def _pledges(problem: Problem, network: Network, wanted: Ints) -> Shares:
    """The pledges of each class, of which together `wanted` units are used, first rows first."""
    number = np.full(len(network.rows.class_first), -1, dtype=np.int64)
    number[network.hubs.classes] = np.arange(_classes(network))
    useful = np.flatnonzero(network.rows.pledge_class >= 0)
    node = number[network.rows.pledge_class[useful]]
    rows, node = useful[node >= 0], node[node >= 0]
    order = np.lexsort((rows, node))
    rows, node = rows[order], node[order]
    units = filled(wanted, problem.pledges.qty[rows], node)
    used = units > 0
    return Shares(rows[used], node[used], units[used])


def _merged(given: Shares) -> tuple[Ints, Ints, Ints]:
    """One row a pledge and need."""
    order = np.lexsort((given.of, given.at))
    pledge, need, units = given.of[order], given.at[order], given.units[order]
    new = np.ones(len(pledge), dtype=np.bool_)
    new[1:] = (pledge[1:] != pledge[:-1]) | (need[1:] != need[:-1])
    first = np.flatnonzero(new)
    return pledge[first], need[first], np.add.reduceat(units, first) if len(first) else units
