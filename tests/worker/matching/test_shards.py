"""Runs over provinces: each part done once whatever kills it, fenced, cancelled, kept out."""

import signal
from types import SimpleNamespace

import pytest
from sqlalchemy import func, select, text

from app.accounts.rules import SYSTEM
from app.infra.jobs import JobName, LeaseLost
from app.infra.transaction import scoped, transaction
from app.kernel.clock import now
from app.kernel.errors import Conflict, NotFound
from app.matching import actions
from app.matching.comparing import solved_under
from app.matching.models import MatchRun, Proposal, ShardSnapshot
from app.matching.packing import unpacked
from app.matching.queries import replays
from app.matching.queries.policy import load_policy
from app.matching.queries.shards import progress_of_shards
from tests.factories.cast import PROVINCE, WARD_A, WARD_B
from tests.worker.matching.working import (
    at_once,
    claim,
    die_at,
    end_leases,
    is_whole,
    plan,
    stored,
    work,
)
from worker import runner
from worker.jobs import shards


def test_a_province_is_solved_in_a_job_for_each_kind_and_merged(province_run):
    answers = work()

    assert answers == [
        (JobName.SPLIT_RUN, "parts:2"),
        (JobName.SOLVE_SMALL_SHARD, "done"),
        (JobName.SOLVE_SMALL_SHARD, "done"),
        (JobName.MERGE_RUN, "done"),
        (JobName.PRICE_RUN, "done"),
    ]
    assert is_whole(stored())
    with transaction() as session:
        run = session.get_one(MatchRun, province_run)
        assert run.certified
        assert run.figures["price"]["best"] >= run.figures["price"]["evenest"] > 0
        assert (run.figures["asked"], run.figures["proposed"]) == (12, 8)
        assert {row["id"] for row in run.figures["areas"]} == {WARD_A, WARD_B}


def test_a_province_under_a_floor_is_priced_with_the_floor_and_without(a_floor, province_run):
    answers = work()

    assert answers[-1] == (JobName.PRICE_RUN, "done")
    with transaction() as session:
        run = session.get_one(MatchRun, province_run)
        price, least = run.figures["price"], run.figures["fairness"]["least"]
    assert run.certified
    assert price["unfloored"] >= price["best"] >= price["evenest"] > 0
    assert least >= price["least_unfloored"]


def test_a_provinces_past_can_be_replayed_part_by_part(province_run):
    work()

    with scoped({"*"}), transaction() as session:
        pasts = list(replays.pasts_of_province(session, PROVINCE, replays.is_run(province_run)))
        policy = load_policy(session, pasts[0].policy_version).rules
        sides = [solved_under(unpacked(past.body), policy) for past in pasts]
        assert list(replays.pasts_of_wards(session, [WARD_A], replays.is_run(province_run))) == []
    replayed = [(p.need_id, p.line_id, p.units) for side in sides for p in side.result.proposals]
    assert sorted(replayed) == plan()


def test_what_a_province_saw_is_closed_to_who_sees_only_a_ward_of_it(province_run):
    work()

    for wards, count in (({"*"}, 2), ({WARD_A, WARD_B}, 2), ({WARD_A}, 0)):
        with scoped(wards), transaction() as session:
            assert session.scalar(select(func.count()).select_from(ShardSnapshot)) == count


@pytest.mark.parametrize("job", range(4))
@pytest.mark.parametrize("commit", [1, 2])
def test_killed_at_any_commit_of_any_job_that_part_alone_is_done_again(
    province_run, servers, job, commit
):
    for _ in range(job):
        runner.do(claim())
    lease = claim()

    died = die_at(commit, lease, servers)

    # Splitting and merging commit once; a kill "before the second" finds them done.
    assert died == (signal.SIGKILL if commit == 1 or job in {1, 2} else 0)
    assert stored().run in {"pending", "running", "ready"}
    end_leases()
    work()
    assert is_whole(stored())


def test_a_worker_that_thaws_after_another_did_its_part_stores_nothing(province_run):
    runner.do(claim())
    frozen = claim()
    with scoped(frozen.wards.split(",")), transaction() as session:
        shard, policy = actions.begin_shard(session, frozen.arg)
    with scoped(frozen.wards.split(",")):
        result = shards.snapshot.solve(shards._seen(shard, policy), policy)
    end_leases()
    work()

    with scoped(frozen.wards.split(",")), pytest.raises(LeaseLost):
        shards._end(frozen, lambda s: actions.store_shard(s, shard, result, now=now()))

    assert is_whole(stored())


