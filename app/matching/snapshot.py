"""From what a run sees to what it stores: encode, solve kind by kind, explain, count."""

import hashlib
import json
import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from operator import le
from typing import NamedTuple, TypeVar

import numpy as np

from app.catalogue.rules import fits
from app.matching import cofunding
from app.matching.encoding import EncodedKind, encode, is_free
from app.matching.explaining import Explanation, Reason
from app.matching.figures import figures_of
from app.matching.keeping import kept
from app.matching.packing import document_of
from app.matching.rules.policy import PolicyRules
from app.matching.rules.results import ProposalDraft, RunResult, UnmatchedDraft
from app.matching.rules.snapshot import OpenNeed, Snapshot
from app.matching.rules.table import Column, Ints, Table, joined, together
from app.matching.solver.shards import quotas_of
from app.matching.solving import ENGINE, KindPlan, evenest_of_kind, problem_of, solve_kind

Row = TypeVar("Row", bound=NamedTuple)


def solve(seen: Snapshot, policy: PolicyRules, *, explain_needs: bool = True) -> RunResult:
    """The best plan for a snapshot with all its reasons and figures.

    The same snapshot and policy give the same result, whatever the order of the rows.
    explain_needs: False for an arrived pledge, of which nobody asks why a need got none of it.
    """
    started = time.perf_counter()
    ordered = _in_order(seen)
    cleared, bars = _without_duplicates(ordered, policy)
    parts = [_part(cleared, code, policy) for code in _flowing(seen)]
    parts = [part for part in parts if len(part.kind.needs) or len(part.kind.lines)]
    proposals = _ranked(parts)
    unmatched = _unmatched(ordered, parts, bars, explain_needs=explain_needs)
    funded = cofunding.fund_projects(cleared, policy, proposals)
    proposals, unmatched = cofunding.joined(
        proposals, unmatched, funded, explain_needs=explain_needs
    )
    document = document_of(ordered)
    figures = figures_of(ordered, [(p.kind, p.plan) for p in parts], len(bars), funded)
    return RunResult(
        proposals=proposals,
        unmatched=unmatched,
        engine=ENGINE,
        digest=digest_of(document, policy),
        document=document,
        certified=all(part.plan.certified for part in parts),
        figures={
            **figures,
            "seconds": {"solve": round(time.perf_counter() - started, 3)},
        },
    )


def evenest_of(seen: Snapshot, policy: PolicyRules) -> int:
    """The first level of all kinds together if even coverage came before priority.

    About what solve() takes for its plans, without their reasons. Raises solver.CannotSolve.
    """
    cleared, _ = _without_duplicates(_in_order(seen), policy)
    kinds = (encode(cleared, seen.kinds[code], policy, fits) for code in _flowing(seen))
    return sum(evenest_of_kind(kind, policy) for kind in kinds)


def without_floor(seen: Snapshot, policy: PolicyRules) -> list[Mapping[str, object]]:
    """The figures that the run would have if its policy had no floor; none where it has none.

    What solve() takes for its plans. Raises solver.CannotSolve.
    """
    if not policy.floor_brackets:
        return []
    return [solve(seen, replace(policy, floor_brackets=0), explain_needs=False).figures]


def _flowing(seen: Snapshot) -> list[str]:
    """The kinds that are shared out by a flow; money follows the projects that it completes."""
    return sorted(code for code, kind in seen.kinds.items() if kind.model != cofunding.MONEY)


def quotas(seen: Snapshot, policy: PolicyRules) -> dict[tuple[str, str], int]:
    """(province, line) -> the units of the lines that each province may give.

    Money for projects stays in the province it comes from.
    """
    cleared, _ = _without_duplicates(_in_order(seen), policy)
    found = {}
    for code in sorted(seen.kinds):
        kind = encode(cleared, seen.kinds[code], policy, fits)
        given = quotas_of(problem_of(kind, policy))
        for line, province in np.argwhere(given).tolist():
            place = kind.provinces[province], kind.lines[line].id
            found[place] = int(given[line, province])
    return found


