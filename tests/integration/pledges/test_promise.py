"""The promise ledger: guards that hold under a crowd, repeats that do nothing."""

import threading
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from app.infra.transaction import as_of, scoped, transaction
from app.kernel.errors import Conflict, DomainError
from app.pledges.actions import (
    book_handover,
    book_receipt,
    fulfil,
    release,
    reserve,
    unbook_handover,
)
from app.pledges.models import PledgeLine, PromiseMovement
from app.pledges.rules import LineState

CROWD = 12


def _crowd(act):
    """Twelve people do `act(session, n)` at once; how many were granted, and the refusals."""
    granted, refused, barrier = [], [], threading.Barrier(CROWD)

    def one(n):
        with scoped({"*"}):
            barrier.wait()
            try:
                with transaction() as session:
                    act(session, n)
                granted.append(n)
            except Conflict as conflict:
                refused.append(conflict.code)

    threads = [threading.Thread(target=one, args=(n,)) for n in range(CROWD)]
    [t.start() for t in threads]
    [t.join() for t in threads]
    return len(granted), refused


def _line(make_line, **values):
    with transaction() as session:
        return make_line(on=session, units=10, **values)


def _now(line):
    with transaction() as session:
        return session.get(PledgeLine, line.id)


def _sum(line, account):
    with transaction() as session:
        moves = session.scalars(
            select(PromiseMovement).where(PromiseMovement.line_id == line.id)
        ).all()
    return sum(m.units for m in moves if m.to_account == account) - sum(
        m.units for m in moves if m.from_account == account
    )


@pytest.fixture
def line(database, make_line):
    return _line(make_line)


@pytest.fixture
def reserved(database, make_line):
    line = _line(make_line)
    with transaction() as session:
        reserve(session, line.id, 10, cause="allocation", cause_id="all")
    return line


@pytest.fixture
def received(reserved):
    with transaction() as session:
        book_receipt(session, reserved.id, 10)
    return reserved


@pytest.fixture
def handed(received):
    with transaction() as session:
        book_handover(session, received.id, 10, cause="handover", cause_id="all")
    return received


def test_twelve_people_reserve_ten_units_once_each(line):
    granted, refused = _crowd(
        lambda session, n: reserve(session, line.id, 1, cause="allocation", cause_id=str(n))
    )

    assert (granted, refused) == (10, ["pledge-no-longer-available"] * 2)
    assert (_now(line).free, _now(line).reserved, _sum(line, "reserved")) == (0, 10, 10)


def test_twelve_people_release_ten_units_once_each(reserved):
    granted, refused = _crowd(
        lambda session, n: release(session, reserved.id, 1, cause="allocation", cause_id=str(n))
    )

    assert (granted, refused) == (10, ["units-not-reserved"] * 2)
    assert (_now(reserved).free, _sum(reserved, "free")) == (10, 10)


def test_twelve_people_take_ten_units_in_once_each(line):
    granted, refused = _crowd(lambda session, _: book_receipt(session, line.id, 1))

    assert (granted, refused) == (10, ["more-than-pledged"] * 2)
    assert _now(line).received == 10


def test_twelve_people_hand_ten_units_over_once_each(received):
    granted, refused = _crowd(
        lambda session, n: book_handover(session, received.id, 1, cause="handover", cause_id=f"{n}")
    )

    assert (granted, refused) == (10, ["units-not-in-stock"] * 2)
    assert (_now(received).handed, _sum(received, "handed")) == (10, 10)


def test_twelve_people_reverse_ten_handed_units_once_each(handed):
    granted, refused = _crowd(
        lambda session, n: unbook_handover(session, handed.id, 1, cause="handover", cause_id=f"{n}")
    )

    assert (granted, refused) == (10, ["units-not-handed-over"] * 2)
    assert (_now(handed).handed, _sum(handed, "reserved")) == (0, 10)


def test_twelve_people_confirm_ten_units_and_the_line_closes(handed):
    granted, refused = _crowd(
        lambda session, n: fulfil(session, handed.id, 1, cause="confirmation", cause_id=str(n))
    )

    assert (granted, refused) == (10, ["units-not-handed-over"] * 2)
    assert (_now(handed).fulfilled, _now(handed).state) == (10, LineState.CLOSED)


def test_the_same_cause_sent_by_twelve_moves_once(line):
    granted, refused = _crowd(
        lambda session, _: reserve(session, line.id, 3, cause="allocation", cause_id="a")
    )

    assert (granted, refused) == (CROWD, [])
    assert (_now(line).reserved, _sum(line, "reserved")) == (3, 3)


def test_a_refused_reservation_leaves_no_movement(session, make_line):
    line = make_line(units=2)

    with pytest.raises(Conflict), session.begin_nested():
        reserve(session, line.id, 3, cause="allocation", cause_id="a")

    reserve(session, line.id, 2, cause="allocation", cause_id="a")
    session.refresh(line)
    assert line.reserved == 2


@pytest.mark.parametrize("state", [s for s in LineState if s is not LineState.OPEN])
def test_only_an_open_line_can_be_reserved(session, make_line, state):
    line = make_line(state=state)

    with pytest.raises(Conflict):
        reserve(session, line.id, 1, cause="allocation", cause_id="a")


def test_what_was_handed_over_cannot_be_released(session, make_line):
    line = make_line(units=5)
    reserve(session, line.id, 5, cause="allocation", cause_id="a")
    book_receipt(session, line.id, 3)
    book_handover(session, line.id, 3, cause="handover", cause_id="h")

    with pytest.raises(Conflict):
        release(session, line.id, 3, cause="allocation", cause_id="a")


def test_nothing_is_handed_over_that_has_not_come_in(session, make_line):
    line = make_line(units=5)
    reserve(session, line.id, 5, cause="allocation", cause_id="a")
    book_receipt(session, line.id, 2)

    with pytest.raises(Conflict):
        book_handover(session, line.id, 3, cause="handover", cause_id="h")


def test_a_confirmed_handover_cannot_be_reversed(session, make_line):
    line = make_line(units=2)
    reserve(session, line.id, 2, cause="allocation", cause_id="a")
    book_receipt(session, line.id, 2)
    book_handover(session, line.id, 2, cause="handover", cause_id="h")
    fulfil(session, line.id, 1, cause="confirmation", cause_id="c")

    with pytest.raises(Conflict):
        unbook_handover(session, line.id, 2, cause="handover", cause_id="h")


@pytest.mark.parametrize("units", [0, -1])
def test_no_movement_is_of_nothing(session, make_line, units):
    line = make_line()

    with pytest.raises(DomainError):
        reserve(session, line.id, units, cause="allocation", cause_id="a")


def test_a_past_that_is_told_afterwards_keeps_its_dates(line):
    long_ago = datetime(2026, 3, 1, 8, 0, tzinfo=UTC)

    with as_of(long_ago), transaction() as session:
        reserve(session, line.id, 1, cause="allocation", cause_id="told")
    with transaction() as session:
        reserve(session, line.id, 1, cause="allocation", cause_id="lived")
        moments = select(PromiseMovement.cause_id, PromiseMovement.at).where(
            PromiseMovement.line_id == line.id, PromiseMovement.step == "reserve"
        )
        dates = dict(session.execute(moments).all())

    assert dates["told"] == long_ago
    assert datetime.now(UTC) - dates["lived"] < timedelta(minutes=1)
