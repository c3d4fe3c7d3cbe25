"""Figures that anyone may read: what came back is not counted, nor who gave nothing after all."""

import pytest

from app.kernel.clock import today
from app.pledges import actions as pledges
from app.pledges.rules import LineState
from app.publicity.queries import given_so_far
from app.reports.queries import public_totals

MANY = 5


@pytest.fixture
def line(session, make_line):
    """A line of a hundred, all of it in and promised; four others gave besides."""
    for _ in range(MANY - 1):
        make_line()
    line = make_line(units=100)
    pledges.book_receipt(session, line.id, 100)
    pledges.reserve(session, line.id, 100, cause="allocation", cause_id="all")
    return line


def hand_over(session, line, parcels, units):
    for n in range(parcels):
        cause = {"cause": "handover", "cause_id": f"{n}"}
        pledges.book_handover(session, line.id, units, **cause)


def totals(session):
    session.expire_all()
    (kind,) = public_totals(session, today().replace(month=1, day=1), today())
    return kind


def test_five_handovers_are_a_public_figure_until_one_comes_back(session, line):
    hand_over(session, line, MANY, 10)
    before, published = given_so_far(session), totals(session)

    pledges.unbook_handover(session, line.id, 10, cause="handover", cause_id="0")

    assert (before.handovers, published.handed_over) == (MANY, 50)
    assert (given_so_far(session).handovers, totals(session).handed_over) == (None, None)


def test_much_for_few_is_no_public_figure(session, line):
    hand_over(session, line, 1, 60)

    assert totals(session).dong is None


def test_who_took_it_all_back_is_no_donor(session, line, make_line):
    make_line(units=3, free=0, withdrawn=3, state=LineState.WITHDRAWN)

    assert given_so_far(session).donors == MANY