def within(seen: Snapshot, quotas: Mapping[str, int]) -> Snapshot:
    """The snapshot with only so many units of each line; a line without a quota is left out."""
    ids, units = seen.lines.column("id"), seen.lines.ints("units")
    most = np.minimum(units, ids.ints(lambda line: quotas.get(line, 0)))
    lines = seen.lines.having(units=Column.of_ints(most))
    return replace(seen, lines=lines.where(most > 0))


class _Part:
    """One kind with its plan and the reasons for it."""

    def __init__(self, kind: EncodedKind, plan: KindPlan) -> None:
        self.kind, self.plan = kind, plan
        self.why = Explanation(kind, plan)


def _part(seen: Snapshot, code: str, policy: PolicyRules) -> _Part:
    kind = encode(seen, seen.kinds[code], policy, fits)
    plan = solve_kind(kind, policy)
    return _Part(kind, kept(kind, plan, seen.pending, policy))


def _in_order(seen: Snapshot) -> Snapshot:
    """Rows by id, so that their order in the database cannot matter."""
    return replace(seen, needs=_by_id(seen.needs), lines=_by_id(seen.lines))


def _by_id(rows: Table[Row]) -> Table[Row]:
    ids = list(rows.columns["id"])
    if all(map(le, ids, ids[1:])):
        return rows
    return rows.take(np.array(sorted(range(len(ids)), key=ids.__getitem__), dtype=np.int64))


def _without_duplicates(
    seen: Snapshot, policy: PolicyRules
) -> tuple[Snapshot, Mapping[int, Reason]]:
    """Of several claims of a household where one is the most, the neediest stands.

    Items of one a household stay: there the solver chooses which of them to serve. Returns the
    snapshot with the others barred, and each barred need's row with why.
    """
    needs, bar = seen.needs, seen.needs.column("bar")
    barred = np.flatnonzero(~is_free(needs))
    bars: dict[int, Reason] = {row: {"code": bar[row], "facts": {}} for row in barred.tolist()}
    claim = _claims(seen)
    rows = np.flatnonzero(claim >= 0)
    rows = rows[np.lexsort((rows, *_least_needy(seen, policy, rows), claim[rows]))]
    # Sorted so, every row but the first of its claim is a duplicate of that one.
    first = rows[np.searchsorted(claim[rows], claim[rows], side="left")]
    other = rows != first
    for row, of in zip(rows[other].tolist(), first[other].tolist(), strict=True):
        bars[row] = {"code": "duplicate-claim", "facts": {"of": needs.column("code")[of]}}
    if not other.any():
        return seen, bars
    told = list(bar)
    for row, reason in bars.items():
        told[row] = str(reason["code"])
    return replace(seen, needs=needs.having(bar=Column.of(told))), bars


def _claims(seen: Snapshot) -> Ints:
    """Of each need the number of what one household may claim but once, or -1 if it is free."""
    needs = seen.needs
    one = {c for c, k in seen.kinds.items() if k.rule.one_per_household and k.model != "item"}
    programme = needs.column("programme_id")
    once = needs.ints("once_in_programme").astype(np.bool_)
    once &= programme.ints(lambda drive: drive is not None).astype(np.bool_)
    is_one = needs.column("kind_code").ints(one.__contains__).astype(np.bool_)
    # 0 is no programme: what one household may claim once, whatever the programme.
    drives = Column(range(len(programme.values) + 1), np.where(once, programme.codes + 1, 0))
    number = together(needs.column("household_id"), needs.column("kind_code"), drives).codes
    return np.where((once | is_one) & is_free(needs), number, -1)


def _least_needy(seen: Snapshot, policy: PolicyRules, rows: Ints) -> tuple[Ints, Ints]:
    """Keys that sort the neediest first: the last decides, the one before settles ties."""
    needs = seen.needs.take(rows)
    days = needs.column("waiting_since").map(lambda since: max(0, (seen.on - since).days))
    points = needs.column("groups").ints(policy.need_points)
    urgency = needs.ints("urgency") * policy.urgency_points
    return -days.ints(int), -(points + urgency + days.ints(policy.waiting_points))


