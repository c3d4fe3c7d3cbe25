"""The parts of a run together: no unit twice, beside people who decide, and over provinces."""

import signal

import pytest
from sqlalchemy import func, select, text, update

from app.accounts.rules import SYSTEM, Role
from app.infra.jobs import JobName
from app.infra.transaction import transaction
from app.kernel.clock import now
from app.matching import actions
from app.matching.models import Allocation, MatchQuota, MatchRun, Proposal
from app.pledges.models import Pledge, PledgeLine
from tests.factories.cast import PROVINCE, WARD_A, WARD_B
from tests.worker.matching.working import KINDS, at_once, claim, die_at, end_leases, stored, work
from worker import runner

SAIGON, THU_DUC = "79", "26824"


def test_parts_that_use_a_unit_twice_are_not_put_in_use(province_run):
    for _ in range(3):
        runner.do(claim())
    with transaction() as session:
        session.execute(text("update proposal set units = 5 where rank = 1"))

    outcome = runner.do(claim())

    assert outcome == "merge-broken"
    assert (stored().run, stored().proposals) == ("failed", 0)


def test_what_was_approved_while_the_run_went_on_is_taken_out(
    province_run, session, make_actor, make_proposal, make_open_need
):
    with transaction() as fresh:
        line = fresh.scalars(select(PledgeLine).where(PledgeLine.kind_code == KINDS[0])).one()
    proposal = make_proposal(line=line, need=make_open_need(kind_code=KINDS[0]), units=1)
    approver = make_actor(Role.WARD_APPROVER, "Duyệt", ward_code=WARD_A)
    session.commit()
    for _ in range(3):
        runner.do(claim())
    with transaction() as fresh:
        outcome = actions.accept_proposals(fresh, approver, [proposal.id], now=now())
    assert len(outcome.done) == 1

    work()

    with transaction() as fresh:
        run = fresh.get_one(MatchRun, province_run)
        assert (run.state, run.figures["overtaken"]) == ("ready", 1)
        left = select(func.sum(Proposal.units)).where(
            Proposal.pledge_line_id == line.id,
            Proposal.run_id == province_run,
            Proposal.state == "proposed",
        )
        assert fresh.scalar(left) == 3 == fresh.get_one(PledgeLine, line.id).free


@pytest.fixture
def waiting(session, province_run, make_proposal, make_open_need):
    """Twelve older proposals on the eight units that the run shares out too; their ids."""
    lines = session.scalars(select(PledgeLine)).all()
    ids = [
        make_proposal(line=line, need=make_open_need(kind_code=line.kind_code)).id
        for line in lines
        for _ in range(6)
    ]
    session.commit()
    return ids


@pytest.fixture
def officers(session, make_actor):
    """Two approvers of ward A."""
    two = [make_actor(Role.WARD_APPROVER, f"Duyệt {n}", ward_code=WARD_A) for n in range(2)]
    session.commit()
    return two


def test_officers_who_approve_while_two_workers_run_never_promise_too_much(
    province_run, waiting, officers
):
    def approve(officer, ids):
        for proposal_id in ids:
            with transaction() as own:
                actions.accept_proposals(own, officer, [proposal_id], now=now())

    at_once(
        lambda: approve(officers[0], waiting),
        lambda: approve(officers[1], waiting[::-1]),
        work,
        work,
    )
    work()

    with transaction() as fresh:
        assert fresh.get_one(MatchRun, province_run).state == "ready"
        for line in fresh.scalars(select(PledgeLine)).all():
            promised = select(func.sum(Allocation.units)).where(
                Allocation.pledge_line_id == line.id
            )
            assert (fresh.scalar(promised) or 0) == line.reserved <= line.units


@pytest.mark.parametrize("commit", [1, 2])
def test_a_part_that_is_killed_while_an_officer_approves_never_promises_too_much(
    province_run, waiting, officers, servers, commit
):
    runner.do(claim())
    killed = die_at(commit, claim(), servers)
    for proposal_id in waiting:
        with transaction() as own:
            actions.accept_proposals(own, officers[0], [proposal_id], now=now())

    end_leases()
    work()

    assert killed == signal.SIGKILL
    with transaction() as fresh:
        assert fresh.get_one(MatchRun, province_run).state == "ready"
        lines = fresh.scalars(select(PledgeLine)).all()
        assert {line.reserved for line in lines} == {4}
        usable = select(func.count()).where(
            Proposal.run_id == province_run, Proposal.state == "proposed"
        )
        assert fresh.scalar(usable) == 0


def test_a_pledge_for_one_ward_stays_there_in_a_run_over_the_province(
    session, app, make_open_need, make_household_of, make_line
):
    for _ in range(3):
        make_open_need(household=make_household_of(ward_code=WARD_A), urgency=3)
        mine = make_open_need(household=make_household_of(ward_code=WARD_B), urgency=0)
    line = make_line(units=2)
    session.execute(update(Pledge).where(Pledge.id == line.pledge_id).values(wards=[WARD_B]))
    run_id = actions.request_province_run(session, SYSTEM, [PROVINCE], now=now())
    session.commit()

    with app.app_context():
        work()

    assert mine.ward_code == WARD_B
    with transaction() as fresh:
        rows = fresh.scalars(select(Proposal).where(Proposal.run_id == run_id)).all()
        assert [row.ward_code for row in rows] == [WARD_B, WARD_B]


def test_projects_and_the_money_for_them_are_one_part_of_a_run(
    session, app, kinds, make_open_need, make_line
):
    codes = dict(
        session.execute(text("select model, min(code) from support_kind group by 1")).all()
    )
    make_open_need(kind_code=codes["project"], cost_dong=1_000_000)
    make_line(kind_code=codes["money"], units=10)
    run_id = actions.request_province_run(session, SYSTEM, [PROVINCE], now=now())
    session.commit()

    with app.app_context():
        answers = work()

    assert answers[0] == (JobName.SPLIT_RUN, "parts:1")
    with transaction() as fresh:
        run = fresh.get_one(MatchRun, run_id)
        assert (run.state, run.figures["needs"], run.figures["lines"]) == ("ready", 1, 1)


def test_several_provinces_share_each_kind_out_before_they_are_solved(
    two_wards, session, app, make_open_need, make_household_of
):
    session.execute(
        text(
            "insert into province values ('79', 'Tỉnh thử hai', 'tinh thu hai')"
            " on conflict do nothing"
        )
    )
    session.execute(
        text(
            "insert into ward (code, province_code, name, kind, sort_key, search_text) values"
            " ('26824', '79', 'Phường C', 'phường', 'phuong c', 'phuong c')"
            " on conflict do nothing"
        )
    )
    for _ in range(2):
        make_open_need(household=make_household_of(ward_code=THU_DUC), urgency=3)
    run_id = actions.request_province_run(session, SYSTEM, [PROVINCE, SAIGON], now=now())
    session.commit()

    with app.app_context():
        answers = work()

    assert answers[0] == (JobName.SPLIT_RUN, "parts:5")
    assert answers[-2:] == [(JobName.MERGE_RUN, "done"), (JobName.PRICE_RUN, "done")]
    with transaction() as fresh:
        units = select(func.sum(MatchQuota.units)).where(MatchQuota.run_id == run_id)
        assert fresh.scalar(units) == 8
        given = select(func.sum(Proposal.units)).where(Proposal.run_id == run_id)
        assert fresh.scalar(given) == 8
        there = select(func.count()).where(Proposal.ward_code == THU_DUC)
        assert fresh.scalar(there) >= 1
