"""Solving an instance category by category, in one process or several, with the same result."""

import multiprocessing
import resource
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from app.matching.solver.columns import Ints
from app.matching.solver.files.problems import Part, part_of
from app.matching.solver.files.reading import Instance
from app.matching.solver.files.reasons import Line, project_lines, reason_lines
from app.matching.solver.housing import ProjectPlan, solve_projects
from app.matching.solver.plan import Plan, solve
from app.matching.solver.problem import Policy

FUND = -1
LEVEL_NAMES = ("L1", "L2", "L3", "L4")


@dataclass(frozen=True, slots=True)
class Solved:
    """One category, solved: rows of (pledge id, need id, units), facts to print, reasons.

    reasons: None unless asked for. peak_mb: of the process that solved it; a fork shares the
    rows of the instance with the process that read them, and both count them.
    """

    name: str
    rows: Ints
    facts: dict[str, object]
    seconds: dict[str, float]
    reasons: list[Line] | None
    peak_mb: int


def peak_memory_mb() -> int:
    """This process's peak, in MB of 2**20 bytes.

    Not by getrusage() where Linux tells it: that counts what the parent held before exec.
    """
    try:
        status = Path("/proc/self/status").read_text(encoding="ascii")
        return int(status.split("VmHWM:")[1].split()[0]) // 2**10
    except (OSError, IndexError):
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        return peak // (2**20 if sys.platform == "darwin" else 2**10)


def solve_category(instance: Instance, number: int, *, with_reasons: bool) -> Solved:
    """Solve one category of an instance with the policy of the file interface."""
    started = time.perf_counter()
    part = part_of(instance, Policy(), number)
    built = time.perf_counter()
    solver = _solve_projects if part.category.is_project else _solve_needs
    solved = solver(part, instance.fund, with_reasons=with_reasons)
    solved.seconds["encode"] = built - started
    return solved


def _solve_needs(part: Part, _fund: int, *, with_reasons: bool) -> Solved:
    started = time.perf_counter()
    plan: Plan = solve(part.problem)
    solved = time.perf_counter()
    reasons = reason_lines(part, plan) if with_reasons else None
    rows = np.stack([part.pledges[plan.pledge], part.needs[plan.need], plan.units], axis=1)
    levels = dict(zip(LEVEL_NAMES, plan.values, strict=True))
    facts: dict[str, object] = {
        **levels,
        "certified": plan.certified,
        "nodes": plan.nodes,
        "arcs": plan.arcs,
    }
    explained = time.perf_counter() - solved
    seconds = {"solve": solved - started, "explain": explained}
    return Solved(part.category.name, rows, facts, seconds, reasons, peak_memory_mb())


def _solve_projects(part: Part, fund: int, *, with_reasons: bool) -> Solved:
    started = time.perf_counter()
    plan: ProjectPlan = solve_projects(part.problem, fund)
    solved = time.perf_counter()
    reasons = project_lines(part, plan) if with_reasons else None
    topped = np.flatnonzero(plan.top_up)
    pledge = np.concatenate([np.full(len(topped), FUND), part.pledges[plan.pledge]])
    need = part.needs[np.concatenate([topped, plan.need])]
    rows = np.stack([pledge, need, np.concatenate([plan.top_up[topped], plan.units])], axis=1)
    facts: dict[str, object] = {
        "value": plan.value,
        "bound": plan.bound,
        "gap": round(plan.gap, 6),
        "certified": plan.gap == 0,
        "projects": int(plan.paid.sum()),
        "top_up": int(plan.top_up.sum()),
    }
    explained = time.perf_counter() - solved
    seconds = {"solve": solved - started, "explain": explained}
    peak = peak_memory_mb()
    return Solved(part.category.name, _by_need(rows), facts, seconds, reasons, peak)


def _by_need(rows: Ints) -> Ints:
    return rows[np.lexsort((rows[:, 0], rows[:, 1]))]


def solve_all(instance: Instance, *, workers: int, with_reasons: bool) -> Iterator[Solved]:
    """Every category in order. On Linux workers are forks, which have the rows already."""
    numbers = range(len(PROMISING))
    if workers == 1:
        for number in numbers:
            yield solve_category(instance, number, with_reasons=with_reasons)
        return
    context = multiprocessing.get_context("fork" if sys.platform == "linux" else "spawn")
    with ProcessPoolExecutor(workers, context, _remember, (instance,)) as pool:
        asked = {n: pool.submit(_solve_remembered, n, with_reasons) for n in PROMISING}
        for number in numbers:
            yield asked[number].result()


# The longest first, so that two workers end at about the same time.
PROMISING = (0, 6, 1, 2, 7, 5, 3, 4)
_instances: dict[str, Instance] = {}


def _remember(instance: Instance) -> None:
    _instances["mine"] = instance


def _solve_remembered(number: int, with_reasons: bool) -> Solved:  # noqa: FBT001 - a task's plain argument.
    return solve_category(_instances["mine"], number, with_reasons=with_reasons)
