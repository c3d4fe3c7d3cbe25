"""Projects that several pledges pay for together: each completely or not at all, and why not.

Money (lines of a kind whose model is `money`) goes to needs whose model is `project` and that no
single line already serves; the solver proves how near the choice is to the best.
"""

from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

import numpy as np

from app.matching.encoding import EncodedKind, encode
from app.matching.rules.policy import TIER_NAMES, KindRule, PolicyRules
from app.matching.rules.results import ProposalDraft, UnmatchedDraft
from app.matching.rules.shares import PAID_TOGETHER, SHARE_DONG, pays_for, shares_for, tops_up
from app.matching.rules.snapshot import FreeLine, Kind, OpenNeed, Snapshot
from app.matching.rules.table import Table
from app.matching.rules.table import joined as end_to_end
from app.matching.solver.housing import ProjectPlan, solve_projects
from app.matching.solving import problem_of

# Stands for all projects together, whatever their kind.
PROJECTS = "projects"
PROJECT, MONEY = "project", "money"
Row = TypeVar("Row", OpenNeed, FreeLine)


@dataclass(frozen=True, slots=True)
class CoFunding:
    """What money can do for projects. paid: needs that are paid for; figures: for the run."""

    proposals: tuple[ProposalDraft, ...]
    unmatched: tuple[UnmatchedDraft, ...]
    paid: frozenset[str]
    figures: Mapping[str, int]


def joined(
    proposals: Table[ProposalDraft],
    unmatched: Table[UnmatchedDraft],
    funded: CoFunding,
    *,
    explain_needs: bool,
) -> tuple[Table[ProposalDraft], Table[UnmatchedDraft]]:
    """What a run found kind by kind, with the projects in their place among the neediest.

    proposals: in the order of their ranks. Of a project its own reason stands, not that no single
    line serves it.
    """
    if not funded.proposals and not funded.unmatched:
        return proposals, unmatched
    if funded.proposals:
        keys = [_need_first(row) for row in proposals]
        placed = [
            row._replace(rank=1 + bisect_left(keys, _need_first(row))) for row in funded.proposals
        ]
        proposals = end_to_end(ProposalDraft, [proposals, Table.of(ProposalDraft, placed)])
    told = {row.need_id for row in funded.unmatched if row.need_id} | funded.paid
    stays = [need_id is None or need_id not in told for need_id in unmatched.columns["need_id"]]
    rest = unmatched.where(np.array(stays, dtype=np.bool_))
    new = [row for row in funded.unmatched if explain_needs or row.need_id is None]
    return proposals, end_to_end(UnmatchedDraft, [rest, Table.of(UnmatchedDraft, new)])


def _need_first(row: ProposalDraft) -> tuple[str, int]:
    """Sorts the neediest first: the tier, then the composite."""
    facts: Mapping[str, object] = row.reason["facts"]  # type: ignore[assignment]  # as made above.
    return str(facts["tier"]), -int(str(facts["composite"]))


def fund_projects(
    seen: Snapshot, policy: PolicyRules, proposals: Table[ProposalDraft]
) -> CoFunding:
    """Share the money out. proposals: of single lines; the needs that they serve take none.

    Deterministic for any order of rows. Raises solver.CannotSolve, solver.BadProblem.
    """
    lines = list(_of_model(seen.lines, seen.kinds, MONEY))
    if not lines:
        return CoFunding((), (), frozenset(), {})
    served = set(proposals.columns["need_id"])
    projects = [n for n in _of_model(seen.needs, seen.kinds, PROJECT) if n.id not in served]
    needs = [n for n in projects if n.bar is None and n.cost_dong > 0]
    fund = [line for line in lines if _is_fund(line, seen)]
    money = [line for line in lines if not tops_up(line.spec)]
    if not needs or not money:
        waiting = tuple(_line_left(seen, line, line.units, bool(needs)) for line in lines)
        return CoFunding((), waiting, frozenset(), {})
    return _Shared(seen, policy, (needs, money, fund)).outcome(lines)


