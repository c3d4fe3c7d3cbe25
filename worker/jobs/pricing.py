"""What even coverage would cost a run, and its floor does, found once the run is in use."""

from collections.abc import Mapping

from app.infra.jobs import Lease
from app.infra.transaction import transaction
from app.matching import snapshot
from app.matching.actions.publishing import store_price
from app.matching.figures import price_of
from app.matching.packing import unpacked
from app.matching.queries.prices import PricedPart, run_to_price, seen_by
from app.matching.rules.policy import PolicyRules
from app.matching.solver import BadProblem, CannotSolve


def price_run(lease: Lease) -> str:
    """Solve what a run saw once more, with even coverage first, and add the price to its figures.

    Where the policy has a floor, also without it.
    1. Read the run; 2. read and solve each part's past, outside, the bar moving after each;
    3. store the price and close the job in one transaction. Pure but for that figure, so a repeat
    gives the same. A run whose past is forgotten, or that cannot be solved this way, gets none.
    Time limit: the lane's half hour. Swept by the lane's relay.
    """
    with transaction() as session:
        run = run_to_price(session, lease.arg)
        lease.renew(session, 0, len(run.parts))
    evenest, unfloored = 0, list[Mapping[str, object]]()
    for done, part in enumerate(run.parts, start=1):
        found = _priced(part, run.policy)
        with transaction() as session:
            lease.renew(session, done)
            if found is None:
                store_price(session, lease.arg, {})
                lease.finish(session)
                return "no-price"
        evenest += found[0]
        unfloored += found[1]
    with transaction() as session:
        figures = [part.figures for part in run.parts]
        store_price(session, lease.arg, price_of(figures, evenest, run.policy, unfloored))
        lease.finish(session)
    return "done"


def _priced(part: PricedPart, policy: PolicyRules) -> tuple[int, list[Mapping[str, object]]] | None:
    with transaction(read_only=True) as session:
        body = seen_by(session, part)
    if body is None:
        return None
    try:
        seen = unpacked(body)
        return snapshot.evenest_of(seen, policy), snapshot.without_floor(seen, policy)
    except (CannotSolve, BadProblem):
        return None
