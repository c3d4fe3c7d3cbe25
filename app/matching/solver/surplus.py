"""What pledges keep, and which single rule keeps the needs that are still open from them."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple, overload

import numpy as np

from app.matching.solver.columns import Bools, Ints, number_rows, total_by
from app.matching.solver.lift import Rows
from app.matching.solver.misfits import (
    Blocking,
    Misfits,
    apart_of,
    rules_between,
    the_most_first,
)
from app.matching.solver.network import Network
from app.matching.solver.problem import ANYWHERE, CLUSTER, PROVINCE, WARD, Problem
from app.matching.solver.why import Why

TERMS = ("spec", "groups", "programme", "window")


class PledgeReason(NamedTuple):
    """One pledge: the units it keeps, and the single rules that keep needs from it.

    blocking: where no need fits, of all needs; where all that fit have enough, of open ones.
    """

    why: Why
    units_left: int
    blocking: Blocking = ()


@dataclass(frozen=True, eq=False)
class PledgeReasons(Sequence[PledgeReason]):
    """The reasons of all pledges, in the order of the rows; one is made when it is read.

    left: the units that each keeps. fits: whether some need fits it. open_units: of each need
    what the plan leaves open.
    """

    problem: Problem
    left: Ints
    fits: Bools
    open_units: Ints
    misfits: Misfits

    def __len__(self) -> int:
        return len(self.left)

    @overload
    def __getitem__(self, row: int) -> PledgeReason: ...
    @overload
    def __getitem__(self, row: slice) -> list[PledgeReason]: ...
    def __getitem__(self, row: int | slice) -> PledgeReason | list[PledgeReason]:
        if isinstance(row, slice):
            return [self[place] for place in range(*row.indices(len(self)))]
        left = int(self.left[row])
        if not left:
            return PledgeReason(Why.SERVED, 0)
        if not self.fits[row]:
            return PledgeReason(Why.NO_NEED_FITS, left, self.misfits.of_pledge(row))
        found, number = self._nearest
        return PledgeReason(Why.NEEDS_MET, left, found[number[row]])

    @cached_property
    def _nearest(self) -> tuple[list[Blocking], Ints]:
        """What nearest() says of those that keep units, and the place of each row's answer."""
        rows = np.flatnonzero((self.left > 0) & self.fits)
        found, number = nearest(self.problem, rows, self.open_units)
        place = np.zeros(len(self.left), dtype=np.int64)
        place[rows] = number
        return found, place


def explain_pledges(problem: Problem, network: Network, rows: Rows) -> PledgeReasons:
    """A reason for every pledge, in the order of the rows; units left are its surplus."""
    got = total_by(rows[1], rows[2], len(problem.needs))
    return PledgeReasons(
        problem=problem,
        left=problem.pledges.qty - total_by(rows[0], rows[2], len(problem.pledges)),
        fits=np.isin(network.rows.pledge_class, network.hubs.classes),
        open_units=still_open(problem, got),
        misfits=Misfits(problem),
    )


def still_open(problem: Problem, got: Ints) -> Ints:
    """The units that each need lacks after it got so many; none where its household is served."""
    lacking: Ints = problem.needs.qty - got
    if problem.cap_households:
        household = problem.needs.household
        lacking[np.isin(household, household[got > 0])] = 0
    return lacking


def nearest(problem: Problem, pledges: Ints, open_units: Ints) -> tuple[list[Blocking], Ints]:
    """Which rule alone keeps how many of the open units from pledges: the distinct answers.

    pledges: row numbers. Returns the answers, the largest count of each first, and the place of
    each pledge's. Cost: distinct terms of the pledges times distinct terms of the open needs.
    """
    p, asked = problem.pledges, _Asked(problem, open_units)
    columns = (
        p.spec, p.groups, p.programme, p.avail_from, p.avail_to, p.scope_kind, p.scope_id
    )  # fmt: skip
    first, number = number_rows([column[pledges] for column in columns])
    return [asked.missing(row) for row in pledges[first].tolist()], number


class _Asked:
    """Open units by the terms of their needs, as a whole and within each place."""

    def __init__(self, problem: Problem, open_units: Ints) -> None:
        self._problem = problem
        n, rows = problem.needs, np.flatnonzero(open_units > 0)
        columns = (n.spec, n.groups, n.programme, n.start, n.deadline)
        first, self._terms = number_rows([column[rows] for column in columns])
        self._of_terms, self._units = rows[first], open_units[rows]
        ward = n.ward[rows]
        self._order: dict[int, tuple[Ints, Ints]] = {}
        for kind, place in (
            (WARD, ward),
            (CLUSTER, problem.ward_cluster[ward]),
            (PROVINCE, problem.ward_province[ward]),
        ):
            order = np.argsort(place, kind="stable")
            self._order[kind] = order, place[order]
        self._everywhere = self._by_terms(np.arange(len(rows)))
        self._within: dict[tuple[int, int], Ints] = {}
        self._misses: dict[tuple[int, ...], Ints] = {}

    def _by_terms(self, rows: Ints) -> Ints:
        return total_by(self._terms[rows], self._units[rows], len(self._of_terms))

    def missing(self, pledge: int) -> Blocking:
        """The rules that alone keep these units from a pledge."""
        misses, within = self._misses_of(pledge), self._within_reach(pledge)
        counts = [int(count) for count in misses[: len(TERMS)] @ within]
        beyond = int(misses[-2] @ (self._everywhere - within) + misses[-1] @ self._everywhere)
        return the_most_first(dict(zip((*TERMS, "area"), (*counts, beyond), strict=True)))

    def _misses_of(self, pledge: int) -> Ints:
        """For each of TERMS a row: 1 where a need's terms miss by it alone.

        Then a row for those that miss by none, and one for those that only their place keeps out.
        """
        p = self._problem.pledges
        columns = (p.spec, p.groups, p.programme, p.avail_from, p.avail_to)
        key = tuple(int(column[pledge]) for column in columns)
        if key not in self._misses:
            every = self._of_terms
            holds = rules_between(self._problem, np.full(len(every), pledge), every)
            broken = np.stack([~holds[name] for name in TERMS])
            count = broken.sum(axis=0)
            apart = apart_of(self._problem, np.full(len(every), pledge), every) != 0
            alone = np.concatenate(
                [broken & (count == 1) & ~apart, [(count == 0) & ~apart, (count == 0) & apart]]
            )
            self._misses[key] = alone.astype(np.int64)
        return self._misses[key]

    def _within_reach(self, pledge: int) -> Ints:
        p = self._problem.pledges
        key = int(p.scope_kind[pledge]), int(p.scope_id[pledge])
        if key[0] == ANYWHERE:
            return self._everywhere
        if key not in self._within:
            order, places = self._order[key[0]]
            begin, end = np.searchsorted(places, [key[1], key[1] + 1])
            self._within[key] = self._by_terms(order[begin:end])
        return self._within[key]
