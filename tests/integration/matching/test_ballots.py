"""Ballots: one vote a person, none once it is over, counted once, with nobody's name left in it."""

import threading
from datetime import timedelta

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import IntegrityError

from app.accounts.rules import Role
from app.audit.models import AuditEvent
from app.infra.transaction import scoped, transaction
from app.kernel.clock import now
from app.kernel.errors import Conflict, DomainError, NotFound
from app.matching.actions import ballots
from app.matching.models import Ballot, BallotVote, PolicyComparison
from app.matching.queries.ballots import ballots_for, facts_of, own_ranking
from app.matching.rules.ballots import BallotDraft, PaperDraft
from tests.factories.ballots import CHOICES
from tests.factories.cast import PROVINCE, WARD_A, WARD_B

FIRST, SECOND = {"v1": 1, "evenness-first": 2}, {"evenness-first": 1}


def votes(session, ballot_id):
    session.expire_all()
    mine = select(BallotVote).where(BallotVote.ballot_id == ballot_id)
    return session.scalars(mine).all()


@pytest.fixture
def donor(session, make_line, make_actor):
    """Somebody who pledged to ward A."""
    from app.pledges.models import Pledge

    pledge = session.get_one(Pledge, make_line().pledge_id)
    return make_actor(Role.DONOR, "Lan", donor_id=pledge.donor_id)


def test_a_person_votes_once_and_may_change_it(session, cast, make_ballot):
    ballot = make_ballot()

    for ranking in (FIRST, SECOND):
        ballots.cast_vote(session, cast.minh, ballot.id, ranking, now=now())

    (vote,) = votes(session, ballot.id)
    assert (vote.constituency, vote.ranking) == ("staff", SECOND)
    assert own_ranking(session, cast.minh, ballot.id) == SECOND
    assert own_ranking(session, cast.tam, ballot.id) is None


def test_the_tables_and_the_journal_do_not_say_who_voted_what(session, cast, make_ballot):
    ballot = make_ballot()

    ballots.cast_vote(session, cast.minh, ballot.id, FIRST, now=now())

    stored = session.execute(text("select v::text from ballot_vote v")).scalar_one()
    assert cast.minh.account_id not in stored
    event = session.scalars(select(AuditEvent).where(AuditEvent.action == "cast-vote")).one()
    told = session.execute(
        text("select e::text from audit_event e where id = :id"), {"id": event.id}
    ).scalar_one()
    assert "evenness-first" not in told


def test_who_pledged_to_a_place_votes_there_and_others_do_not(session, cast, donor, make_ballot):
    here, there = make_ballot(), make_ballot(ward_code=WARD_B)

    ballots.cast_vote(session, donor, here.id, FIRST, now=now())

    assert [vote.constituency for vote in votes(session, here.id)] == ["donors"]
    assert [row.id for row in ballots_for(session, donor)] == [here.id]
    for actor, ballot in ((donor, there), (cast.lan, here), (cast.hoa, here)):
        with pytest.raises(NotFound):
            ballots.cast_vote(session, actor, ballot.id, FIRST, now=now())


def test_a_ballot_of_a_province_is_open_to_its_wards(session, cast, make_ballot):
    ballot = make_ballot(ward_code=None, province_code=PROVINCE)

    for actor in (cast.minh, cast.hoa, cast.quan):
        ballots.cast_vote(session, actor, ballot.id, FIRST, now=now())

    assert len(votes(session, ballot.id)) == 3


@pytest.mark.parametrize(
    ("ranking", "code"),
    [({}, "ballot-ranks-nothing"), ({"v9": 1}, "ballot-rank-unknown")],
)
def test_a_vote_that_says_nothing_is_refused(session, cast, make_ballot, ranking, code):
    ballot = make_ballot()

    with pytest.raises(DomainError) as refused:
        ballots.cast_vote(session, cast.minh, ballot.id, ranking, now=now())

    assert refused.value.code == code


def test_after_its_time_a_ballot_takes_no_vote(session, cast, make_ballot):
    ballot = make_ballot(over=True)
    draft = PaperDraft("Hội Phụ nữ", "02/BB", FIRST, 6)

    for ask in (
        lambda: ballots.cast_vote(session, cast.minh, ballot.id, FIRST, now=now()),
        lambda: ballots.enter_paper(session, cast.tam, ballot.id, draft, now=now()),
    ):
        with pytest.raises(Conflict) as refused:
            ask()
        assert refused.value.code == "ballot-closed"


def test_the_database_itself_refuses_a_vote_on_a_closed_ballot(session, make_ballot):
    ballot = make_ballot(over=True, state="closed", closed_at=now())

    with pytest.raises(IntegrityError):
        session.execute(
            BallotVote.__table__.insert(),
            {"id": "x", "ballot_id": ballot.id, "constituency": "staff", "ranking": FIRST},
        )


