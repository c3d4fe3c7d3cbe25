"""Comparing two policies over what past runs saw; withdrawing what another ward took first."""

from collections.abc import Sequence

from app.accounts.rules import SYSTEM
from app.infra.jobs import Lease
from app.infra.transaction import Session, transaction
from app.kernel.clock import now
from app.matching.actions.comparisons import fail_comparison, store_comparison
from app.matching.actions.replacing import withdraw_overtaken as withdraw
from app.matching.comparing import Comparing, solved_under
from app.matching.packing import unpacked
from app.matching.queries.comparisons import PastPart, comparison_for, seen_in
from app.matching.queries.policy import load_policy
from app.matching.rules.policy import PolicyRules
from app.matching.solver import BadProblem, CannotSolve


def compare_policies(lease: Lease) -> str:
    """Replay one past under two versions, part by part, and store what would change.

    1. Read what is asked and both versions; 2. read and solve each part twice, outside, the bar
    moving after each; 3. store the result and close the job in one transaction. Pure but for its
    own row, so a repeat gives the same. Somebody's stop is noticed before each part. Of a province
    only counts are kept. Time limit: the lane's half hour. Swept by the lane's relay.
    """
    with transaction() as session:
        asked = comparison_for(session, SYSTEM, lease.arg)
        lease.renew(session, 0, len(asked.parts))
        policies = [load_policy(session, v).rules for v in (asked.against, asked.version)]
    comparing = Comparing(named=asked.ward_code is not None)
    for done, part in enumerate(asked.parts, start=1):
        failure = _add(comparing, part, policies)
        with transaction() as session:
            lease.renew(session, done)
            if failure is not None:
                fail_comparison(session, lease.arg, failure, now=now())
            if failure is not None or not _is_wanted(session, lease):
                lease.finish(session)
                return failure or "stopped"
    with transaction() as session:
        is_stored = store_comparison(session, lease.arg, comparing.facts(), now=now())
        lease.finish(session)
    return "done" if is_stored else "stopped"


def _is_wanted(session: Session, lease: Lease) -> bool:
    return comparison_for(session, SYSTEM, lease.arg).is_open


def _add(comparing: Comparing, part: PastPart, policies: Sequence[PolicyRules]) -> str | None:
    """Solve one part under both policies; why not, as the comparison's failure, or None."""
    with transaction(read_only=True) as session:
        body = seen_in(session, part)
    if body is None:
        return "past-forgotten"
    seen = unpacked(body)
    try:
        before, after = (solved_under(seen, policy) for policy in policies)
    except (CannotSolve, BadProblem):
        return "cannot-solve"
    comparing.add(seen, before, after)
    return None


def withdraw_overtaken(lease: Lease) -> str:
    """Withdraw the proposals that a line has no units left for; ask for runs that place them anew.

    One transaction closes the job with it, so it happens once; a repeat would find nothing.
    """
    with transaction() as session:
        wards = withdraw(session, lease.arg, now=now())
        lease.finish(session)
    return f"asked:{len(wards)}"
