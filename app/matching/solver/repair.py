"""The integer programme that chooses among a few projects, given the money that may reach them."""

from collections import defaultdict
from dataclasses import dataclass
from typing import Any

import numpy as np

from app.matching.solver.classes import classes_of
from app.matching.solver.columns import Bools, Ints, number_bits, number_rows, total_by
from app.matching.solver.misfits import rules_between
from app.matching.solver.problem import Problem

MOST_NODES = 50_000  # Of the search tree: a limit that is the same on every machine.


@dataclass(frozen=True, slots=True)
class Choice:
    """projects: row numbers of needs. money: what each pledge has left; fund: what the fund has.

    nodes: how large the search may grow.
    """

    projects: Ints
    money: Ints
    fund: int
    nodes: int = MOST_NODES


@dataclass(frozen=True, slots=True)
class _Pools:
    """Money that reaches the same projects is one pool; projects reached alike are one group."""

    money: Ints
    group: Ints
    reaches: Bools


def choose(problem: Problem, choice: Choice) -> tuple[Ints, bool]:
    """The projects worth most together that the money can pay completely; whether proven so.

    Money within a pool and projects within a group are interchangeable, so the sums suffice.
    """
    if not len(choice.projects):
        return choice.projects, True
    from ortools.math_opt.python import mathopt  # noqa: PLC0415 - 30 MB that few runs need.

    pools = _pools(problem, choice)
    model = mathopt.Model()
    chosen = [model.add_binary_variable() for _ in choice.projects]
    _limits(model, problem, choice, pools, chosen)
    worth = np.asarray(problem.policy.tier_weights)[problem.tiers()[choice.projects]]
    model.maximize(_sum(zip(worth.tolist(), chosen, strict=True)))
    parameters = mathopt.SolveParameters(
        relative_gap_tolerance=0.0, absolute_gap_tolerance=0.5, node_limit=choice.nodes
    )
    found = mathopt.solve(model, mathopt.SolverType.HIGHS, params=parameters)
    if not found.has_primal_feasible_solution():
        return choice.projects[:0], False
    values = found.variable_values(chosen)
    is_best = found.termination.reason == mathopt.TerminationReason.OPTIMAL
    return choice.projects[np.asarray(values) > 0.5], is_best  # noqa: PLR2004 - 0 or 1, rounded.


def _sum(terms: Any) -> Any:  # noqa: ANN401 - the library has no types.
    from ortools.math_opt.python import mathopt  # noqa: PLC0415 - as above.

    return mathopt.fast_sum(factor * variable for factor, variable in terms)


def _pools(problem: Problem, choice: Choice) -> _Pools:
    classes = classes_of(problem)
    rich = np.flatnonzero((choice.money > 0) & (classes.pledge_class >= 0))
    first, pledge_class = number_rows([classes.pledge_class[rich]])
    types = [problem.needs.ward[choice.projects], classes.need_type[choice.projects]]
    example, group = number_rows(types)
    reaches = _fits(problem, rich[first], choice.projects[example])
    pattern_first, pattern = number_bits(np.packbits(reaches, axis=1))
    money = total_by(pattern[pledge_class], choice.money[rich], len(pattern_first))
    return _Pools(money, group, reaches[pattern_first])


def _fits(problem: Problem, pledges: Ints, needs: Ints) -> Bools:
    pledge, need = np.repeat(pledges, len(needs)), np.tile(needs, len(pledges))
    holds = np.all(list(rules_between(problem, pledge, need).values()), axis=0)
    return np.asarray(holds.reshape(len(pledges), len(needs)), dtype=np.bool_)


def _limits(
    model: Any,  # noqa: ANN401 - the library has no types.
    problem: Problem,
    choice: Choice,
    pools: _Pools,
    chosen: list[Any],
) -> None:
    """A group's projects are paid from the pools that reach it and, in part, from the fund."""
    into: dict[int, list[Any]] = defaultdict(list)
    for pool, money in enumerate(pools.money.tolist()):
        groups = np.flatnonzero(pools.reaches[pool]).tolist()
        flows = [model.add_variable(lb=0.0, ub=money) for _ in groups]
        for group, flow in zip(groups, flows, strict=True):
            into[group].append(flow)
        model.add_linear_constraint(_sum((1, flow) for flow in flows) <= money)
    cost = problem.needs.qty[choice.projects]
    share = cost * problem.policy.fund_percent // 100
    top_ups = []
    for group in range(pools.reaches.shape[1]):
        mine = np.flatnonzero(pools.group == group).tolist()
        top_up = model.add_variable(lb=0.0, ub=choice.fund)
        top_ups.append(top_up)
        costs = _sum((int(cost[i]), chosen[i]) for i in mine)
        model.add_linear_constraint(_sum((1, flow) for flow in [*into[group], top_up]) >= costs)
        model.add_linear_constraint(top_up <= _sum((int(share[i]), chosen[i]) for i in mine))
    model.add_linear_constraint(_sum((1, top_up) for top_up in top_ups) <= choice.fund)