def test_a_count_weighs_constituencies_alike_and_forgets_who_voted(
    session, cast, make_actor, donor, make_ballot
):
    ballot = make_ballot()
    people = [make_actor(Role.WARD_OFFICER, f"C{n}", ward_code=WARD_A) for n in range(6)]
    for person in people:
        ballots.cast_vote(session, person, ballot.id, {"v1": 1}, now=now())
    ballots.cast_vote(session, donor, ballot.id, SECOND, now=now())
    minute = PaperDraft("Mặt trận phường", "01/BB", SECOND, 9)
    ballots.enter_paper(session, cast.tam, ballot.id, minute, now=now())

    with pytest.raises(Conflict) as early:
        ballots.count_ballot(session, cast.tam, ballot.id, now=now())
    ballots.count_ballot(session, cast.tam, ballot.id, now=now() + timedelta(days=8))

    assert early.value.code == "ballot-not-over"
    assert [vote.voter_key for vote in votes(session, ballot.id)] == [None] * 7
    result = session.get_one(Ballot, ballot.id).result
    assert (result["voters"], result["places"]["evenness-first"]) == (16, 1)
    assert [(pool["of"], pool["voters"]) for pool in result["pools"]] == [
        (["organisations"], 9), (["donors", "staff"], 7),
    ]  # fmt: skip


def test_the_sweep_counts_each_ballot_once(session, cast, make_ballot):
    make_ballot()
    over = make_ballot(over=True)

    counted = [ballots.count_ballots_that_are_over(session, now=now()) for _turn in range(2)]

    assert counted == [1, 0]
    session.expire_all()
    assert session.get_one(Ballot, over.id).result["pools"] == []


def test_a_ballot_needs_two_candidates_that_exist(session, cast, make_run):
    make_run()
    ends = now() + timedelta(days=3)

    for wanted in (("v1",), ("v1", "v9"), ("v1", "v1")):
        with pytest.raises(DomainError) as refused:
            ballots.open_ballot(session, cast.tam, BallotDraft("?", wanted, ends), now=now())
        assert refused.value.code == "ballot-needs-candidates"


def test_a_ballot_keeps_what_trials_and_runs_said_of_its_candidates(session, cast, make_run):
    run = make_run(figures={"price": {"best": 200, "evenest": 150}})
    totals = {"units": 3, "households": 2, "least": 0.5, "gini": 0.1, "price": 0.0}
    both = {"totals": {"before": totals, "after": {**totals, "households": 4}}}
    session.add(
        PolicyComparison(id="c", ward_code=WARD_A, run_id=run.id, version=1, against=1, result=both)
    )
    session.flush()

    found = facts_of(session, (WARD_A, None), CHOICES)

    assert found["v1"]["households"] == 4
    assert found["evenness-first"] == {"cost": 0.25}
    assert found["priority-first"] == {"cost": 0.0}
    assert facts_of(session, (WARD_B, None), ("v1",)) == {"v1": {}}


def test_a_person_who_votes_twice_at_once_has_one_vote(session, database, cast, make_ballot):
    ballot_id = make_ballot().id
    session.commit()
    ready = threading.Barrier(6)

    def vote():
        with scoped({WARD_A}):
            ready.wait()
            with transaction() as own:
                ballots.cast_vote(own, cast.minh, ballot_id, FIRST, now=now())

    run_all([vote] * 6)

    counted = select(func.count()).select_from(BallotVote)
    assert session.scalar(counted.where(BallotVote.ballot_id == ballot_id)) == 1


def test_a_vote_that_meets_the_count_is_counted_or_refused(
    session, database, cast, make_actor, make_ballot
):
    people = [make_actor(Role.WARD_OFFICER, f"C{n}", ward_code=WARD_A) for n in range(8)]
    ballot_id = make_ballot(over=True).id
    before = session.get_one(Ballot, ballot_id).closes_at - timedelta(seconds=1)
    session.commit()
    ready, refused = threading.Barrier(9), []

    def vote(person):
        with scoped({WARD_A}):
            ready.wait()
            try:
                with transaction() as own:
                    ballots.cast_vote(own, person, ballot_id, FIRST, now=before)
            except Conflict:
                refused.append(person)

    def count():
        with scoped({"*"}):
            ready.wait()
            with transaction() as own:
                ballots.count_ballots_that_are_over(own, now=now())

    run_all([*(lambda p=p: vote(p) for p in people), count])

    session.expire_all()
    row = session.get_one(Ballot, ballot_id)
    assert row.state == "closed"
    assert row.result["voters"] + len(refused) == len(people)
    assert len(votes(session, ballot_id)) == row.result["voters"]


def run_all(calls):
    threads = [threading.Thread(target=call) for call in calls]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=20)
    assert not any(thread.is_alive() for thread in threads)
