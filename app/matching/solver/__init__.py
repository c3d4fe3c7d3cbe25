"""The matching engine: the provably best plan for one category, pure and deterministic.

    problem = Problem(needs, pledges, ward_cluster, ward_province, fit, cap_households, policy)
    plan = solve(problem)            # plan.given: rows of (pledge, need, units); plan.certified
    explain_needs / explain_pledges  # codes and numbers for every row; plan.explain() gives both

Rows must come sorted by their natural key: then the plan does not depend on the order in which a
database returned them. Categories are independent: the household rule and fairness are each a
category's own. Imports no framework and no database. Source: MATCHING.md; proofs in DECISIONS.md.
"""

from dataclasses import dataclass

from app.matching.solver.classes import Classes, classes_of
from app.matching.solver.expand import Given, expand
from app.matching.solver.explain import (
    NeedReason,
    PledgeReason,
    Why,
    explain_needs,
    explain_pledges,
)
from app.matching.solver.network import Built, build
from app.matching.solver.problem import BadProblem, Needs, Pledges, Policy, Problem
from app.matching.solver.solve import ENGINE, CannotSolve, Solved, solve_network

__all__ = [
    "ENGINE",
    "BadProblem",
    "CannotSolve",
    "Given",
    "NeedReason",
    "Needs",
    "Plan",
    "PledgeReason",
    "Pledges",
    "Policy",
    "Problem",
    "Why",
    "solve",
]


@dataclass(frozen=True, slots=True)
class Plan:
    """The best plan of one category.

    given: units by pledge and need (row numbers), ordered by need. values: first-level value,
    fairness points, sum of composites, distance. certified: proven optimal on all four.
    """

    problem: Problem
    given: tuple[Given, ...]
    values: tuple[int, int, int, int]
    certified: bool
    nodes: int
    arcs: int
    classes: Classes
    built: Built
    solved: Solved

    def explain(self) -> tuple[list[NeedReason], list[PledgeReason]]:
        """Why each need and each pledge ended as it did, in the order of the rows."""
        needs = explain_needs(self.problem, self.classes, self.built, self.solved.flow, self.given)
        return needs, explain_pledges(self.problem, self.given)


def solve(problem: Problem) -> Plan:
    """Solve one category exactly. Raises BadProblem, CannotSolve."""
    problem.check()
    classes = classes_of(problem)
    built = build(problem, classes)
    solved = solve_network(built.network, problem.policy.brackets)
    return Plan(
        problem=problem,
        given=tuple(expand(problem, classes, built, solved.flow)),
        values=solved.values,
        certified=solved.certified,
        nodes=len(built.network.keys),
        arcs=len(built.network.tail),
        classes=classes,
        built=built,
        solved=solved,
    )
