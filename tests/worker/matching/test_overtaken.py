"""Two wards are offered the same units: the first acceptance wins, the other is placed anew."""

import pytest
from sqlalchemy import select

from app.infra.jobs import Lane, claim_next
from app.infra.transaction import transaction
from app.kernel.clock import now
from app.matching import actions
from app.matching.models import MatchRun, Proposal
from app.matching.texts import refusal_words
from worker import runner

WARD_B = "00301"


@pytest.fixture
def elsewhere(make_run, make_open_need, make_household_of):
    """A run of ward B and a need there."""
    need = make_open_need(household=make_household_of(ward_code=WARD_B))
    return {"run": make_run(ward_code=WARD_B), "need": need}


@pytest.fixture
def both(session, make_line, make_proposal, elsewhere, app):
    """One unit that is offered to ward A and to ward B; ward A's proposal and ward B's."""
    line = make_line(units=1)
    other = make_proposal(line=line, **elsewhere)
    mine = make_proposal(line=line)
    session.commit()
    with app.app_context():
        yield mine.id, other.id


def work_off():
    done = []
    while True:
        with transaction() as session:
            lease = claim_next(session, Lane.MATCH)
        if lease is None:
            return done
        done.append((lease.name.value, runner.do(lease)))


def test_the_wards_proposal_that_came_second_is_withdrawn_and_placed_anew(session, cast, both):
    mine, other = both
    actions.accept_proposals(session, cast.tam, [mine], now=now())
    session.commit()

    done = work_off()

    assert ("withdraw-overtaken", "asked:1") in done
    assert ("run-matching", "done") in done
    session.expire_all()
    late = session.get_one(Proposal, other)
    assert (late.state, late.last_refusal) == ("expired", "pledge-taken-elsewhere")
    assert "Nơi khác đã duyệt" in refusal_words(late.last_refusal)
    runs = session.scalars(select(MatchRun.trigger).where(MatchRun.ward_code == WARD_B)).all()
    assert "nightly" in runs


def test_what_the_line_still_reaches_stays(session, cast, both):
    mine, other = both
    line = session.get_one(Proposal, other).pledge_line_id
    make_line_larger(session, line)
    actions.accept_proposals(session, cast.tam, [mine], now=now())
    session.commit()

    done = work_off()

    assert done == [("withdraw-overtaken", "asked:0")]
    session.expire_all()
    assert session.get_one(Proposal, other).state == "proposed"


def make_line_larger(session, line_id):
    from app.pledges.models import PledgeLine

    line = session.get_one(PledgeLine, line_id)
    line.units, line.free = 2, 2
    session.commit()
