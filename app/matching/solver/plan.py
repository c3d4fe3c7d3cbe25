"""A solved category: its rows, what they are worth, their proof and their reasons."""

from dataclasses import dataclass

import numpy as np

from app.matching.solver.classes import classes_of
from app.matching.solver.columns import Ints
from app.matching.solver.engine import best_flow, costs_of
from app.matching.solver.expand import expand
from app.matching.solver.explain import NeedReasons, explain_needs
from app.matching.solver.lift import Rows
from app.matching.solver.network import Network, build
from app.matching.solver.problem import Problem
from app.matching.solver.proof import Proof, Values, prove
from app.matching.solver.surplus import PledgeReasons, explain_pledges
from app.matching.solver.tree import tree_of


@dataclass(frozen=True, slots=True)
class Given:
    """`units` of a pledge for a need, both as row numbers of the problem."""

    pledge: int
    need: int
    units: int


@dataclass(frozen=True, slots=True)
class Plan:
    """The best plan of one category.

    pledge, need (row numbers) and units: parallel columns, ordered by need and pledge. values:
    first-level value, fairness points, sum of composites, distance. floor: the units within the
    policy's floor, which come before all four; None without one. certified: proven optimal on
    all of them by exact arithmetic over these rows. stages: how many runs of the engine it took.
    """

    problem: Problem
    pledge: Ints
    need: Ints
    units: Ints
    values: Values
    floor: int | None
    certified: bool
    stages: int
    network: Network
    proof: Proof | None

    @property
    def given(self) -> tuple[Given, ...]:
        """The rows one by one."""
        columns = (self.pledge.tolist(), self.need.tolist(), self.units.tolist())
        return tuple(Given(*row) for row in zip(*columns, strict=True))

    @property
    def nodes(self) -> int:
        """The size of the network."""
        return self.network.nodes

    @property
    def arcs(self) -> int:
        """The size of the network."""
        return len(self.network.arcs)

    def explain(self) -> tuple[NeedReasons, PledgeReasons]:
        """Why each need and each pledge ended as it did, in the order of the rows."""
        rows = (self.pledge, self.need, self.units)
        prices = None if self.proof is None else self.proof.prices
        return (
            explain_needs(self.problem, self.network, rows, prices),
            explain_pledges(self.problem, self.network, rows),
        )


def network_of(problem: Problem) -> Network:
    """The checked problem as a network. Raises BadProblem."""
    problem.check()
    return build(problem, tree_of(problem), classes_of(problem))


def solve(problem: Problem) -> Plan:
    """Solve one category exactly. Raises BadProblem, CannotSolve."""
    network = network_of(problem)
    flow, stages = best_flow(network, costs_of(network))
    rows = expand(problem, network, flow)
    proof = prove(problem, network, rows)
    return Plan(
        problem=problem,
        pledge=rows[0],
        need=rows[1],
        units=rows[2],
        values=(0, 0, 0, 0) if proof is None else proof.values,
        floor=None if proof is None else proof.floor,
        certified=proof is not None and proof.prices is not None,
        stages=stages,
        network=network,
        proof=proof,
    )


def certify(problem: Problem, rows: Rows) -> bool:
    """Whether any plan, given as columns of pledge, need and units, is feasible and the best."""
    columns = tuple(np.asarray(column, dtype=np.int64) for column in rows)
    proof = prove(problem, network_of(problem), (columns[0], columns[1], columns[2]))
    return proof is not None and proof.prices is not None
