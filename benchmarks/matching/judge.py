"""The rules of the file interface, asked of a plan by the generator's own words."""

import numpy as np

from app.matching.solver.columns import Bools, Ints
from benchmarks.matching.instances import Given, generator

FUND = -1


def violations(given: Given, rows: Ints) -> int:
    """How often a plan (pledge, need, units) breaks a rule: fit, quantity, household, project."""
    inst = given.original
    gifts = rows[rows[:, 0] != FUND]
    got = np.bincount(rows[:, 1], rows[:, 2], len(inst.needs["qty"])).astype(np.int64)
    used = np.bincount(gifts[:, 0], gifts[:, 2], len(inst.pledges["qty"])).astype(np.int64)
    project = inst.needs["category"] == generator.HOUSING
    return int(
        (rows[:, 2] <= 0).sum()
        + (~inst.eligible & (got > 0)).sum()
        + (got > inst.needs["qty"]).sum()
        + (used > inst.pledges["qty"]).sum()
        + (project & (got > 0) & (got != inst.needs["qty"])).sum()
        + _misfits(inst, gifts)
        + _twice(inst, got > 0)
        + _fund(inst, rows[rows[:, 0] == FUND])
    )


def _misfits(inst: object, gifts: Ints) -> int:
    order = gifts[np.argsort(gifts[:, 0], kind="stable")]
    pledges, first = np.unique(order[:, 0], return_index=True)
    parts = np.split(order[:, 1], first[1:])
    return sum(
        int((~generator.compat(inst, int(pledge), needs)).sum())
        for pledge, needs in zip(pledges, parts, strict=True)
    )


def _twice(inst: object, served: Bools) -> int:
    """Households with two served needs where one is the most."""
    needs = inst.needs  # type: ignore[attr-defined]  # The generator's, untyped.
    capped = np.isin(needs["category"], generator.CAP_BY_HOUSEHOLD) & served
    key = needs["household"][capped] * 8 + needs["category"][capped]
    return len(key) - len(np.unique(key))


def _fund(inst: object, rows: Ints) -> int:
    """Top-ups beyond the fund, beyond a project's share, or of no project."""
    needs = inst.needs  # type: ignore[attr-defined]  # The generator's, untyped.
    share = needs["qty"][rows[:, 1]] * generator.FUND_PCT
    beyond = int((rows[:, 2] * 100 > share).sum())
    other = int((needs["category"][rows[:, 1]] != generator.HOUSING).sum())
    total = int(rows[:, 2].sum()) > inst.fund_total  # type: ignore[attr-defined]  # As above.
    return beyond + other + int(total)


def raw_pairs(given: Given) -> int:
    """How many pairs of a pledge and an eligible need fit, the seven flow categories together."""
    inst, total = given.original, 0
    for category in generator.FLOW:
        needs = np.flatnonzero((inst.needs["category"] == category) & inst.eligible)
        for pledge in np.flatnonzero(inst.pledges["category"] == category).tolist():
            total += int(generator.compat(inst, pledge, needs).sum())
    return total
