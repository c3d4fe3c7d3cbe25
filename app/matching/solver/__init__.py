"""The matching engine: the provably best plan for one category, pure and deterministic.

    problem = Problem(needs, pledges, ward_cluster, ward_province, fit, cap_households, policy)
    plan = solve(problem)        # plan.pledge, .need, .units: rows; plan.certified; plan.values
    plan.explain()               # codes and numbers for every need and every pledge
    certify(problem, rows)       # proves or refuses any plan, wherever it comes from
    arrive.place_pledge(...), arrive.place_need(...)     # frozen-exact: what is promised stays
    housing.solve_projects(...)  # co-funded projects, with a proven bound
    files.read_problems(path)    # the file interface of `nhipcau solve`

Rows must come sorted by their natural key: then the plan does not depend on the order in which a
database returned them. Categories are independent: the household rule and fairness are each a
category's own. Who is eligible is settled before (eligibility.py). Imports no framework and no
database. Source: MATCHING.md; proofs in app/matching/DECISIONS.md.
"""

from app.matching.solver.engine import ENGINE, CannotSolve
from app.matching.solver.explain import WHYS, NeedReason, NeedReasons
from app.matching.solver.plan import Given, Plan, certify, solve
from app.matching.solver.problem import BadProblem, Needs, Pledges, Policy, Problem
from app.matching.solver.surplus import PledgeReason, PledgeReasons
from app.matching.solver.why import Why

__all__ = [
    "ENGINE",
    "WHYS",
    "BadProblem",
    "CannotSolve",
    "Given",
    "NeedReason",
    "NeedReasons",
    "Needs",
    "Plan",
    "PledgeReason",
    "PledgeReasons",
    "Pledges",
    "Policy",
    "Problem",
    "Why",
    "certify",
    "solve",
]
