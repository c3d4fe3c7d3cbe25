"""What a person sees of a run or a comparison at which the machine gave up, and can do about it."""

import pytest
from sqlalchemy import select

from app.infra.models import Job
from app.kernel.clock import now
from app.matching import actions
from app.matching.actions.comparisons import request_comparison
from app.matching.models import RunSnapshot
from app.matching.rules.policy_versions import ComparisonDraft
from tests.harness.examples import give_up


@pytest.fixture
def stopped_run(session, cast):
    run_id = actions.request_run(session, cast.minh, "00364", now=now())
    give_up(session, run_id)
    return run_id


@pytest.fixture
def stopped_comparison(session, cast, make_run):
    run = make_run()
    session.add(RunSnapshot(run_id=run.id, ward_code=run.ward_code, body=b""))
    session.flush()
    asked = request_comparison(session, cast.minh, ComparisonDraft(run.policy_version), now=now())
    give_up(session, asked)
    return asked


def test_a_stopped_run_says_so_and_is_begun_anew(signed_in, session, stopped_run):
    browse = signed_in("minh")
    page = browse.get("matching.run", run_id=stopped_run)

    again = browse.follow(browse.submit(page, to="/again"))

    assert page.says("chưa tính xong")
    assert not again.says("chưa tính xong")
    assert session.scalar(select(Job.state).where(Job.arg == stopped_run)) == "pending"


def test_a_stopped_comparison_says_so_and_is_begun_anew(signed_in, stopped_comparison):
    browse = signed_in("minh")
    page = browse.get("matching.comparison", comparison_id=stopped_comparison)

    again = browse.follow(browse.submit(page, to="/again"))

    assert page.says("chưa tính xong")
    assert not again.says("chưa tính xong")


def test_what_goes_on_is_not_begun_anew(signed_in, stopped_comparison):
    browse, where = signed_in("minh"), {"comparison_id": stopped_comparison}
    browse.post("matching.resume_comparison", **where)

    browse.post("matching.resume_comparison", **where, expect=409)


def test_another_wards_officer_begins_nothing_anew(signed_in, stopped_run, stopped_comparison):
    browse = signed_in("hoa")

    browse.post("matching.resume_run", run_id=stopped_run, expect=404)
    browse.post("matching.resume_comparison", comparison_id=stopped_comparison, expect=404)
