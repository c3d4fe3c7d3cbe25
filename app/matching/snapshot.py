"""From what a run sees to what it stores: encode, solve kind by kind, explain, count."""

import hashlib
import json
import time
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from operator import itemgetter

import numpy as np

from app.catalogue.rules import fits
from app.matching import cofunding
from app.matching.cofunding import joined
from app.matching.encoding import EncodedKind, encode
from app.matching.explaining import Explanation, Reason
from app.matching.figures import figures_of
from app.matching.keeping import kept
from app.matching.packing import document_of
from app.matching.rules.policy import PolicyRules
from app.matching.rules.results import ProposalDraft, RunResult, UnmatchedDraft
from app.matching.rules.snapshot import FreeLine, OpenNeed, Snapshot
from app.matching.solver.shards import quotas_of
from app.matching.solving import ENGINE, KindPlan, evenest_of_kind, problem_of, solve_kind


def solve(seen: Snapshot, policy: PolicyRules, *, explain_needs: bool = True) -> RunResult:
    """The best plan for a snapshot with all its reasons and figures.

    The same snapshot and policy give the same result, whatever the order of the rows.
    explain_needs: False for an arrived pledge, of which nobody asks why a need got none of it.
    """
    started = time.perf_counter()
    ordered = _in_order(seen)
    cleared, bars = _without_duplicates(ordered, policy)
    parts = [_part(cleared, code, policy) for code in _flowing(seen)]
    parts = [part for part in parts if part.kind.needs or part.kind.lines]
    proposals = _ranked(parts)
    unmatched = list(_unmatched(ordered, parts, bars, explain_needs=explain_needs))
    funded = cofunding.fund_projects(cleared, policy, {p.need_id for p in proposals})
    proposals, unmatched = joined(proposals, unmatched, funded, explain_needs=explain_needs)
    document = document_of(ordered)
    figures = figures_of(ordered, [(p.kind, p.plan) for p in parts], len(bars), funded)
    return RunResult(
        proposals=tuple(proposals),
        unmatched=tuple(unmatched),
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
    lines = [p._replace(units=min(p.units, quotas.get(p.id, 0))) for p in seen.lines]
    return replace(seen, lines=tuple(line for line in lines if line.units > 0))


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
    needs = tuple(sorted(seen.needs, key=lambda n: n.id))
    return replace(seen, needs=needs, lines=tuple(sorted(seen.lines, key=lambda p: p.id)))


def _without_duplicates(
    seen: Snapshot, policy: PolicyRules
) -> tuple[Snapshot, Mapping[str, Reason]]:
    """Of several claims of a household where one is the most, the neediest stands.

    Items of one a household stay: there the solver chooses which of them to serve.
    """
    bars: dict[str, Reason] = {
        n.id: {"code": n.bar, "facts": {}} for n in seen.needs if n.bar is not None
    }
    claims: dict[tuple[str, ...], list[OpenNeed]] = defaultdict(list)
    for need in seen.needs:
        claim = _claim(need, seen)
        if claim is not None and need.id not in bars:
            claims[claim].append(need)
    for twins in (found for found in claims.values() if len(found) > 1):
        first, *others = sorted(twins, key=lambda n: _neediest_first(n, seen, policy))
        for other in others:
            bars[other.id] = {"code": "duplicate-claim", "facts": {"of": first.code}}
    needs = tuple(
        n._replace(bar=str(bars[n.id]["code"])) if n.id in bars else n for n in seen.needs
    )
    return replace(seen, needs=needs), bars


def _claim(need: OpenNeed, seen: Snapshot) -> tuple[str, ...] | None:
    """What only one need of a household may claim; None if each may be served."""
    kind = seen.kinds[need.kind_code]
    if need.once_in_programme and need.programme_id is not None:
        return need.household_id, need.kind_code, need.programme_id
    if kind.rule.one_per_household and kind.model != "item":
        return need.household_id, need.kind_code
    return None


def _neediest_first(need: OpenNeed, seen: Snapshot, policy: PolicyRules) -> tuple[int, int, str]:
    waited = max(0, (seen.on - need.waiting_since).days)
    points = policy.need_points(need.groups)
    return -policy.composite(points, need.urgency, waited), -waited, need.id


def _ranked(parts: Sequence[_Part]) -> list[ProposalDraft]:
    """All pairs as proposals, the neediest household first, ties by id."""
    found: list[tuple[tuple[int, int, str, str], _Part, int, int]] = []
    for part in parts:
        tier, composite = part.plan.tier.tolist(), part.plan.composite.tolist()
        needs, lines = part.kind.needs, part.kind.lines
        rows = zip(part.plan.line.tolist(), part.plan.need.tolist(), strict=True)
        found += [
            ((tier[need], -composite[need], needs[need].id, lines[line].id), part, place, need)
            for place, (line, need) in enumerate(rows)
        ]
    found.sort(key=itemgetter(0))
    return [_proposal(*row[1:], rank, row[0][3]) for rank, row in enumerate(found, start=1)]


def _proposal(part: _Part, place: int, need: int, rank: int, line_id: str) -> ProposalDraft:
    row = part.kind.needs[need]
    return ProposalDraft(
        ward_code=row.ward_code,
        need_id=row.id,
        line_id=line_id,
        units=int(part.plan.units[place]),
        rank=rank,
        reason=part.why.of_pair(place),
    )


def _unmatched(
    seen: Snapshot,
    parts: Sequence[_Part],
    bars: Mapping[str, Reason],
    *,
    explain_needs: bool,
) -> Iterator[UnmatchedDraft]:
    for need in seen.needs if explain_needs else ():
        if need.id in bars:
            yield UnmatchedDraft(need.ward_code, need.id, None, need.units, bars[need.id])
    barred_kinds = {n.kind_code for n in seen.needs if n.id in bars}
    wards = sorted({n.ward_code for n in seen.needs} or {p.ward_code for p in seen.lines})
    for part in parts:
        yield from _needs_left(part) if explain_needs else ()
        yield from _lines_left(part, wards, part.kind.kind.code in barred_kinds)


def _needs_left(part: _Part) -> Iterator[UnmatchedDraft]:
    served = part.why.served.tolist()
    for place, need in enumerate(part.kind.needs):
        left = need.units - served[place]
        if left > 0:
            yield UnmatchedDraft(need.ward_code, need.id, None, left, part.why.of_need(place))


def _lines_left(
    part: _Part,
    wards: Sequence[str],
    has_barred: bool,  # noqa: FBT001 - private, one caller.
) -> Iterator[UnmatchedDraft]:
    for place, line in enumerate(part.kind.lines):
        left = line.units - int(part.why.placed[place])
        if left <= 0:
            continue
        reason = part.why.of_line(place)
        if reason["code"] == "nobody-needs" and has_barred:
            reason = {"code": "needs-barred", "facts": {}}
        yield UnmatchedDraft(_seen_from(line, wards), None, line.id, left, reason)


def _seen_from(line: FreeLine, wards: Sequence[str]) -> str:
    """The ward whose staff read about the line: its own if the run covers it."""
    return line.ward_code if line.ward_code in wards else wards[0]


def digest_of(document: bytes, policy: PolicyRules) -> str:
    """SHA-256 over all that the result depends on; equal for equal input in any order."""
    rules = json.dumps(policy.as_json(), sort_keys=True, default=str)
    return hashlib.sha256(document + rules.encode()).hexdigest()
