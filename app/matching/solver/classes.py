"""Lossless reductions: needs that no pledge can tell apart, pledges that no need can."""

from dataclasses import dataclass

import numpy as np

from app.matching.solver.columns import Bools, Ints, number_bits, number_rows
from app.matching.solver.problem import Problem


@dataclass(frozen=True, slots=True)
class Classes:
    """The problem's rows grouped; -1 for a row that fits nothing at all.

    signature: of each pledge, what decides which needs it fits but for the place. pledge_class:
    of each pledge, signature with scope and origin. need_type: of each need, which signatures
    accept it. accepts[signature, need type]. class_first: a pledge of each class.
    """

    signature: Ints
    pledge_class: Ints
    class_first: Ints
    need_type: Ints
    accepts: Bools


def classes_of(problem: Problem) -> Classes:
    """Group the rows. Cost: distinct pledge terms times distinct need terms, not rows."""
    p, n = problem.pledges, problem.needs
    terms_first, terms = number_rows([p.spec, p.groups, p.programme, p.avail_from, p.avail_to])
    asks_first, asks = number_rows([n.spec, n.groups, n.programme, n.start, n.deadline])
    accepted = _accepted(problem, terms_first, asks_first)
    signature_of, type_of, accepts = _merged(accepted)
    # A pledge that is used up is in nobody's reach.
    signature, need_type = np.where(p.qty > 0, signature_of[terms], -1), type_of[asks]
    first, pledge_class = number_rows([signature, p.scope_kind, p.scope_id, p.origin])
    # Signature -1 sorts first, so its classes are the first ones.
    useless = int((signature[first] < 0).sum())
    return Classes(
        signature=signature,
        pledge_class=np.maximum(pledge_class - useless, -1),
        class_first=first[useless:],
        need_type=need_type,
        accepts=accepts,
    )


def _accepted(problem: Problem, pledges: Ints, needs: Ints) -> Bools:
    """accepted[pledge terms, need terms]: fit, groups, programme and window, not the place."""
    p, n = problem.pledges, problem.needs
    ok = problem.fit[p.spec[pledges][:, None], n.spec[needs]]
    groups = p.groups[pledges][:, None]
    ok &= (groups == 0) | ((groups & n.groups[needs]) != 0)
    programme = p.programme[pledges][:, None]
    ok &= (programme == 0) | (programme == n.programme[needs])
    ok &= p.avail_from[pledges][:, None] <= n.deadline[needs]
    ok &= n.start[needs] <= p.avail_to[pledges][:, None]
    return np.asarray(ok, dtype=np.bool_)


def _merged(accepted: Bools) -> tuple[Ints, Ints, Bools]:
    """Terms with equal rows become one signature, those with equal columns one need type."""
    row_first, row = number_bits(np.packbits(accepted, axis=1))
    column_first, column = number_bits(np.packbits(accepted, axis=0).T)
    rows = np.flatnonzero(accepted[row_first].any(axis=1))
    columns = np.flatnonzero(accepted[:, column_first].any(axis=0))
    accepts = accepted[np.ix_(row_first[rows], column_first[columns])]
    return _renumbered(row, rows), _renumbered(column, columns), accepts


def _renumbered(number: Ints, kept: Ints) -> Ints:
    """The numbers with those that are not kept as -1 and the others closed up."""
    place = np.full(int(number.max(initial=0)) + 1, -1, dtype=np.int64)
    place[kept] = np.arange(len(kept))
    return place[number]
