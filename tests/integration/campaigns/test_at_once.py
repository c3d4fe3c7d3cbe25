"""At the same moment: two answer, two ask, a list comes in; nobody is reminded without a word."""

import threading
from contextlib import contextmanager
from datetime import timedelta

import pytest
from sqlalchemy import event, func, select

from app.campaigns import actions, queries
from app.campaigns.models import Campaign, Reminder
from app.campaigns.rules import LARGEST_ALONE
from app.infra.database import engine_in_use
from app.infra.transaction import scoped, transaction
from app.kernel.clock import today
from app.kernel.errors import Conflict, DomainError
from tests.factories.campaigns import (
    DRAFT,
    HEADER,
    at,
    enter_cards,
    plan_of,
    remind,
    states,
    take_in,
)

# Of the statement that counts the list before anything is decided.
COUNTED = "max(campaign_agreement.people)"


def crowd(act, count=2):
    """Do `act(n)` in so many threads at once; the codes of refusals, "done" for the others."""
    said, barrier = [], threading.Barrier(count)

    def one(n):
        with scoped({"*"}):
            barrier.wait()
            try:
                with transaction() as own:
                    act(own, n)
                said.append("done")
            except DomainError as refused:
                said.append(refused.code)

    threads = [threading.Thread(target=one, args=(n,)) for n in range(count)]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
    return sorted(said)


def test_of_two_who_answer_at_once_one_is_heard(database, session, cast, asked_campaign):
    session.commit()

    def answer(own, n):
        if n:
            actions.agree_to_campaign(own, cast.tam, asked_campaign, **at())
        else:
            actions.decline_campaign(own, cast.tam, asked_campaign, "Chưa đủ", **at())

    assert crowd(answer) == ["campaign-changed-meanwhile", "done"]
    is_agreed = states(session, asked_campaign[0]) == ["agreed"]
    assert (plan_of(session, asked_campaign[0]).state == "running") is is_agreed


def test_of_two_who_ask_at_once_one_asks(database, session, cast, large_campaign):
    session.commit()

    said = crowd(lambda own, _n: actions.ask_agreement(own, cast.minh, large_campaign, **at()))

    assert said == ["campaign-asked-already", "done"]
    assert states(session, large_campaign) == ["asked"]


def test_two_lists_at_once_are_both_taken_and_asked_about_together(
    database, session, cast, wards, asked_campaign
):
    session.commit()

    def take(own, n):
        day = f"{today() + timedelta(days=9):%d/%m/%Y}"
        take_in(own, cast.minh, f"{HEADER}Người Mẫu {n},1950,0912345678,GD401000000000{n},{day}\n")

    assert crowd(take) == ["done", "done"]
    session.expire_all()
    asked = [
        one.people
        for one in queries.agreements_of(session, asked_campaign[0])
        if str(one.state) == "asked"
    ]
    assert asked == [LARGEST_ALONE + 3]


@pytest.mark.parametrize("turn", range(4))
def test_nothing_is_asked_of_a_campaign_that_is_stopped_meanwhile(
    database, session, cast, large_campaign, turn
):
    session.commit()

    def ask_or_stop(own, n):
        if (n + turn) % 2:
            actions.stop_campaign(own, cast.minh, large_campaign, today=today())
        else:
            actions.ask_agreement(own, cast.minh, large_campaign, **at())

    crowd(ask_or_stop)

    assert plan_of(session, large_campaign).state == "stopped"
    assert "asked" not in states(session, large_campaign)


@contextmanager
def one_more_comes_in_after(words, ward_code):
    """Once a statement with these words has been answered, another person stands on the list."""
    left = [ward_code]

    def enter():
        with scoped({"*"}), transaction() as own:
            enter_cards(own, left.pop(), 1)

    def look(_connection, _cursor, statement, *_rest):
        if words in statement and left:
            thread = threading.Thread(target=enter)
            thread.start()
            thread.join()

    event.listen(engine_in_use(), "after_cursor_execute", look)
    yield
    event.remove(engine_in_use(), "after_cursor_execute", look)
    assert not left


def test_a_list_that_comes_in_while_reminders_are_owed_is_counted(
    database, session, cast, wards, asked_campaign
):
    actions.agree_to_campaign(session, cast.tam, asked_campaign, **at())
    session.commit()

    with scoped({"*"}), one_more_comes_in_after("insurance_card.holder", wards[0]):
        assert remind(session, asked_campaign[0]) == 0

    assert session.scalar(select(func.count()).select_from(Reminder)) == 0


def test_a_start_counts_what_came_in_since_it_looked(database, session, cast, wards):
    enter_cards(session, wards[0], LARGEST_ALONE)
    campaign = actions.draft_campaign(session, cast.minh, wards[0], DRAFT, today=today())
    session.commit()

    with (
        scoped({"*"}),
        one_more_comes_in_after(COUNTED, wards[0]),
        pytest.raises(Conflict) as refused,
    ):
        actions.start_campaign(session, cast.minh, campaign, **at())

    assert refused.value.code == "campaign-changed-meanwhile"
    assert session.scalar(select(Campaign.state).where(Campaign.id == campaign)) == "draft"


def test_an_agreement_counts_what_came_in_since_it_looked(
    database, session, cast, wards, asked_campaign
):
    session.commit()

    with (
        scoped({"*"}),
        one_more_comes_in_after(COUNTED, wards[0]),
        pytest.raises(Conflict) as refused,
    ):
        actions.agree_to_campaign(session, cast.tam, asked_campaign, **at())

    assert refused.value.code == "campaign-changed-meanwhile"
    assert states(session, asked_campaign[0]) == ["asked"]
