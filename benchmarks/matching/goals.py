"""Each bar of MATCHING.md, section 8, as figures of one instance; some only at some scales."""

import time
from collections.abc import Callable, Iterator

import numpy as np

from app.matching.solver.columns import Ints, total_by
from app.matching.solver.engine import costs_of
from app.matching.solver.explain import WHYS, explain_needs
from app.matching.solver.housing import solve_projects
from app.matching.solver.lift import Rows
from app.matching.solver.network import Network
from app.matching.solver.proof import prove
from app.matching.solver.shards import solve_in_shards
from app.matching.solver.why import Why
from benchmarks.figures import Figure, Goal, at_least, at_most, percentile
from benchmarks.matching import baselines, yardsticks
from benchmarks.matching.arrivals import arrive
from benchmarks.matching.instances import Given, Run, ids_of, run_of, seconds_of
from benchmarks.matching.judge import raw_pairs, violations
from benchmarks.matching.processes import shuffled, solve_in_process
from benchmarks.matching.product import (
    need_milliseconds,
    pledge_milliseconds,
    raw_seconds,
    run_whole,
)
from benchmarks.matching.site import site_with

END_TO_END = {"ward": 2.5, "district": 1.6, "province": 1.3}
FEWER_ARCS = {"district": 25, "province": 100}
AROUND_ENGINE = {"district": 0.5, "province": 0.2}
FASTER_THAN_NETWORKX = {"ward": 10, "district": 25}
PEAK_MB = {"district": 160, "province": 600}
# networkx takes minutes for all of a district; these two have the most and the fewest arcs a node.
NETWORKX_SAMPLE = ("insurance", "mobility")


class Measured:
    """An instance with what several figures share: its runs, each category once."""

    def __init__(self, given: Given) -> None:
        self.given = given
        self.runs = [run_of(part) for part in given.flows]

    @property
    def scale(self) -> str:
        """The instance's scale."""
        return self.given.scale


def optimality(seen: Measured) -> Iterator[Figure]:
    """Nothing broken, everything proven; at ward size also against linear programmes."""
    rows = np.concatenate([ids_of(run) for run in seen.runs])
    yield at_most("violations", violations(seen.given, rows), "rows", 0)
    certified = sum(run.is_certified for run in seen.runs)
    yield at_least("categories proven optimal", certified, "of 7", 7)
    if seen.scale == "ward":
        equal = sum(yardsticks.equals_linear_programme(run) for run in seen.runs)
        yield at_least("categories equal to the linear programmes", equal, "of 7", 7)


def housing(seen: Measured) -> Iterator[Figure]:
    """The gap to the proven bound."""
    part = next(part for part in seen.given.parts if part.category.is_project)
    plan = solve_projects(part.problem, seen.given.instance.fund)
    topped = np.flatnonzero(plan.top_up)
    pledge = np.concatenate([np.full(len(topped), -1), part.pledges[plan.pledge]])
    need = part.needs[np.concatenate([topped, plan.need])]
    units = np.concatenate([plan.top_up[topped], plan.units])
    broken = violations(seen.given, np.stack([pledge, need, units], axis=1))
    yield at_most("housing: violations", broken, "rows", 0)
    limit = 0.0 if seen.scale == "ward" else 0.1
    yield at_most("housing: gap to the proven bound", 100 * plan.gap, "%", limit)


def size_and_speed(seen: Measured) -> Iterator[Figure]:
    """How much the reductions save, and what surrounds the engine."""
    arcs = sum(len(run.network.arcs) for run in seen.runs)
    if seen.scale in FEWER_ARCS:
        fewer = raw_pairs(seen.given) / arcs
        yield at_least("raw pairs for one arc", fewer, "x", FEWER_ARCS[seen.scale])
    if seen.scale in AROUND_ENGINE:
        # The bar counts in OR-Tools' time, whatever engine we use.
        scaling = sum(yardsticks.seconds_ortools(run.network) for run in seen.runs)
        around = seconds_of(seen.runs, "build", "expand") / scaling
        yield at_most("building and expanding / OR-Tools", around, "x", AROUND_ENGINE[seen.scale])
        yield Figure("OR-Tools / ours", scaling / seconds_of(seen.runs, "engine"), "x")
    if seen.scale in FASTER_THAN_NETWORKX:
        yield at_least(
            "networkx / ours, same network",
            _slower(seen.runs, NETWORKX_SAMPLE, yardsticks.one_cost, yardsticks.seconds_networkx),
            "x",
            FASTER_THAN_NETWORKX[seen.scale],
        )
    if seen.scale == "district":
        names = tuple(run.part.category.name for run in seen.runs)
        slower = _slower(seen.runs, names, _upper, yardsticks.seconds_highs)
        yield at_least("HiGHS simplex / ours, same network", slower, "x", 7)


