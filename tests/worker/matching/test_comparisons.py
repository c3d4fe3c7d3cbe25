"""A comparison through the worker: from a kept run to a page, changing nothing."""

import pytest
from sqlalchemy import func, select

from app.kernel.clock import now
from app.matching import actions
from app.matching.actions.comparisons import request_comparison
from app.matching.models import MatchRun, PolicyComparison, Proposal, RunSnapshot
from app.matching.packing import document_of, unpacked
from app.matching.queries.policy import load_policy
from app.matching.rules.policy_versions import ComparisonDraft
from app.matching.snapshot import digest_of
from tests.worker.matching.working import claim, work
from worker import runner

WARD = "00364"


@pytest.fixture
def kept(session, make_open_need, make_line, app, cast):
    """A ward whose run is done, and a comparison with the version in force asked for."""
    for number in range(4):
        make_open_need(urgency=number % 3)
    make_line(units=2)
    run_id = actions.request_run(session, cast.minh, WARD, now=now())
    session.commit()
    with app.app_context():
        work()
        made = request_comparison(session, cast.minh, ComparisonDraft(1), now=now())
        session.commit()
        yield run_id, made


def test_a_run_keeps_what_it_saw(kept, session):
    run = session.get_one(MatchRun, kept[0])
    seen = unpacked(session.get_one(RunSnapshot, kept[0]).body)

    assert digest_of(document_of(seen), load_policy(session, 1).rules) == run.digest


def test_a_comparison_is_stored_and_no_proposal_changes(kept, session):
    before = session.scalar(select(func.count()).select_from(Proposal))

    outcome = runner.do(claim())

    assert outcome == "done"
    session.expire_all()
    result = session.get_one(PolicyComparison, kept[1]).result
    assert (result["gained_count"], result["lost_count"]) == (0, 0)
    assert session.scalar(select(func.count()).select_from(Proposal)) == before
