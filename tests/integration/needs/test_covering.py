"""A need's counts never pass each other, whoever comes first."""

import threading

import pytest

from app.infra.transaction import scoped, transaction
from app.kernel.errors import Conflict
from app.needs import actions
from app.needs.models import Need, NeedCard

CROWD = 8


@pytest.fixture
def need_id(make_need):
    return make_need(kind_code="nhu_yeu_pham", units=3)


def counts(session, need_id):
    need = session.get_one(Need, need_id, populate_existing=True)
    card = session.get_one(NeedCard, need_id, populate_existing=True)
    return need.covered, need.handed, need.state, card.covered, card.is_open


def test_a_promise_is_counted_on_need_and_card(session, need_id):
    actions.cover(session, need_id, 2)

    assert counts(session, need_id) == (2, 0, "approved", 2, True)


def test_the_card_closes_when_all_is_promised_and_opens_when_some_is_released(session, need_id):
    actions.cover(session, need_id, 3)
    assert counts(session, need_id) == (3, 0, "approved", 3, False)

    actions.uncover(session, need_id, 1)

    assert counts(session, need_id) == (2, 0, "approved", 2, True)


def test_no_more_is_promised_than_needed(session, need_id):
    with pytest.raises(Conflict) as refusal:
        actions.cover(session, need_id, 4)

    assert refusal.value.code == "need-no-longer-open"


def test_no_more_is_handed_over_than_promised(session, need_id):
    actions.cover(session, need_id, 1)

    with pytest.raises(Conflict) as refusal:
        actions.book_handover(session, need_id, 2)

    assert refusal.value.code == "need-handed-beyond-covered"


def test_what_was_handed_over_is_not_released(session, need_id):
    actions.cover(session, need_id, 2)
    actions.book_handover(session, need_id, 2)

    with pytest.raises(Conflict) as refusal:
        actions.uncover(session, need_id, 1)

    assert refusal.value.code == "need-already-handed"


def test_a_need_closes_only_when_all_has_reached_the_household(session, need_id):
    actions.cover(session, need_id, 3)
    actions.book_handover(session, need_id, 2)
    assert actions.close_if_met(session, need_id) is False

    actions.book_handover(session, need_id, 1)

    assert actions.close_if_met(session, need_id) is True
    assert counts(session, need_id) == (3, 3, "closed", 3, False)


def test_a_handover_taken_back_opens_the_need_again(session, need_id):
    actions.cover(session, need_id, 3)
    actions.book_handover(session, need_id, 3)
    actions.close_if_met(session, need_id)

    actions.unbook_handover(session, need_id, 1)
    actions.uncover(session, need_id, 1)

    assert counts(session, need_id) == (2, 2, "approved", 2, True)


def test_more_than_was_handed_over_is_not_taken_back(session, need_id):
    with pytest.raises(Conflict):
        actions.unbook_handover(session, need_id, 1)


def at_once(call):
    """Run the call in a crowd of threads that start together; how many went through."""
    ready, went = threading.Barrier(CROWD), []

    def one():
        with scoped({"*"}):
            ready.wait()
            try:
                with transaction() as own:
                    call(own)
                went.append(1)
            except Conflict:
                pass

    threads = [threading.Thread(target=one) for _ in range(CROWD)]
    [thread.start() for thread in threads]
    [thread.join(timeout=30) for thread in threads]
    return len(went)


def test_of_a_crowd_only_as_many_are_promised_as_are_needed(session, database, need_id):
    session.commit()

    assert at_once(lambda own: actions.cover(own, need_id, 1)) == 3
    assert counts(session, need_id) == (3, 0, "approved", 3, False)


def test_of_a_crowd_only_what_is_promised_is_handed_over_or_released(session, database, need_id):
    actions.cover(session, need_id, 2)
    session.commit()

    assert at_once(lambda own: actions.book_handover(own, need_id, 1)) == 2
    assert at_once(lambda own: actions.uncover(own, need_id, 1)) == 0
    assert at_once(lambda own: actions.unbook_handover(own, need_id, 1)) == 2
    assert counts(session, need_id)[:2] == (2, 0)
