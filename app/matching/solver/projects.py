"""The network of projects: money goes through need classes to projects, the fund joins there."""

from dataclasses import dataclass

import numpy as np

from app.matching.solver.claims import Claims
from app.matching.solver.columns import Ints
from app.matching.solver.network import SINK, Arcs, Parts, arcs_between
from app.matching.solver.problem import Problem


def project_claims(problem: Problem, need_class: Ints) -> Claims:
    """One claim a project that some pledge reaches; each has a node, kept as its household."""
    projects = np.flatnonzero(need_class >= 0)
    number, none = np.arange(len(projects)), np.zeros(len(projects), dtype=np.int64)
    cost = problem.needs.qty[projects]
    return Claims(
        need_class=need_class[projects],
        room=cost,
        worth=none,
        composite=none,
        household=number,
        first_need=projects,
        step_need=projects,
        step_arc=number,
        step_room=cost,
        step_start=none,
        households=projects,
        household_first=projects,
    )


@dataclass(frozen=True, slots=True)
class ProjectParts(Parts):
    """As for needs, but each project has a node, and one more node is the fund."""

    fund: int = 0

    def balance(self) -> Ints:
        """The supply of each node, the fund's among them."""
        supply = Parts.balance(self)
        supply[self.starts[4]] = self.fund
        supply[SINK] -= self.fund
        return supply

    def claim_arcs(self) -> Arcs:
        """From need classes to projects."""
        c = self.claims
        return arcs_between(self.starts[2] + c.need_class, self.starts[3] + c.household, c.room)

    def household_arcs(self) -> Arcs:
        """From projects to the sink: their cost."""
        tail = self.starts[3] + self.claims.household
        return arcs_between(tail, np.full(len(tail), SINK), self.claims.room)

    def bracket_arcs(self) -> Arcs:
        """From the fund: first what is left of it, then the most it may add to each project."""
        share = self.claims.room * self.problem.policy.fund_percent // 100
        head = np.concatenate([[SINK], self.starts[3] + self.claims.household])
        tail = np.full(len(head), self.starts[4])
        return arcs_between(tail, head, np.concatenate([[self.fund], share]))

    def floor(self) -> None:
        """Projects are paid completely or not at all: no part of them is a ward's share."""
        return