def _of_model(rows: Table[Row], kinds: Mapping[str, Kind], model: str) -> Table[Row]:
    """The rows whose kind is of a model: projects have a cost, complete or not at all."""
    codes = rows.column("kind_code")
    return rows.where(codes.ints(lambda code: kinds[code].model == model).astype(np.bool_))


def _is_fund(line: FreeLine, seen: Snapshot) -> bool:
    """A fund serves whoever is short, so one with conditions of its own is none."""
    on_time = line.available_from <= seen.on <= line.available_to
    return tops_up(line.spec) and on_time and not line.groups and line.programme_id is None


class _Shared:
    """The projects' problem, solved, and read back as rows of the run."""

    def __init__(
        self,
        seen: Snapshot,
        policy: PolicyRules,
        sides: tuple[Sequence[OpenNeed], Sequence[FreeLine], Sequence[FreeLine]],
    ) -> None:
        needs, money, fund = sides
        self.seen, self.policy, self.fund = seen, policy, fund
        self.origin = {n.id: n for n in needs}
        self.kind = _encoded(seen, policy, needs, money)
        self.plan = _solved(self.kind, policy, sum(line.units for line in fund))
        self.left = {line.id: line.units for line in (*money, *fund)}

    def outcome(self, lines: Sequence[FreeLine]) -> CoFunding:
        parts = self._parts()
        proposals = tuple(
            draft for place in sorted(parts) for draft in self._proposed(place, parts[place])
        )
        short = [self._short(p) for p in range(len(self.kind.needs)) if p not in parts]
        rest = [_line_left(self.seen, p, self._rest(p), True) for p in lines if self._rest(p)]  # noqa: FBT003 - there are projects.
        paid = frozenset(self.kind.needs[place].id for place in parts)
        return CoFunding(proposals, (*short, *rest), paid, self._figures(short))

    def _rest(self, line: FreeLine) -> int:
        return self.left.get(line.id, line.units)

    def _parts(self) -> dict[int, list[tuple[FreeLine, int]]]:
        """Of each project that is paid for: the lines with their shares, the fund's last."""
        plan, found = self.plan, {}
        for place in np.flatnonzero(plan.paid).tolist():
            mine = slice(*np.searchsorted(plan.need, [place, place + 1]).tolist())
            rows = zip(plan.pledge[mine].tolist(), plan.units[mine].tolist(), strict=True)
            parts = [(self.kind.lines[line], int(units)) for line, units in rows if units]
            for line, units in parts:
                self.left[line.id] -= units
            found[place] = parts + list(self._from_fund(int(plan.top_up[place])))
        return found

    def _from_fund(self, wanted: int) -> Iterator[tuple[FreeLine, int]]:
        for line in self.fund:
            units = min(wanted, self.left[line.id])
            if units:
                self.left[line.id] -= units
                wanted -= units
                yield line, units

    def _proposed(
        self, place: int, parts: Sequence[tuple[FreeLine, int]]
    ) -> Iterator[ProposalDraft]:
        need = self.origin[self.kind.needs[place].id]
        reason = {"code": PAID_TOGETHER, "facts": self._facts(place, need, parts)}
        for line, units in parts:
            yield ProposalDraft(need.ward_code, need.id, line.id, units, 1, reason)

    def _facts(
        self, place: int, need: OpenNeed, parts: Sequence[tuple[FreeLine, int]]
    ) -> dict[str, object]:
        problem = self.plan.problem
        shown = [
            {"pledge": p.pledge_code, "dong": units * SHARE_DONG, "fund": tops_up(p.spec)}
            for p, units in parts
        ]
        return {
            "tier": TIER_NAMES[int(problem.tiers()[place])],
            "groups": list(need.groups),
            "urgency": need.urgency,
            "waiting_days": int(self.kind.need_columns["waiting"][place]),
            "composite": int(problem.needs.composite[place]),
            "cost": need.cost_dong,
            "parts": shown,
        }

    def _short(self, place: int) -> UnmatchedDraft:
        """A project that is not paid for, with what could still come together for it."""
        need = self.origin[self.kind.needs[place].id]
        fit, n, p = self.kind.fit, self.kind.need_columns, self.kind.line_columns
        fits = fit[p["spec"], n["spec"][place]]
        fits &= (p["groups"] == 0) | ((p["groups"] & n["groups"][place]) > 0)
        fits &= (p["programme"] == 0) | (p["programme"] == n["programme"][place])
        fits &= (p["ready"] <= n["late"][place]) & (n["early"][place] <= p["gone"])
        lines = [self.kind.lines[i] for i in np.flatnonzero(fits).tolist()]
        cost = int(n["units"][place])
        within = sum(self.left[line.id] for line in self.fund)
        most = min(within, cost * self.policy.fund_percent // 100)
        got = min(cost, sum(self.left[line.id] for line in lines) + most)
        facts: dict[str, object] = {
            "tier": TIER_NAMES[int(self.plan.problem.tiers()[place])],
            "cost": need.cost_dong,
            "got": min(need.cost_dong, got * SHARE_DONG) if lines else 0,
        }
        code = "project-short" if lines else "project-without-money"
        return UnmatchedDraft(
            need.ward_code, need.id, None, need.units, {"code": code, "facts": facts}
        )

    def _figures(self, short: Sequence[UnmatchedDraft]) -> dict[str, int]:
        plan = self.plan
        fund = int(plan.top_up.sum())
        partly = sum(1 for row in short if row.reason["code"] == "project-short")
        return {
            "asked": len(self.kind.needs),
            "paid": int(plan.paid.sum()),
            "partly": partly,
            "cost": sum(n.cost_dong for n in self.origin.values()),
            "money": (int(plan.units.sum()) + fund) * SHARE_DONG,
            "fund": fund * SHARE_DONG,
            "value": plan.value,
            "bound": plan.bound,
        }


def _encoded(
    seen: Snapshot, policy: PolicyRules, needs: Sequence[OpenNeed], money: Sequence[FreeLine]
) -> EncodedKind:
    """All projects as one kind whose units are shares; which kind each is becomes its spec."""
    asked = tuple(
        n._replace(kind_code=PROJECTS, spec={"kind": n.kind_code}, units=shares_for(n.cost_dong))
        for n in needs
    )
    given = tuple(p._replace(kind_code=PROJECTS) for p in money)
    kind = Kind(PROJECTS, MONEY, {}, KindRule(0, one_per_household=False))
    sides = Table.of(OpenNeed, asked), Table.of(FreeLine, given)
    view = replace(seen, needs=sides[0], lines=sides[1], kinds={PROJECTS: kind}, pending={})

    def fits(
        _fit: Mapping[str, object], given: Mapping[str, object], asked: Mapping[str, object]
    ) -> bool:
        return pays_for(given, str(asked["kind"]))

    return encode(view, kind, policy, fits)


def _solved(kind: EncodedKind, policy: PolicyRules, fund: int) -> ProjectPlan:
    problem = problem_of(kind, policy)
    rules = replace(problem.policy, fund_percent=policy.fund_percent)
    return solve_projects(replace(problem, policy=rules), fund)


def _line_left(
    seen: Snapshot,
    line: FreeLine,
    units: int,
    has_projects: bool,  # noqa: FBT001 - private.
) -> UnmatchedDraft:
    wards = sorted(seen.needs.column("ward_code").values) or [line.ward_code]
    ward = line.ward_code if line.ward_code in wards else wards[0]
    code = "money-waits" if has_projects else "no-project-waits"
    return UnmatchedDraft(ward, None, line.id, units, {"code": code, "facts": {}})
