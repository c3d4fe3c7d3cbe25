"""Lossless reductions: needs that no pledge can tell apart, pledges that no need can."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from app.matching.solver.problem import Ints, Problem


@dataclass(frozen=True, slots=True)
class Classes:
    """The problem's rows grouped.

    signature: of each pledge, what decides which needs it fits but for the place. pledge_class:
    of each pledge, signature with scope and origin. need_type: of each need, which signatures
    accept it. accepts[signature, need type]. class_first: a pledge of each class.
    """

    signature: Ints
    pledge_class: Ints
    class_first: Ints
    need_type: Ints
    accepts: NDArray[np.bool_]


def classes_of(problem: Problem) -> Classes:
    """Group the rows. Cost: signatures times distinct need profiles, not pledges times needs."""
    p, n = problem.pledges, problem.needs
    marks = np.stack([p.spec, p.groups, p.programme, p.avail_from, p.avail_to], axis=1)
    kinds, signature = _distinct(marks)
    whole = np.stack([signature, p.scope_kind, p.scope_id, p.origin], axis=1)
    _, pledge_class = _distinct(whole)
    profile = np.stack([n.spec, n.groups, n.programme, n.start, n.deadline], axis=1)
    profiles, of_need = _distinct(profile)
    columns = _accepted(problem, kinds, profiles)
    types, type_of_profile = _distinct(np.packbits(columns, axis=0).T.astype(np.int64))
    accepts = np.zeros((len(kinds), len(types)), dtype=bool)
    accepts[:, type_of_profile] = columns
    return Classes(
        signature=signature,
        pledge_class=pledge_class,
        class_first=_first_of(pledge_class),
        need_type=type_of_profile[of_need] if len(n) else of_need,
        accepts=accepts,
    )


def _distinct(rows: Ints) -> tuple[Ints, Ints]:
    """The distinct rows in order, and for each row the number of its kind."""
    if not len(rows):
        return rows, np.zeros(0, dtype=np.int64)
    kinds, number = np.unique(rows, axis=0, return_inverse=True)
    return kinds, number.reshape(-1).astype(np.int64)


def _first_of(number: Ints) -> Ints:
    _, first = np.unique(number, return_index=True)
    return first.astype(np.int64)


def _accepted(problem: Problem, kinds: Ints, profiles: Ints) -> NDArray[np.bool_]:
    """accepted[signature, profile]: fit, groups, programme and window, but not the place."""
    if not len(kinds) or not len(profiles):
        return np.zeros((len(kinds), len(profiles)), dtype=bool)
    spec, groups, programme, first, last = (kinds[:, [i]] for i in range(5))
    n_spec, n_groups, n_programme, start, deadline = (profiles[:, i] for i in range(5))
    ok = problem.fit[spec, n_spec]
    ok &= (groups == 0) | ((groups & n_groups) != 0)
    ok &= (programme == 0) | (programme == n_programme)
    return np.asarray(ok & (first <= deadline) & (start <= last))