def test_two_workers_at_once_find_what_one_finds(province_run):
    work()
    alone = plan()
    with transaction() as session:
        session.execute(text("update proposal set state = 'superseded'"))
        actions.request_province_run(session, SYSTEM, [PROVINCE], now=now())
    runner.do(claim())

    at_once(lambda: runner.do(claim()), lambda: runner.do(claim()))
    work()

    assert plan() == alone


def test_a_part_that_is_not_there_is_no_part_that_is_over(province_run):
    with transaction() as session, pytest.raises(NotFound):
        actions.begin_shard(session, "not-there")


def test_a_later_run_of_the_province_replaces_an_earlier_one(province_run):
    work()
    with transaction() as session:
        later = actions.request_province_run(session, SYSTEM, [PROVINCE], now=now())

    work()

    with transaction() as session:
        assert session.get_one(MatchRun, province_run).state == "superseded"
        run = session.get_one(MatchRun, later)
        assert run.state == "ready"
        assert run.figures["churn"] == {"before": 8, "kept": 8, "moved": 0}


def test_a_cancelled_run_stores_nothing_more_and_keeps_the_older_proposals(
    province_run, session, make_proposal
):
    older = make_proposal()
    session.commit()
    runner.do(claim())
    runner.do(claim())
    lease = claim()
    with scoped(lease.wards.split(",")), transaction() as fresh:
        shard, policy = actions.begin_shard(fresh, lease.arg)

    with transaction() as fresh:
        actions.cancel_run(fresh, SYSTEM, province_run, now=now())

    with scoped(lease.wards.split(",")):
        result = shards.snapshot.solve(shards._seen(shard, policy), policy)
        late = shards._end(lease, lambda s: actions.store_shard(s, shard, result, now=now()))
    assert late == "run-over"
    assert work() == []
    with transaction() as fresh:
        assert fresh.get_one(MatchRun, province_run).state == "cancelled"
        assert list(fresh.scalars(select(Proposal.id))) == [older.id]
        assert fresh.get_one(Proposal, older.id).state == "proposed"


def test_a_run_that_is_over_cannot_be_cancelled(province_run):
    work()

    with pytest.raises(Conflict, match="run-not-running"), transaction() as session:
        actions.cancel_run(session, SYSTEM, province_run, now=now())


def test_a_newer_run_of_the_province_fences_the_older_one(province_run):
    runner.do(claim())
    runner.do(claim())
    with transaction() as session:
        newer = actions.request_province_run(session, SYSTEM, [PROVINCE], now=now())

    answers = work()

    assert (JobName.SOLVE_SMALL_SHARD, "run-over") in answers
    with transaction() as session:
        assert session.get_one(MatchRun, province_run).state == "superseded"
        assert session.get_one(MatchRun, newer).state == "ready"
        visible = select(func.count()).where(Proposal.run_id == newer)
        assert session.scalar(visible) == 8


def test_one_part_without_proof_keeps_the_whole_run_out(province_run, monkeypatch):
    runner.do(claim())
    runner.do(claim())
    solve = shards.snapshot.solve
    unproven = SimpleNamespace(certified=False)
    monkeypatch.setattr(shards.snapshot, "solve", lambda *_, **__: unproven)

    outcome = runner.do(claim())

    monkeypatch.setattr(shards.snapshot, "solve", solve)
    assert outcome == "not-certified"
    assert work() == []
    found = stored()
    assert (found.run, found.proposals, found.unmatched) == ("failed", 0, 0)


def test_only_who_may_run_every_ward_may_ask_for_the_province(two_wards, session, cast):
    with pytest.raises(NotFound):
        actions.request_province_run(session, cast.minh, [PROVINCE], now=now())


def test_progress_counts_the_parts_that_are_done(province_run):
    runner.do(claim())
    runner.do(claim())

    with transaction() as session:
        found = progress_of_shards(session, province_run)

    assert (found.done, found.total) == (1, 2)
