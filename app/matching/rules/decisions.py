"""When a proposal may become an allocation: what is re-checked at the moment of acceptance."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta

from app.matching.rules.pairs import LineTerms, NeedTerms, SpecFit, broken_rules
from app.matching.rules.shares import pays_for
from app.matching.rules.states import ProposalState, RunState

# One in twenty is opened on its own page before it may be accepted (TRUST.md, 4.1).
SAMPLE_BYTE = 13


@dataclass(frozen=True, slots=True)
class Candidate:
    """A proposal with all that decides whether it may be accepted now, read under lock.

    prepared_by: who put it forward, or else asked for its run. standing_until: None while the
    standing never ends; standing_approved is False without an approved one. project_cost: đồng, of
    the project that the line's money helps to pay for; None for anything else.
    """

    proposal_id: int
    run_id: str
    run_state: str
    state: str
    ward_code: str
    units: int
    was_opened: bool
    prepared_by: str | None
    override_reason: str | None
    need_id: str
    need_code: str
    need_state: str
    household_id: str
    member_id: str | None
    standing_approved: bool
    standing_until: date | None
    line_id: str
    line_state: str
    pledge_id: str
    pledge_code: str
    donor_id: str
    repeat_after_days: int
    one_per_household: bool
    once_in_programme: bool
    line: LineTerms
    need: NeedTerms
    fit: dict[str, object]
    project_cost: int | None = None

    @property
    def whole(self) -> tuple[str, str] | None:
        """What it is a part of, accepted all or nothing; None for one that stands alone."""
        return None if self.project_cost is None else (self.run_id, self.need_id)

    @property
    def shared_terms(self) -> LineTerms:
        """The line's terms; money towards a project counts as if it paid for the whole."""
        if self.project_cost is None or not pays_for(self.line.spec, self.need.kind_code):
            return self.line
        return replace(
            self.line,
            kind_code=self.need.kind_code,
            unit_value=self.project_cost,
            spec=self.need.spec,
        )

    @property
    def lock_order(self) -> tuple[str, str, str]:
        """Line, household, need: the order in which every acceptance takes its locks."""
        return self.line_id, self.household_id, self.need_id


@dataclass(frozen=True, slots=True)
class DecisionDraft:
    """What an approver ticked. `accepts` is False for a decline, which needs a reason."""

    proposal_ids: tuple[int, ...]
    accepts: bool
    reason: str | None


@dataclass(frozen=True, slots=True)
class ChangeDraft:
    """Fewer units, or another need of the same kind; always with a reason.

    need_code: None keeps the need that the run found best.
    """

    units: int
    need_code: str | None
    reason: str


def wholes(candidates: Iterable[Candidate]) -> list[list[Candidate]]:
    """What is accepted together, in the order of the locks: all parts of a project, else one."""
    found: dict[object, list[Candidate]] = {}
    for candidate in sorted(candidates, key=lambda c: (c.lock_order, c.proposal_id)):
        found.setdefault(candidate.whole or candidate.proposal_id, []).append(candidate)
    return list(found.values())


def refusal_for(
    candidate: Candidate, approver: str | None, today: date, spec_fits: SpecFit
) -> str | None:
    """Why the proposal may not be accepted by `approver` today, as an error code, or None."""
    checks = {
        "proposal-decided-already": candidate.state != ProposalState.PROPOSED,
        "run-no-longer-current": candidate.run_state != RunState.READY,
        "proposal-not-opened": not candidate.was_opened,
        "approver-prepared-it": approver is None or approver == candidate.prepared_by,
        "need-no-longer-open": candidate.need_state != "approved",
        "standing-no-longer-valid": not _has_standing(candidate, today),
        "pledge-no-longer-available": candidate.line_state != "open",
    }
    first = next((code for code, applies in checks.items() if applies), None)
    if first is None and broken_rules(candidate.shared_terms, candidate.need, spec_fits):
        return "pledge-no-longer-fits"
    return first


def _has_standing(candidate: Candidate, today: date) -> bool:
    until = candidate.standing_until
    return candidate.standing_approved and (until is None or until >= today)


def is_in_sample(run_id: str, proposal_id: int) -> bool:
    """Whether this proposal must be opened by itself; about one in twenty, fixed for good."""
    return hashlib.sha256(f"{run_id}:{proposal_id}".encode()).digest()[0] < SAMPLE_BYTE


def repeat_since(today: date, repeat_after_days: int) -> date:
    """The first day on which an earlier gift of the same kind still stands in the way."""
    return today - timedelta(days=repeat_after_days)
