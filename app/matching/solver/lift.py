"""From rows back to flows: the one flow that a plan is, so that the plan itself can be proven."""

import numpy as np

from app.matching.solver.columns import Ints, filled, total_by
from app.matching.solver.network import (
    BRACKET,
    CLAIM,
    DOWN_1,
    DOWN_2,
    DOWN_3,
    ENTRY,
    HOUSEHOLD,
    SERVE,
    SPARE,
    Network,
)
from app.matching.solver.problem import Problem

Rows = tuple[Ints, Ints, Ints]


def lift(problem: Problem, network: Network, rows: Rows) -> Ints | None:
    """The flow of a plan's pledges, needs and units, or None if some row has no way at all.

    Says nothing of capacities: certificate.is_flow() does.
    """
    pledge, need, units = rows
    flow = np.zeros(len(network.arcs), dtype=np.int64)
    ward = problem.needs.ward[need]
    entry = _entries(network, pledge, ward)
    hub = _ward_hubs(network, network.rows.signature[pledge], ward)
    serve = _serves(network, hub, network.reach.need_class[need])
    if min(*(column.min(initial=0) for column in (entry, hub, serve))) < 0:
        return None
    np.add.at(flow, network.groups[ENTRY].start + entry, units)
    np.add.at(flow, network.groups[SERVE].start + serve, units)
    if not _down(network, flow, (network.hubs.entry_hub[entry], hub), units):
        return None
    _claims(problem, network, flow, total_by(need, units, len(problem.needs)))
    given = total_by(network.hubs.entry_class, flow[network.groups[ENTRY]], _classes(network))
    flow[network.groups[SPARE]] = network.arcs.cap[network.groups[SPARE]] - given
    return flow


def _classes(network: Network) -> int:
    return len(network.hubs.classes)


def _entries(network: Network, pledge: Ints, ward: Ints) -> Ints:
    """For each row the arc by which its pledge enters the nearest hub above the ward, or -1."""
    hubs, tree = network.hubs, network.tree
    number = np.full(len(network.rows.class_first) + 1, -1, dtype=np.int64)
    number[hubs.classes] = np.arange(_classes(network))
    # Pledge class -1 reads the last place, which no class has.
    node = number[network.rows.pledge_class[pledge]]
    keys = hubs.entry_class * tree.size + hubs.place[hubs.entry_hub]
    order = np.argsort(keys)
    entry = np.full(len(pledge), -1, dtype=np.int64)
    for level in range(len(tree.above) - 1, -1, -1):
        found = _find(keys[order], node * tree.size + tree.above[level, ward])
        entry = np.where(found >= 0, order[found], entry)
    return np.where(node >= 0, entry, -1)


def _ward_hubs(network: Network, signature: Ints, ward: Ints) -> Ints:
    """For each row the hub of its pledge's signature at the need's ward, or -1."""
    # Hubs are numbered in the order of signature and place, so their keys are sorted.
    keys = network.hubs.signature * network.tree.size + network.hubs.place
    found = _find(keys, signature * network.tree.size + ward)
    return np.where(signature >= 0, found, -1)


def _serves(network: Network, hub: Ints, need_class: Ints) -> Ints:
    """For each row the arc from the ward's hub to the need's class, or -1."""
    # The arcs run class by class, and within each hub by hub, so their keys are sorted.
    reach, hubs = network.reach, len(network.hubs.place)
    found = _find(reach.serve_class * hubs + reach.serve_hub, need_class * hubs + hub)
    return np.where((need_class >= 0) & (hub >= 0), found, -1)


def _find(keys: Ints, wanted: Ints) -> Ints:
    """The place of each wanted key in sorted keys, or -1."""
    if not len(keys):
        return np.full(len(wanted), -1, dtype=np.int64)
    place = np.minimum(np.searchsorted(keys, wanted), len(keys) - 1)
    return np.where(keys[place] == wanted, place, -1).astype(np.int64)


def _down(network: Network, flow: Ints, ends: tuple[Ints, Ints], units: Ints) -> bool:
    """Add each row's way from the hub it enters down to its ward's; False if there is none."""
    top, at = ends
    arc_above = np.full(len(network.hubs.place), -1, dtype=np.int64)
    for name in (DOWN_3, DOWN_2, DOWN_1):
        group = network.groups[name]
        child = network.arcs.head[group].astype(np.int64) - network.starts[1]
        arc_above[child] = np.arange(group.start, group.stop)
    for _level in (DOWN_1, DOWN_2, DOWN_3):
        moving = at != top
        if (arc_above[at[moving]] < 0).any():
            return False
        np.add.at(flow, arc_above[at[moving]], units[moving])
        at = np.where(moving, network.hubs.parent[at], at)
    return bool(np.array_equal(at, top))


def _claims(problem: Problem, network: Network, flow: Ints, units: Ints) -> None:
    """What each need gets fills its steps in order, and its ward's brackets from the best."""
    claims, groups = network.claims, network.groups
    used = np.clip(units[claims.step_need] - claims.step_start, 0, claims.step_room)
    flow[groups[CLAIM]] = total_by(claims.step_arc, used, len(claims.room))
    shared = claims.household >= 0
    flow[groups[HOUSEHOLD]] = total_by(
        claims.household[shared], flow[groups[CLAIM]][shared], len(claims.households)
    )
    by_ward = total_by(problem.needs.ward, units, len(problem.ward_cluster))[network.wards]
    brackets = problem.policy.brackets
    ward = np.repeat(np.arange(len(network.wards)), brackets)
    flow[groups[BRACKET]] = filled(by_ward, network.arcs.cap[groups[BRACKET]], ward)
