"""Comparing two policies over what a past run saw; withdrawing what another ward took first."""

from app.accounts.rules import SYSTEM
from app.infra.jobs import Lease
from app.infra.transaction import transaction
from app.kernel.clock import now
from app.matching.actions.comparisons import fail_comparison, store_comparison
from app.matching.actions.replacing import withdraw_overtaken as withdraw
from app.matching.comparing import compared, solved_under
from app.matching.packing import unpacked
from app.matching.queries.policy import load_policy
from app.matching.queries.replays import comparison_for, input_of
from app.matching.solver import BadProblem, CannotSolve

STEPS = 3


def compare_policies(lease: Lease) -> str:
    """Replay one past under two versions and store what would change.

    1. Read the run's input and both versions; 2. solve twice, outside, the bar moving after each;
    3. store the result and close the job in one transaction. Pure but for its own row, so a
    repeat gives the same. Time limit: the lane's half hour. Swept by the lane's relay.
    """
    with transaction() as session:
        lease.renew(session, 0, STEPS)
        asked = comparison_for(session, SYSTEM, lease.arg)
        seen = unpacked(input_of(session, asked.run_id))
        policies = [load_policy(session, v).rules for v in (asked.against, asked.version)]
    sides = []
    try:
        for done, policy in enumerate(policies, start=1):
            sides.append(solved_under(seen, policy))
            with transaction() as session:
                lease.renew(session, done, STEPS)
    except (CannotSolve, BadProblem):
        with transaction() as session:
            fail_comparison(session, lease.arg, "cannot-solve", now=now())
            lease.finish(session)
        return "cannot-solve"
    result = compared([(seen, sides[0], sides[1])])
    with transaction() as session:
        store_comparison(session, lease.arg, result, now=now())
        lease.finish(session)
    return "done"


def withdraw_overtaken(lease: Lease) -> str:
    """Withdraw the proposals that a line has no units left for; ask for runs that place them anew.

    One transaction closes the job with it, so it happens once; a repeat would find nothing.
    """
    with transaction() as session:
        wards = withdraw(session, lease.arg, now=now())
        lease.finish(session)
    return f"asked:{len(wards)}"
