"""Several approvers at once: what is left is given once, and the others read why not."""

import threading
from types import SimpleNamespace

import pytest
from sqlalchemy import func, select

from app.accounts.rules import Role
from app.households.rules import MergeDraft
from app.infra.transaction import scoped, transaction
from app.kernel.clock import now
from app.kernel.errors import DomainError
from app.matching import actions
from app.matching.models import Allocation
from app.needs.models import Need
from app.pledges.models import PledgeLine, PromiseMovement

CROWD = 12


@pytest.fixture
def at_once(database):
    """Run the calls in threads that start together; what each returned, in order."""

    def run(calls):
        ready, answers = threading.Barrier(len(calls)), [None] * len(calls)

        def one(place, call):
            with scoped({"*"}):
                ready.wait()
                with transaction() as session:
                    answers[place] = call(session)

        threads = [threading.Thread(target=one, args=pair) for pair in enumerate(calls)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(timeout=20)
        return answers

    return run


def accepting(actor, *proposal_ids):
    return lambda session: actions.accept_proposals(session, actor, proposal_ids, now=now())


@pytest.fixture
def make(make_line, make_open_need, make_proposal, make_household_of):
    return SimpleNamespace(
        line=make_line, need=make_open_need, proposal=make_proposal, household=make_household_of
    )


@pytest.fixture
def approvers(make_actor):
    return [make_actor(Role.WARD_APPROVER, f"Duyệt {n}", ward_code="00364") for n in range(2)]


def test_the_last_unit_goes_to_one_approver_and_the_other_reads_why_not(
    session, at_once, approvers, make
):
    line = make.line(units=1)
    pair = [make.proposal(line=line, need=make.need()).id for _ in range(2)]
    session.commit()

    outcomes = at_once([accepting(a, i) for a, i in zip(approvers, pair, strict=True)])

    assert sorted(len(o.done) for o in outcomes) == [0, 1]
    assert [r.code for o in outcomes for r in o.refused] == ["pledge-no-longer-available"]
    with transaction() as fresh:
        left = fresh.get_one(PledgeLine, line.id)
        assert (left.free, left.reserved) == (0, 1)


def test_one_proposal_accepted_twice_at_once_becomes_one_allocation(
    session, at_once, approvers, make
):
    proposal_id = make.proposal().id
    session.commit()

    outcomes = at_once([accepting(a, proposal_id) for a in approvers])

    assert sorted(len(o.done) for o in outcomes) == [0, 1]
    assert [r.code for o in outcomes for r in o.refused] == ["proposal-decided-already"]


def test_twelve_approvals_on_ten_units_give_ten_and_two_reasons(session, at_once, approvers, make):
    line = make.line(units=10)
    ids = [make.proposal(line=line, need=make.need()).id for _ in range(CROWD)]
    session.commit()

    outcomes = at_once([accepting(approvers[0], i) for i in ids])

    assert sum(len(o.done) for o in outcomes) == 10
    refusals = [r.code for o in outcomes for r in o.refused]
    assert refusals == ["pledge-no-longer-available"] * 2
    with transaction() as fresh:
        left = fresh.get_one(PledgeLine, line.id)
        reserved = fresh.scalar(
            select(func.sum(PromiseMovement.units)).where(
                PromiseMovement.line_id == line.id, PromiseMovement.to_account == "reserved"
            )
        )
        assert (left.free, left.reserved, reserved) == (0, 10, 10)
        assert fresh.scalar(select(func.count()).select_from(Allocation)) == 10


def test_two_bulks_that_cross_wait_for_each_other_instead_of_failing(
    session, at_once, approvers, make
):
    households = [make.household() for _ in range(6)]
    lines = [make.line(kind_code="nhu_yeu_pham") for _ in range(6)]
    kind = {"kind_code": "nhu_yeu_pham"}
    ids = [
        make.proposal(line=line, need=make.need(household=household, **kind)).id
        for line, household in zip(lines, reversed(households), strict=True)
    ]
    session.commit()

    outcomes = at_once([accepting(approvers[0], *ids), accepting(approvers[1], *reversed(ids))])

    assert sorted(len(o.done) for o in outcomes) == [0, 6]


def test_a_need_is_never_promised_more_than_it_asks_for(session, at_once, approvers, make):
    need = make.need(units=3)
    ids = [make.proposal(need=need, line=make.line(), units=2).id for _ in range(2)]
    session.commit()

    outcomes = at_once([accepting(a, i) for a, i in zip(approvers, ids, strict=True)])

    assert [r.code for o in outcomes for r in o.refused] == ["need-no-longer-open"]
    with transaction() as fresh:
        assert fresh.get_one(Need, need.id).covered == 2


def test_two_approvers_of_one_merge_unite_once_and_the_other_reads_why_not(
    session, cast, at_once, approvers, make_household
):
    kept, closed = make_household(), make_household()
    draft = MergeDraft({}, "Một nhà")
    merge_id = actions.propose_merge(session, cast.minh, kept, closed, draft, now=now())
    session.commit()

    def approving(actor):
        def call(fresh):
            try:
                return actions.unite_households(fresh, actor, merge_id, now=now())
            except DomainError as refused:
                return refused.code

        return call

    answers = at_once([approving(actor) for actor in approvers])

    assert sorted(answers) == sorted([kept, "merge-home-gone"])


def test_of_two_proposals_at_once_for_one_household_one_stands(
    session, at_once, cast, make_household
):
    homes = [make_household() for _ in range(3)]
    session.commit()

    def proposing(kept):
        def call(fresh):
            draft = MergeDraft({}, "Một nhà")
            try:
                return actions.propose_merge(fresh, cast.minh, kept, homes[0], draft, now=now())
            except DomainError as refused:
                return refused.code

        return call

    answers = at_once([proposing(kept) for kept in homes[1:]])

    assert answers.count("merge-asked-already") == 1
