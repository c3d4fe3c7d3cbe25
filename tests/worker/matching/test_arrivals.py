"""A pledge that arrives is proposed at once; the night asks for each ward that can be matched."""

import pytest
from sqlalchemy import select, text

from app.infra.jobs import JobName, Lane, claim_next, enqueue
from app.infra.transaction import transaction
from app.kernel.clock import now
from app.matching.models import MatchRun, Proposal, Unmatched
from worker import runner

WARD = "00364"


@pytest.fixture
def worker(database, app):
    def work(lane=Lane.MATCH):
        with app.app_context():
            with transaction() as session:
                lease = claim_next(session, lane)
            return runner.do(lease)

    return work


def arrive(session, line, wards=WARD):
    enqueue(session, JobName.PLACE_PLEDGE, line.pledge_id, wards=wards)
    session.commit()


def test_an_arrived_pledge_is_proposed_to_the_neediest(session, worker, make_line, make_open_need):
    for urgency in (1, 3, 2):
        make_open_need(urgency=urgency)
    arrive(session, make_line(units=2))

    assert worker() == "done"

    with transaction() as fresh:
        run = fresh.scalars(select(MatchRun)).one()
        assert (run.trigger, run.state, run.certified) == ("pledge", "ready", True)
        rows = fresh.scalars(select(Proposal).order_by(Proposal.rank)).all()
        assert [row.reason["facts"]["urgency"] for row in rows] == [3, 2]


def test_an_arrival_takes_nothing_that_is_proposed_already(
    session, worker, make_line, make_open_need, make_proposal
):
    taken = make_proposal()
    make_open_need()
    arrive(session, make_line(units=5))

    worker()

    with transaction() as fresh:
        assert fresh.get_one(Proposal, taken.id).state == "proposed"
        new = fresh.scalars(select(Proposal).where(Proposal.id != taken.id)).all()
        assert [row.units for row in new] == [1]
        assert taken.need_id not in {row.need_id for row in new}


def test_an_arrival_that_fits_nobody_reads_why(session, worker, make_line):
    arrive(session, make_line(units=5))

    worker()

    with transaction() as fresh:
        left = fresh.scalars(select(Unmatched)).one()
        assert (left.units, left.reason["code"]) == (5, "nobody-needs")


def test_a_pledge_that_was_withdrawn_meanwhile_is_let_be(session, worker, make_line):
    line = make_line(units=5)
    arrive(session, line)
    with transaction() as fresh:
        fresh.execute(text("update pledge_line set state = 'withdrawn'"))

    assert worker() == "nothing-free"

    with transaction() as fresh:
        assert fresh.scalars(select(MatchRun)).all() == []


def test_the_night_asks_once_for_each_ward_with_needs_and_units(
    session, worker, make_line, make_open_need
):
    make_open_need()
    make_line()
    enqueue(session, JobName.REQUEST_NIGHTLY_RUNS, now().isoformat(), wards="*")
    session.commit()

    assert worker(Lane.HOUSEKEEPING) == "asked:1"
    assert worker() == "done"

    with transaction() as fresh:
        run = fresh.scalars(select(MatchRun)).one()
        assert (run.trigger, run.state, run.requested_by) == ("nightly", "ready", None)


def test_a_first_unit_comes_before_a_third_of_a_need_that_has_two(
    session, worker, make_line, make_open_need
):
    make_open_need(units=3, covered=2, urgency=2)
    fresh_need = make_open_need(units=1, urgency=2)
    arrive(session, make_line(units=1))

    worker()

    with transaction() as fresh:
        assert fresh.scalars(select(Proposal.need_id)).all() == [fresh_need.id]
        left = fresh.scalars(select(Unmatched)).all()
        assert left == []


def test_an_arrival_brings_no_more_than_what_proposals_leave_open(
    session, worker, make_line, make_open_need, make_proposal
):
    need = make_open_need(units=3)
    taken = make_proposal(need=need, units=2)
    arrive(session, make_line(units=5))

    worker()

    with transaction() as fresh:
        new = fresh.scalars(select(Proposal).where(Proposal.id != taken.id)).one()
        assert (new.need_id, new.units, new.reason["facts"]["step"]) == (need.id, 1, 2)


def need_arrives(session, need):
    enqueue(session, JobName.PLACE_NEED, need.id, wards=WARD)
    session.commit()


def test_an_urgent_need_gets_what_is_free_and_nothing_else_moves(
    session, worker, make_line, make_open_need, make_proposal
):
    waiting = make_open_need(urgency=3)
    taken = make_proposal(line=make_line(units=1))
    line = make_line(units=2)
    urgent = make_open_need(urgency=2)
    need_arrives(session, urgent)

    assert worker() == "done"

    with transaction() as fresh:
        new = fresh.scalars(select(Proposal).where(Proposal.id != taken.id)).one()
        assert (new.need_id, new.pledge_line_id, new.units) == (urgent.id, line.id, 1)
        run = fresh.get_one(MatchRun, new.run_id)
        assert (run.trigger, run.need_id, run.pledge_id) == ("need", urgent.id, None)
        assert fresh.get_one(Proposal, taken.id).state == "proposed"
        told = fresh.scalars(select(Unmatched.need_id)).all()
        assert waiting.id not in told


def test_an_urgent_need_that_finds_all_proposed_to_others_asks_for_a_whole_run(
    session, worker, make_line, make_open_need, make_proposal
):
    has_one = make_open_need(units=2, covered=1)
    make_proposal(need=has_one, line=make_line(units=1))
    urgent = make_open_need(urgency=3)
    need_arrives(session, urgent)

    assert worker() == "run-asked"
    assert worker() == "done"

    with transaction() as fresh:
        current = select(Proposal.need_id).where(Proposal.state == "proposed")
        assert fresh.scalars(current).all() == [urgent.id]


def test_an_urgent_need_for_which_there_is_nothing_leaves_no_run(session, worker, make_open_need):
    need_arrives(session, make_open_need(urgency=3))

    assert worker() == "nothing-free"

    with transaction() as fresh:
        assert fresh.scalars(select(MatchRun)).all() == []
