"""Arrivals: a pledge or an urgent need, placed at once beside what is promised or proposed."""

from dataclasses import replace

from app.infra.jobs import Lease
from app.infra.transaction import transaction
from app.kernel.clock import now, today
from app.matching import actions, snapshot
from app.matching.actions import Arrival
from app.matching.queries.pending import units_pending
from app.matching.queries.policy import load_policy
from app.matching.queries.snapshots import read_snapshot, wards_of_pledge
from app.matching.rules.results import UnmatchedDraft
from app.matching.rules.snapshot import Scope
from app.matching.rules.table import Table


def place_pledge(lease: Lease) -> str:
    """Propose an arrived pledge at once, moving nothing that is promised or proposed.

    1. Read the pledge's free lines and the needs left over; 2. solve; 3. store run and
    proposals and close the job in one transaction, so a repeat after a crash starts anew and
    after success finds the job closed. Swept by the lane's relay.
    """
    allowed = frozenset(lease.wards.split(","))
    with transaction(read_only=True, repeatable=True) as session:
        policy = load_policy(session).rules
        wards = wards_of_pledge(session, lease.arg, allowed)
        seen = read_snapshot(session, Scope(wards, today(), lease.arg), policy)
    result = snapshot.solve(seen, policy, explain_needs=False) if seen.lines else None
    with transaction() as session:
        if result is not None and result.certified:
            for ward_code in sorted(wards):
                actions.store_arrival(session, ward_code, Arrival(lease.arg), result, now=now())
        lease.finish(session)
    if result is None:
        return "nothing-free"
    return "done" if result.certified else "not-certified"


def place_need(lease: Lease) -> str:
    """Propose for an urgent need what is still free; else ask for its ward's run at once.

    As place_pledge(). Where all that fits is proposed to others and nobody has decided yet, only
    a whole run may move it: by the policy the more urgent need then comes first. A need for which
    there is nothing at all leaves no run behind; the night's run says why.
    """
    (ward_code,) = lease.wards.split(",")
    with transaction(read_only=True, repeatable=True) as session:
        policy = load_policy(session).rules
        scope = Scope(frozenset({ward_code}), today(), need_id=lease.arg)
        seen = read_snapshot(session, scope, policy)
        is_open = any(need.bar is None for need in seen.needs)
        taken = bool(units_pending(session, scope, seen.kinds))
    result = snapshot.solve(seen, policy) if is_open and seen.lines else None
    outcome = "nothing-free"
    with transaction() as session:
        if result is not None and result.proposals and result.certified:
            # Of lines that have units left nobody asks why this one need did not take them all.
            about_needs = [u for u in result.unmatched if u.need_id]
            told = replace(result, unmatched=Table.of(UnmatchedDraft, about_needs))
            arrival = Arrival(need_id=lease.arg)
            actions.store_arrival(session, ward_code, arrival, told, now=now())
            outcome = "done"
        elif is_open and taken:
            actions.request_nightly_run(session, ward_code, now=now())
            outcome = "run-asked"
        lease.finish(session)
    return outcome
