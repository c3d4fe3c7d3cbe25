"""A donor takes units back while the ward promises them: each unit goes to one side only."""

import threading

from app.accounts.rules import Actor, Role
from app.infra.transaction import scoped, transaction
from app.kernel.clock import now
from app.kernel.errors import Conflict
from app.pledges.actions import WithdrawDraft, reserve, withdraw
from app.pledges.models import Pledge, PledgeLine
from app.pledges.rules import WithdrawReason

CROWD = 12


def test_units_withdrawn_while_they_are_reserved_go_to_one_side(database, make_line, session):
    with transaction() as own:
        line = make_line(on=own, units=10)
        donor = Actor(None, Role.DONOR, donor_id=own.get_one(Pledge, line.pledge_id).donor_id)
    done, barrier = [], threading.Barrier(CROWD)

    def act(n):
        with scoped({"*"}):
            barrier.wait()
            try:
                with transaction() as own:
                    if n % 2:
                        taken = WithdrawDraft(line.id, 2, WithdrawReason.OTHER)
                        withdraw(own, donor, line.pledge_id, taken, now=now())
                    else:
                        reserve(own, line.id, 2, cause="allocation", cause_id=str(n))
                done.append(n)
            except Conflict:
                pass

    threads = [threading.Thread(target=act, args=(n,)) for n in range(CROWD)]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]

    left = session.get_one(PledgeLine, line.id)
    reserved, withdrawn = (2 * sum(n % 2 == side for n in done) for side in (0, 1))
    assert len(done) == 5
    assert (left.free, left.reserved, left.withdrawn) == (0, reserved, withdrawn)
