"""How far each signature's pledges reach: the hubs that pledges enter and needs hang on."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from app.matching.solver.classes import Classes
from app.matching.solver.columns import Bools, Ints, number_bits, number_rows
from app.matching.solver.problem import LEVELS, Problem
from app.matching.solver.tree import NATION, Tree, scope_places

CHUNK = 4096  # Need types looked at together: a few megabytes of flags.


@dataclass(frozen=True, slots=True)
class Reach:
    """Needs of one ward that the same hubs serve are one class.

    need_class: of each need, -1 where no pledge comes. size: how many classes. serve_hub,
    serve_class: the pairs of them, parallel.
    """

    need_class: Ints
    size: int
    serve_hub: Ints
    serve_class: Ints


@dataclass(frozen=True, slots=True)
class Hubs:
    """The hubs of all signatures, by signature and place, and who enters them.

    parent: the hub above, or -1. classes: the pledge classes that enter any. entry_class: index
    into `classes`; entry_hub and entry_level (distance) are parallel to it.
    """

    signature: Ints
    place: Ints
    parent: Ints
    classes: Ints
    entry_class: Ints
    entry_hub: Ints
    entry_level: Ints


@dataclass(frozen=True, slots=True)
class _Entries:
    """Every way a pledge class may enter a hub tree, needed or not; parallel columns."""

    pledge_class: Ints
    place: Ints
    level: Ints


def reach_of(problem: Problem, tree: Tree, classes: Classes) -> tuple[Reach, Hubs]:
    """The hubs that are both supplied from above and wanted from below, and what hangs on them."""
    entries = _entries(problem, tree, classes)
    signature = classes.signature[classes.class_first]
    supplied = np.zeros((len(classes.accepts), tree.size), dtype=np.bool_)
    supplied[signature[entries.pledge_class], entries.place] = True
    for level in range(NATION, 0, -1):
        below = np.flatnonzero(tree.level == level - 1)
        supplied[:, below] |= supplied[:, tree.parent[below]]
    need_class, bits = _need_classes(problem, classes, supplied)
    used = bits.size and bits.any()
    served, sign = np.nonzero(bits) if used else (np.zeros(0, int), np.zeros(0, int))
    ward = _ward_of_class(problem, need_class, len(bits))[served]
    wanted = np.zeros_like(supplied)
    wanted[sign, ward] = True
    for level in range(NATION):
        here = np.flatnonzero(tree.level == level)
        np.logical_or.at(wanted.T, tree.parent[here], wanted[:, here].T)
    number = np.cumsum((supplied & wanted).ravel()).reshape(wanted.shape) - 1
    number[~(supplied & wanted)] = -1
    hubs = _hubs(tree, number, entries, signature)
    reach = Reach(need_class, len(bits), number[sign, ward], served.astype(np.int64))
    return reach, hubs


def _entries(problem: Problem, tree: Tree, classes: Classes) -> _Entries:
    """Into the hub of its own place at each level that its scope holds, else at its scope's."""
    pledge = classes.class_first
    origin = problem.pledges.origin[pledge]
    scope = scope_places(problem, tree, pledge)
    inside = tree.above[tree.level[scope], origin] == scope
    numbers = np.arange(len(pledge))
    parts = [(numbers[~inside], scope[~inside], tree.distance(origin, scope)[~inside])]
    for level in range(LEVELS):
        here = inside & (tree.level[scope] >= level)
        parts.append((numbers[here], tree.above[level, origin[here]], np.full(here.sum(), level)))
    columns = [np.concatenate(column).astype(np.int64) for column in zip(*parts, strict=True)]
    order = np.lexsort((columns[2], columns[0]))
    return _Entries(*(column[order] for column in columns))


def _need_classes(problem: Problem, classes: Classes, supplied: Bools) -> tuple[Ints, Bools]:
    """The class of each need, and bits[class, signature]: who serves it in its ward."""
    n = problem.needs
    useful = np.flatnonzero(classes.need_type >= 0)
    first, group = number_rows([n.ward[useful], classes.need_type[useful]])
    packed = np.concatenate(
        [
            np.zeros((0, -(-len(supplied) // 8)), dtype=np.uint8),
            *_packed(problem, classes, supplied, useful[first]),
        ]
    )
    _, pattern = number_bits(packed)
    # Wards first, so that the order of classes does not depend on their patterns alone.
    one, merged = number_rows([n.ward[useful[first]], pattern])
    served = packed[one].any(axis=1)
    renumbered = np.where(served, np.cumsum(served) - 1, -1)
    need_class = np.full(len(n), -1, dtype=np.int64)
    need_class[useful] = renumbered[merged][group]
    bits = np.unpackbits(packed[one][served], axis=1, count=len(supplied)).astype(np.bool_)
    return need_class, bits


def _packed(
    problem: Problem, classes: Classes, supplied: Bools, needs: Ints
) -> Iterator[NDArray[np.uint8]]:
    for start in range(0, len(needs), CHUNK):
        part = needs[start : start + CHUNK]
        takes = classes.accepts.T[classes.need_type[part]]
        yield np.packbits(takes & supplied.T[problem.needs.ward[part]], axis=1)


def _ward_of_class(problem: Problem, need_class: Ints, size: int) -> Ints:
    ward = np.zeros(size, dtype=np.int64)
    served = need_class >= 0
    ward[need_class[served]] = problem.needs.ward[served]
    return ward


def _hubs(tree: Tree, number: Ints, entries: _Entries, signature: Ints) -> Hubs:
    signs, place = np.nonzero(number >= 0)
    parent = np.full(len(place), -1, dtype=np.int64)
    below = place < tree.size - 1
    parent[below] = number[signs[below], tree.parent[place[below]]]
    hub = number[signature[entries.pledge_class], entries.place]
    enters = hub >= 0
    classes, entry_class = np.unique(entries.pledge_class[enters], return_inverse=True)
    return Hubs(
        signature=signs.astype(np.int64),
        place=place.astype(np.int64),
        parent=parent,
        classes=classes,
        entry_class=entry_class.astype(np.int64),
        entry_hub=hub[enters],
        entry_level=entries.level[enters],
    )