def _upper(network: Network) -> Ints:
    return costs_of(network).upper


def _slower(
    runs: list[Run],
    names: tuple[str, ...],
    cost: Callable[[Network], Ints],
    other: Callable[[Network], float],
) -> float:
    networks = [run.network for run in runs if run.part.category.name in names]
    ours = sum(yardsticks.seconds_ours(network, cost(network)) for network in networks)
    return sum(other(network) for network in networks) / ours


def product(seen: Measured) -> Iterator[Figure]:
    """Through queue and database: a run asked for until it is current, and pledges that arrive."""
    if seen.scale == "region":
        return
    by_ward, rounds = seen.scale == "ward", {"ward": 5, "district": 3}.get(seen.scale, 2)
    with site_with(seen.given) as site:
        wholes = [run_whole(site, 1, by_ward=by_ward) for _ in range(rounds)]
        raw = min(raw_seconds(site, wholes[-1]) for _ in range(rounds))
        one = min(w.seconds for w in wholes)
        yield at_least("product: run is current and proven", wholes[-1].state == "ready", "yes", 1)
        yield Figure("product: request to current, one worker", one, "s")
        yield at_most("product: request to current / copy + engine", one / raw, "x",
                      END_TO_END[seen.scale])  # fmt: skip
        if seen.scale in PEAK_MB:
            peak = max(w.peak_mb for w in wholes)
            yield at_most("product: peak memory of a worker", peak, "MB", PEAK_MB[seen.scale])
        if by_ward:
            run_whole(site, 1, by_ward=True)
            yield at_most(
                "product: one pledge, p99", percentile(pledge_milliseconds(site), 0.99), "ms", 100
            )
            yield at_most(
                "product: one urgent need, p99",
                percentile(need_milliseconds(site), 0.99),
                "ms",
                100,
            )
        else:
            pairs = [run_whole(site, 2, by_ward=False) for _ in range(rounds)]
            plans = {w.plan for w in (*wholes, *pairs)}
            yield at_most("product: different plans of one and two workers", len(plans), "plans", 1)
            limit = 1.6 if seen.scale == "province" else None
            ratio = one / min(w.seconds for w in pairs)
            yield Figure("product: one worker / two workers", ratio, "x", Goal.AT_LEAST, limit)


def people(seen: Measured) -> Iterator[Figure]:
    """What careful people with a list would reach."""
    if seen.scale != "district":
        return
    ours = _sums(seen, [run.rows for run in seen.runs])
    clerk = _sums(seen, [baselines.clerk(seen.given, p) for p in seen.given.flows])
    first = _sums(seen, [baselines.first_come(seen.given, p) for p in seen.given.flows])
    smart = _sums(seen, [baselines.smart(seen.given, p) for p in seen.given.flows])
    yield at_least("priority served, over a clerk", _more(ours[0], clerk[0]), "%", 4)
    yield at_least("priority served, over first come", _more(ours[0], first[0]), "%", 50)
    yield Figure("priority served, over a smart list", _more(ours[0], smart[0]), "%")
    yield at_least("needs served, over a clerk", _more(ours[1], clerk[1]), "%", 25)
    yield at_most("deliveries / a clerk's", ours[2] / clerk[2], "x", 0.65)
    yield at_most("deliveries / a smart list's", ours[2] / smart[2], "x", 0.85)


def _more(ours: int, theirs: int) -> float:
    return 100 * (ours / theirs - 1)


