"""The night's runs: each ward on its own, or a whole province whose office asked for it."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from app.infra.jobs import JobName, Lane, claim_next, enqueue
from app.infra.transaction import transaction
from app.kernel.clock import now
from app.matching import actions
from app.matching.models import MatchRun, RunSnapshot
from worker import runner

WARD, PROVINCE = "00364", "01"


@pytest.fixture
def night(database, app):
    """Let one o'clock come; what its job answers."""

    def come():
        with transaction() as session:
            enqueue(session, JobName.REQUEST_NIGHTLY_RUNS, now().isoformat(), wards="*")
        with transaction() as session:
            lease = claim_next(session, Lane.HOUSEKEEPING)
        with app.app_context():
            return runner.do(lease)

    return come


def _asked():
    with transaction() as session:
        runs = session.scalars(select(MatchRun))
        return {(r.trigger, r.ward_code, tuple(r.provinces), r.state) for r in runs}


def test_a_province_that_asked_is_matched_as_a_whole(
    session, night, cast, make_open_need, make_line
):
    make_open_need()
    make_line()
    actions.begin_nights(session, cast.quan, PROVINCE, now=now())
    session.commit()

    assert night() == "asked:1"

    assert _asked() == {("province", None, (PROVINCE,), "pending")}


def test_a_province_that_took_it_back_is_matched_ward_by_ward(
    session, night, cast, make_open_need, make_line
):
    make_open_need()
    make_line()
    actions.begin_nights(session, cast.quan, PROVINCE, now=now())
    actions.end_nights(session, cast.quan, PROVINCE)
    session.commit()

    assert night() == "asked:1"

    assert _asked() == {("nightly", WARD, (), "pending")}


def test_a_province_with_nothing_to_match_has_no_run(session, night, cast):
    actions.begin_nights(session, cast.quan, PROVINCE, now=now())
    session.commit()

    assert night() == "asked:0"


def test_what_old_runs_saw_is_dropped_but_for_the_newest_of_a_ward(session, make_run):
    moment = now()
    for days in (200, 150, 10):
        run = make_run()
        seen_at = moment - timedelta(days=days)
        session.add(RunSnapshot(run_id=run.id, ward_code=WARD, body=b"", created_at=seen_at))
    session.flush()

    def left():
        return {(moment - at).days for at in session.scalars(select(RunSnapshot.created_at))}

    early = moment - timedelta(days=92)
    assert actions.forget_inputs(session, before=early, parts_before=early) == 2
    assert left() == {10}
    assert actions.forget_inputs(session, before=moment, parts_before=moment) == 0
    assert left() == {10}
