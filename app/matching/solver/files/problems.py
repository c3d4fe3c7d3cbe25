"""From an instance to one problem a category, with the rows of the files that it stands for."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from app.matching.solver.columns import Ints
from app.matching.solver.eligibility import bars_of, composite_of, neediest_first
from app.matching.solver.files.kinds import CATEGORIES, Category
from app.matching.solver.files.reading import Instance
from app.matching.solver.problem import Needs, Pledges, Policy, Problem


@dataclass(frozen=True, slots=True)
class Part:
    """One category of an instance.

    needs, pledges: ids of the problem's rows. barred: ids of its needs that are not eligible,
    with their Bar and the id of the need that stands instead, or -1; parallel.
    """

    category: Category
    problem: Problem
    needs: Ints
    pledges: Ints
    barred: Ints
    bar: Ints
    instead: Ints


def parts_of(instance: Instance, policy: Policy) -> Iterator[Part]:
    """The categories in order. Rows are sorted by id, so their order in the files is of no use."""
    for number in range(len(CATEGORIES)):
        yield part_of(instance, policy, number)


def part_of(instance: Instance, policy: Policy, number: int) -> Part:
    """One category, by its number in CATEGORIES."""
    category, n, p = CATEGORIES[number], instance.needs, instance.pledges
    rows = np.flatnonzero(n["category"] == number)
    rows = rows[np.argsort(n["need_id"][rows])]
    composite = composite_of(policy, n["score"][rows], n["urgency"][rows], n["waiting"][rows])
    households = instance.blocked["household"][instance.blocked["category"] == number]
    bar, instead = bars_of(
        n["household"][rows],
        np.isin(n["household"][rows], households),
        neediest_first(composite, n["waiting"][rows]) if category.merges else None,
    )
    open_rows, barred = rows[bar == 0], np.flatnonzero(bar)
    offers = np.flatnonzero(p["category"] == number)
    offers = offers[np.argsort(p["pledge_id"][offers])]
    ids = n["need_id"][rows]
    return Part(
        category=category,
        problem=Problem(
            needs=_needs(instance, open_rows, composite[bar == 0]),
            pledges=_pledges(instance, offers),
            ward_cluster=instance.cluster,
            ward_province=instance.province,
            fit=category.fit,
            cap_households=category.caps,
            policy=policy,
        ),
        needs=n["need_id"][open_rows],
        pledges=p["pledge_id"][offers],
        barred=ids[barred],
        bar=bar[barred],
        instead=np.where(instead[barred] >= 0, ids[instead[barred]], -1),
    )


def _needs(instance: Instance, rows: Ints, composite: Ints) -> Needs:
    n = instance.needs
    names = ("household", "ward", "spec", "groups", "programme", "start", "deadline", "qty")
    columns = {name: n[name][rows] for name in names}
    return Needs(**columns, had=np.zeros_like(composite), composite=composite)


def _pledges(instance: Instance, rows: Ints) -> Pledges:
    p = instance.pledges
    names = (
        "origin", "spec", "qty", "scope_kind", "scope_id", "groups", "programme", "avail_from",
        "avail_to",
    )  # fmt: skip
    return Pledges(**{name: p[name][rows] for name in names})