def _sums(seen: Measured, plans: list[Rows]) -> tuple[int, int, int]:
    """First-level value, needs served, deliveries."""
    value = served = pairs = 0
    for run, rows in zip(seen.runs, plans, strict=True):
        problem = run.part.problem
        got = total_by(rows[1], rows[2], len(problem.needs))
        steps = np.cumsum([0, *problem.policy.step_weights])
        last, top = problem.policy.step_weights[-1], len(steps) - 1
        worth = steps[np.minimum(got, top)] + last * np.maximum(got - top, 0)
        value += int((np.asarray(problem.policy.tier_weights)[problem.tiers()] * worth).sum())
        served += int((got > 0).sum())
        pairs += baselines.pairs_of_wards(problem, rows)
    return value, served, pairs


def arrivals(seen: Measured) -> Iterator[Figure]:
    """One pledge at a time, nothing promised moves."""
    if seen.scale == "ward":
        return
    arrived = [
        arrive(run.part.problem, 0 if run.proof is None else run.proof.values[0])
        for run in seen.runs
    ]
    slowest = percentile([ms for a in arrived for ms in a.milliseconds], 0.99)
    yield at_most("one arrival, p99", slowest, "ms", 15)
    kept = sum(a.kept for a in arrived) / sum(a.afresh for a in arrived)
    yield at_least("priority kept after 5 % arrivals", 100 * kept, "%", 99.7)


def reasons(seen: Measured) -> Iterator[Figure]:
    """Every unserved need has a reason, quickly; the better of two rounds."""
    timed = [_explained(seen) for _ in range(2)]
    yield at_most("needs without a reason", timed[0][1], "needs", 0)
    if seen.scale != "ward":
        whole = seconds_of(seen.runs, "build", "engine", "expand", "prove")
        yield at_most("reasons / solving", min(timed)[0] / whole, "x", 0.15)


def _explained(seen: Measured) -> tuple[float, int]:
    started, missing, served = time.perf_counter(), 0, WHYS.index(Why.SERVED)
    for run in seen.runs:
        prices = None if run.proof is None else run.proof.prices
        found = explain_needs(run.part.problem, run.network, run.rows, prices)
        # As a run makes them: a column each, and what blocks a need where nothing fits it.
        for row in np.flatnonzero(found.why == WHYS.index(Why.NOTHING_FITS)).tolist():
            found.misfits.of_need(row)
        is_silent = (found.units < run.part.problem.needs.qty) & (found.why == served)
        missing += int(is_silent.sum())
    return time.perf_counter() - started, missing


def processes(seen: Measured) -> Iterator[Figure]:
    """As processes: the same bytes however they are run, and their memory."""
    folder = seen.given.folder
    one, two = solve_in_process(folder, hash_seed="1"), solve_in_process(folder, workers=2)
    turned = solve_in_process(shuffled(seen.given, folder), hash_seed="5")
    yield at_most(
        "different plans of the same rows", len({one.digest, two.digest, turned.digest}), "plans", 1
    )
    if seen.scale == "province":
        ones = (one.seconds, solve_in_process(folder, hash_seed="9").seconds)
        twos = (two.seconds, solve_in_process(folder, workers=2, hash_seed="77").seconds)
        yield at_least("one worker / two workers", min(ones) / min(twos), "x", 1.6)
    if seen.scale in PEAK_MB:
        yield at_most("peak memory", one.peak_memory_mb, "MB", PEAK_MB[seen.scale])


def shards(seen: Measured) -> Iterator[Figure]:
    """Several provinces: quotas first, then each by itself, against all at once."""
    if seen.scale != "region":
        return
    value = best = broken = 0
    for run in seen.runs:
        rows, _ = solve_in_shards(run.part.problem)
        proof = prove(run.part.problem, run.network, rows)
        value += 0 if proof is None else proof.values[0]
        broken += proof is None
        best += 0 if run.proof is None else run.proof.values[0]
    yield at_most("shards: categories with a broken rule", broken, "of 7", 0)
    yield at_least("shards: priority served / all at once", 100 * value / best, "%", 99.9)


GOALS = (
    optimality, housing, size_and_speed, product, people, arrivals, reasons, processes,
    shards,
)  # fmt: skip