def _ranked(parts: Sequence[_Part]) -> Table[ProposalDraft]:
    """All pairs as proposals, the neediest household first, ties by id."""
    found = joined(ProposalDraft, (_pairs(part) for part in parts))
    keys = [np.concatenate(columns) for columns in zip(*map(_rank_keys, parts), strict=True)]
    if not keys:
        return found
    order = np.lexsort(keys)
    return found.take(order).having(rank=range(1, len(order) + 1))


def _rank_keys(part: _Part) -> tuple[Ints, ...]:
    """Of each pair, the last of them deciding first: line, need, hardship, tier."""
    kind, plan = part.kind, part.plan
    ids = kind.line_rows[plan.line], kind.need_rows[plan.need]
    return *ids, -plan.composite[plan.need], plan.tier[plan.need]


def _pairs(part: _Part) -> Table[ProposalDraft]:
    plan, needs, lines = part.plan, part.kind.needs, part.kind.lines
    columns: dict[str, Sequence[object]] = {
        "ward_code": needs.column("ward_code").take(plan.need),
        "need_id": needs.column("id").take(plan.need),
        "line_id": lines.column("id").take(plan.line),
        "units": plan.units.tolist(),
        "rank": range(len(plan.need)),
        "reason": part.why.of_pairs(),
    }
    return Table(ProposalDraft, columns, len(plan.need))


def _unmatched(
    seen: Snapshot,
    parts: Sequence[_Part],
    bars: Mapping[int, Reason],
    *,
    explain_needs: bool,
) -> Table[UnmatchedDraft]:
    needs = seen.needs
    rows = np.array(sorted(bars), dtype=np.int64)
    kinds = set(needs.column("kind_code").take(rows).values)
    wards = set(needs.column("ward_code").values)
    places = sorted(wards or set(seen.lines.column("ward_code").values))
    found = []
    if explain_needs:
        why: Column[Reason] = Column([bars[row] for row in rows.tolist()], np.arange(len(rows)))
        found.append(_needs_left(needs, rows, needs.ints("units"), why))
    for part in parts:
        if explain_needs:
            left = part.kind.need_columns["units"] - part.why.served
            rest = np.flatnonzero(left > 0)
            found.append(_needs_left(part.kind.needs, rest, left, part.why.of_needs(rest)))
        found.append(_lines_left(part, places, is_barred=part.kind.kind.code in kinds))
    return joined(UnmatchedDraft, found)


def _needs_left(
    needs: Table[OpenNeed], rows: Ints, units: Ints, why: Column[Reason]
) -> Table[UnmatchedDraft]:
    """Some rows of needs; units: of every row, why: of these."""
    columns: dict[str, Sequence[object]] = {
        "ward_code": needs.column("ward_code").take(rows),
        "need_id": needs.column("id").take(rows),
        "line_id": Column.of_one(None, len(rows)),
        "units": units[rows].tolist(),
        "reason": why,
    }
    return Table(UnmatchedDraft, columns, len(rows))


def _lines_left(part: _Part, wards: Sequence[str], *, is_barred: bool) -> Table[UnmatchedDraft]:
    left = part.kind.line_columns["units"] - part.why.placed
    rest = np.flatnonzero(left > 0)
    lines, why = part.kind.lines.take(rest), part.why.of_lines(rest)
    if is_barred and not len(part.kind.needs):
        why = Column.of_one({"code": "needs-barred", "facts": {}}, len(rest))
    known = frozenset(wards)
    columns: dict[str, Sequence[object]] = {
        "ward_code": lines.column("ward_code").map(lambda at: at if at in known else wards[0]),
        "need_id": Column.of_one(None, len(rest)),
        "line_id": lines.column("id"),
        "units": left[rest].tolist(),
        "reason": why,
    }
    return Table(UnmatchedDraft, columns, len(rest))


def digest_of(document: bytes, policy: PolicyRules) -> str:
    """SHA-256 over all that the result depends on; equal for equal input in any order."""
    rules = json.dumps(policy.as_json(), sort_keys=True, default=str)
    return hashlib.sha256(document + rules.encode()).hexdigest()
