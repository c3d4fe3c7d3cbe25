"""Pledges that arrive one by one after a run: how long each takes, and what waiting would gain."""

import time
from dataclasses import dataclass, fields, replace

import numpy as np

from app.matching.solver import Plan, solve
from app.matching.solver.arrive import place_pledge, promised, standing_of
from app.matching.solver.plan import network_of
from app.matching.solver.problem import Problem
from app.matching.solver.proof import prove

ONE_IN = 20


@dataclass(frozen=True, slots=True)
class Arrived:
    """milliseconds: of each arrival. kept: first-level value with arrivals, and solved afresh."""

    milliseconds: list[float]
    kept: int
    afresh: int


def arrive(problem: Problem, afresh: int) -> Arrived:
    """Solve without every twentieth pledge, then let these arrive. afresh: value with all."""
    late = np.arange(len(problem.pledges)) % ONE_IN == ONE_IN - 1
    plan = _without(problem, late)
    on_time = np.flatnonzero(~late)
    rows = (on_time[plan.pledge], plan.need, plan.units)
    standing, milliseconds = standing_of(problem, rows), []
    parts = [rows]
    for pledge in np.flatnonzero(late).tolist():
        started = time.perf_counter()
        placed = place_pledge(standing, pledge)
        standing = promised(standing, placed)
        milliseconds.append(1000 * (time.perf_counter() - started))
        parts.append(placed)
    columns = [np.concatenate(column) for column in zip(*parts, strict=True)]
    order = np.lexsort((columns[0], columns[1]))
    proof = prove(
        problem, network_of(problem), (columns[0][order], columns[1][order], columns[2][order])
    )
    return Arrived(milliseconds, 0 if proof is None else proof.values[0], afresh)


def _without(problem: Problem, late: np.ndarray[tuple[int], np.dtype[np.bool_]]) -> Plan:
    pledges = problem.pledges
    columns = {f.name: getattr(pledges, f.name)[~late] for f in fields(pledges)}
    return solve(replace(problem, pledges=type(pledges)(**columns)))
