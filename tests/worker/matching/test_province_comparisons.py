"""Two policies over a whole province: part by part, in counts, stopped when asked."""

from dataclasses import replace

import pytest

from app.accounts.rules import SYSTEM
from app.infra.jobs import JobName
from app.infra.models import Job
from app.infra.transaction import scoped, transaction
from app.kernel.clock import now, today
from app.kernel.errors import Conflict, DomainError, NotFound
from app.matching import actions
from app.matching.actions import comparisons
from app.matching.actions.policies import propose_policy
from app.matching.models import PolicyComparison, ShardSnapshot
from app.matching.queries.comparisons import comparison_for, pasts_to_choose
from app.matching.queries.policy import load_policy
from app.matching.rules.policy_versions import ComparisonDraft, PolicyDraft
from tests.factories.cast import PROVINCE, WARD_A, WARD_B
from tests.worker.matching.working import claim, work
from worker import runner
from worker.jobs import policies


@pytest.fixture
def calmer(session, cast, province_run):
    """A version by which urgency counts nothing; the province's run is done."""
    work()
    rules = replace(load_policy(session).rules, urgency_points=0, name="Không kể mức gấp")
    version = propose_policy(session, cast.minh, PolicyDraft(rules, today(), "Thử"), now=now())
    session.commit()
    return version


def ask(session, actor, version, past=None):
    draft = ComparisonDraft(version, past=past)
    made = comparisons.request_comparison(session, actor, draft, now=now())
    session.commit()
    return made


def result_of(session, comparison_id):
    session.expire_all()
    return session.get_one(PolicyComparison, comparison_id)


def test_a_province_compares_its_newest_run_in_counts(session, cast, calmer):
    made = ask(session, cast.quan, calmer)

    assert work() == [(JobName.COMPARE_POLICIES, "done")]
    row = result_of(session, made)
    assert (row.province_code, row.ward_code, len(row.parts)) == (PROVINCE, None, 2)
    found = row.result
    assert "gained" not in found
    assert "lost" not in found
    assert [(w["id"], w["asked"]) for w in found["wards"]] == [(WARD_B, 6), (WARD_A, 6)]
    assert sum(w["gained"] for w in found["wards"]) == found["gained_count"]
    assert sum(w["before"] for w in found["wards"]) == found["totals"]["before"]["units"] == 8
    assert found["runs"] == 2


def test_a_province_compares_the_newest_run_of_each_of_its_wards(session, cast, calmer):
    for ward in (WARD_A, WARD_B):
        actions.request_run(session, cast.quan, ward, now=now())
    session.commit()
    work()
    keys = {past.key: past.count for past in pasts_to_choose(session, cast.quan)}

    made = ask(session, cast.quan, calmer, past=f"wards-{PROVINCE}")

    assert keys[f"wards-{PROVINCE}"] == 2
    assert work() == [(JobName.COMPARE_POLICIES, "done")]
    row = result_of(session, made)
    assert (row.run_id, len(row.parts)) == (None, 2)
    assert {w["id"] for w in row.result["wards"]} == {WARD_A, WARD_B}


def test_a_comparison_that_is_stopped_stores_nothing(session, cast, calmer, monkeypatch):
    made = ask(session, cast.quan, calmer)
    solve = policies.solved_under

    def stop_and_solve(seen, policy):
        with scoped({"*"}), transaction() as own:
            if comparison_for(own, SYSTEM, made).is_open:
                comparisons.cancel_comparison(own, cast.quan, made, now=now())
        return solve(seen, policy)

    monkeypatch.setattr(policies, "solved_under", stop_and_solve)

    assert runner.do(claim()) == "stopped"
    row = result_of(session, made)
    assert (row.result, row.failure) == ({}, "cancelled")
    job = session.get_one(Job, row.job_id)
    assert (job.state, job.done_units, job.all_units) == ("done", 1, 2)


def test_what_is_over_is_not_stopped(session, cast, calmer):
    made = ask(session, cast.quan, calmer)
    work()

    with pytest.raises(Conflict) as refused:
        comparisons.cancel_comparison(session, cast.quan, made, now=now())

    assert refused.value.code == "comparison-is-over"


def test_a_past_that_is_forgotten_meanwhile_is_said_so(session, cast, calmer):
    made = ask(session, cast.quan, calmer)
    session.query(ShardSnapshot).delete()
    session.commit()

    work()

    assert result_of(session, made).failure == "past-forgotten"


def test_a_provinces_comparison_is_closed_to_its_wards(session, cast, calmer):
    made = ask(session, cast.quan, calmer)

    with pytest.raises(NotFound):
        comparison_for(session, cast.minh, made)
    for wards, seen in (({WARD_A, WARD_B}, 1), ({WARD_A}, 0)):
        with scoped(wards), transaction() as scoped_session:
            assert scoped_session.query(PolicyComparison).count() == seen


def test_nobody_replays_a_past_of_others(session, cast, calmer, province_run):
    with pytest.raises(DomainError) as refused:
        ask(session, cast.minh, calmer, past=province_run)

    assert refused.value.code == "no-run-to-compare"
