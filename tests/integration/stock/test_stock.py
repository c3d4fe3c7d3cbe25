"""Receipts numbered without gaps, stock that never goes below zero, repeats that do nothing."""

import threading
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from app.infra.invariants import broken
from app.infra.transaction import scoped, transaction
from app.kernel.clock import now, today
from app.kernel.errors import Conflict, DomainError, NotFound
from app.notices.models import Notice
from app.pledges import actions as pledges
from app.stock import actions, queries
from app.stock.models import Movement, Receipt
from app.stock.rules import Condition, ReceiptDraft, receipt_number

CROWD = 12


def _goods(units, **overrides):
    return ReceiptDraft(units, overrides.pop("on", today()), Condition.NEW, **overrides)


def _crowd(act):
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


@pytest.fixture
def minh(session, cast):
    return cast.minh


@pytest.fixture
def shared(database, session, cast, make_line):
    """A line of ten that other threads see too, and its officer."""
    line = make_line(units=10)
    session.commit()
    return line, cast.minh


def test_twelve_desks_take_ten_units_in_with_numbers_one_to_ten(shared):
    line, minh = shared

    granted, refused = _crowd(
        lambda session, _: pledges.take_in(session, minh, line.id, _goods(1), now=now())
    )

    with transaction() as session:
        numbers = sorted(session.scalars(select(Receipt.number)))
    assert (granted, refused) == (10, ["more-than-pledged"] * 2)
    assert numbers == [receipt_number(today().year, n) for n in range(1, 11)]


def test_twelve_hands_take_ten_units_out_once_each(shared):
    line, minh = shared
    with transaction() as session:
        pledges.take_in(session, minh, line.id, _goods(4), now=now())
        pledges.take_in(session, minh, line.id, _goods(6), now=now())

    granted, refused = _crowd(
        lambda session, n: actions.take_out(session, line.id, 1, cause="handover", cause_id=f"{n}")
    )

    assert (granted, refused) == (10, ["stock-not-enough"] * 2)
    with transaction() as session:
        assert queries.in_stock(session, line.id) == 0
        assert [name for name, _ in broken(session) if name.startswith("stock")] == []


def test_twelve_hands_take_one_handover_back_once(shared):
    line, minh = shared
    with transaction() as session:
        pledges.take_in(session, minh, line.id, _goods(10), now=now())
        actions.take_out(session, line.id, 7, cause="handover", cause_id="h")

    granted, _refused = _crowd(
        lambda session, _: actions.take_back(session, line.id, 7, cause="handover", cause_id="h")
    )

    assert granted == CROWD
    with transaction() as session:
        assert queries.in_stock(session, line.id) == 10


def test_the_same_handover_takes_out_once(session, minh, make_line):
    line = make_line(units=5)
    pledges.take_in(session, minh, line.id, _goods(5), now=now())

    for _ in range(3):
        actions.take_out(session, line.id, 2, cause="handover", cause_id="h")

    assert queries.in_stock(session, line.id) == 3


def test_the_lot_that_expires_first_goes_out_first(session, minh, make_line):
    line = make_line(units=9)
    late = today() + timedelta(days=200)
    soon = today() + timedelta(days=60)
    pledges.take_in(session, minh, line.id, _goods(3, expires_on=late), now=now())
    first = pledges.take_in(session, minh, line.id, _goods(3, expires_on=soon), now=now())

    actions.take_out(session, line.id, 4, cause="handover", cause_id="h")

    moved = dict(
        session.execute(
            select(Movement.lot_id, func.sum(Movement.units))
            .where(Movement.to_account == "recipient")
            .group_by(Movement.lot_id)
        ).all()
    )
    assert moved[first] == 3
    assert sum(moved.values()) == 4


def test_food_past_its_date_stays_in_stock(session, minh, make_line):
    line = make_line(units=3)
    past = {"on": today() - timedelta(days=40), "expires_on": today() - timedelta(days=1)}
    pledges.take_in(session, minh, line.id, _goods(3, **past), now=now())

    with pytest.raises(Conflict) as refused:
        actions.take_out(session, line.id, 1, cause="handover", cause_id="h")

    assert refused.value.code == "stock-not-enough"


@pytest.mark.parametrize(
    ("draft", "code"),
    [
        (_goods(1, on=today() + timedelta(days=1)), "received-in-future"),
        (_goods(1, on=today() - timedelta(days=400)), "received-too-long-ago"),
        (_goods(1, expires_on=today() + timedelta(days=29)), "food-expires-soon"),
        (ReceiptDraft(1, today(), Condition.USED_GOOD), "food-must-be-new"),
        (ReceiptDraft(1, today(), Condition.MONEY_SEEN), "condition-not-for-this"),
        (_goods(1, announced_id="none"), "receipt-not-announced"),
    ],
)
def test_what_cannot_be_taken_in_is_refused_and_takes_no_number(
    session, minh, make_line, draft, code
):
    line = make_line()

    with pytest.raises(DomainError) as refused, session.begin_nested():
        pledges.take_in(session, minh, line.id, draft, now=now())

    receipt_id = pledges.take_in(session, minh, line.id, _goods(1), now=now())
    assert refused.value.code == code
    assert session.get_one(Receipt, receipt_id).number.endswith("-000001")


def test_an_announced_delivery_becomes_the_receipt(session, cast, make_line):
    line = make_line(units=5)
    coming = today() + timedelta(days=3)
    announced = pledges.announce(session, cast.minh, line.id, 5, coming, now=now())

    receipt_id = pledges.take_in(
        session, cast.minh, line.id, _goods(4, announced_id=announced), now=now()
    )

    paper = queries.receipt_for(session, cast.minh, receipt_id)
    assert receipt_id == announced
    assert (paper.row.units, paper.row.received_on, paper.row.in_stock) == (4, today(), 4)
    assert [name for name, _ in broken(session) if name.startswith(("stock", "receipt"))] == []


@pytest.mark.parametrize(
    ("given_as", "said"), [("kind", "4 suất Quà Tết"), ("cash", "2.000.000 đồng")]
)
def test_the_donor_is_told_once_what_came_in(session, cast, make_line, given_as, said):
    line = make_line(kind_code="qua_tet", units=5, given_as=given_as)
    seen_as = Condition.MONEY_SEEN if given_as == "cash" else Condition.NEW
    draft = ReceiptDraft(4, today(), seen_as)

    receipt_id = pledges.take_in(session, cast.minh, line.id, draft, now=now())

    told = session.scalars(select(Notice).where(Notice.template == "gift-received")).one()
    number = queries.receipt_for(session, cast.minh, receipt_id).row.number
    assert (told.parameters["what"], told.parameters["number"]) == (said, number)


def test_a_receipt_is_missing_for_another_ward(session, cast, make_line):
    line = make_line()
    receipt_id = pledges.take_in(session, cast.minh, line.id, _goods(1), now=now())

    with pytest.raises(NotFound):
        queries.receipt_for(session, cast.hoa, receipt_id)
    with pytest.raises(NotFound):
        queries.receipt_for(session, cast.lan, receipt_id)


def test_a_receipt_keeps_the_name_of_its_day(session, cast, make_line, make_donor):
    donor = make_donor(name="Công ty Cũ")
    line = make_line(donor=donor)
    receipt_id = pledges.take_in(session, cast.minh, line.id, _goods(1), now=now())

    donor.name = "Công ty Mới"
    session.flush()

    paper = queries.receipt_for(session, cast.minh, receipt_id)
    assert paper.row.donor_name == "Công ty Cũ"
