"""Figures that anyone may read: as of a month's first, never about fewer than five households."""

from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import text

from app.handovers.models import HandoverLine
from app.infra.transaction import as_of
from app.kernel.clock import VIETNAM
from app.kernel.ids import new_id
from app.matching.models import Allocation
from app.pledges import actions as pledges
from app.pledges.models import Pledge
from app.pledges.rules import LineState
from app.publicity.queries import given_so_far
from app.reports.queries import public_totals

MANY = 5
JUNE, JULY, AUGUST = (datetime(2026, month, 10, 9, tzinfo=VIETNAM) for month in (6, 7, 8))


def issue(month):
    return date(2026, month, 1)


@pytest.fixture
def give(session, cast, make_allocation, make_line):
    """Hand units over at a moment to a household for each need; the lines of handover."""

    def make(at, needs, units=2):
        return [one(at, need, units) for need in needs]

    def one(at, need, units):
        line = make_line(units=units, kind_code=need.kind_code)
        session.get_one(Pledge, line.pledge_id).created_at = JUNE - timedelta(days=20)
        allocation = make_allocation(need=need, line=line, units=units)
        given = HandoverLine(
            id=new_id(), ward_code=need.ward_code, allocation_id=allocation.id, units=units,
            value_dong=units * 500_000, received_by="household",
            handed_by=cast.minh.account_id, handed_at=at,
        )  # fmt: skip
        session.add(given)
        session.flush()
        with as_of(at):
            pledges.book_handover(session, line.id, units, cause="handover", cause_id=given.id)
        return given

    return make


@pytest.fixture
def needs(make_open_need):
    """Open needs of as many households; or all of one household."""

    def make(count, household=None):
        return [make_open_need(household=household, units=2) for _ in range(count)]

    return make


@pytest.fixture
def chairs(make_open_need):
    """Open needs for wheelchairs of as many households."""

    def make(count):
        return [make_open_need(units=2, kind_code="xe_lan") for _ in range(count)]

    return make


def take_back(session, given, at):
    line_id = session.get_one(Allocation, given.allocation_id).pledge_line_id
    with as_of(at):
        pledges.unbook_handover(session, line_id, given.units, cause="handover", cause_id=given.id)


def handed(session, month):
    """What the issue of that month's first tells of the one kind."""
    session.expire_all()
    (kind,) = public_totals(session, 2026, issue(month))
    return kind.handed_over


def test_five_households_are_a_public_figure_from_the_next_month_on(session, give, needs):
    give(JUNE, needs(MANY))

    assert handed(session, 6) == 0
    assert handed(session, 7) == 2 * MANY
    assert given_so_far(session, issue(7)).households == MANY


def test_nothing_changes_a_published_month(session, give, needs):
    give(JUNE, needs(MANY))
    before = handed(session, 7)

    back = give(JULY, needs(MANY))
    take_back(session, back[0], JULY)

    assert handed(session, 7) == before


def test_many_handovers_to_few_households_are_no_public_figure(
    session, give, needs, make_household_of
):
    give(JUNE, needs(MANY, household=make_household_of()))

    assert handed(session, 7) is None
    assert given_so_far(session, issue(7)).handed_dong is None


def test_one_household_more_waits_until_there_are_five_more(session, give, needs):
    give(JUNE, needs(MANY))
    give(JULY, needs(1))
    waiting = handed(session, 8)

    give(AUGUST, needs(MANY - 1))

    assert waiting == 2 * MANY
    assert handed(session, 9) == 4 * MANY


def test_one_gift_that_came_back_is_not_told_of_alone(session, give, needs):
    given = give(JUNE, needs(MANY))

    take_back(session, given[0], JULY)

    assert handed(session, 8) == 2 * MANY


def test_the_sum_of_all_tells_nothing_of_what_waits(session, give, needs):
    give(JUNE, needs(MANY))

    give(JULY, needs(3))

    assert given_so_far(session, issue(8)) == given_so_far(session, issue(7))


def test_the_figures_need_no_scope_and_give_no_row(session, give, needs):
    give(JUNE, needs(MANY))
    session.flush()
    session.execute(text("select set_config('nc.wards', '', false)"))

    published = handed(session, 7)
    seen = session.scalar(text("select count(*) from handover_line"))
    session.execute(text("select set_config('nc.wards', '*', false)"))

    assert (published, seen) == (2 * MANY, 0)


def test_who_took_it_all_back_is_no_donor(session, make_line):
    for _ in range(MANY):
        line = make_line(units=100)
        session.get_one(Pledge, line.pledge_id).created_at = JUNE
    make_line(units=3, free=0, withdrawn=3, state=LineState.WITHDRAWN)
    session.flush()

    assert given_so_far(session, issue(7)).donors == MANY


def test_a_pledge_of_this_month_is_published_with_the_next(session, make_line):
    for _ in range(MANY):
        session.get_one(Pledge, make_line().pledge_id).created_at = JUNE
    session.flush()

    assert given_so_far(session, issue(6)).donors is None


def test_wheelchairs_are_a_public_figure_from_ten_households_on(session, give, chairs):
    give(JUNE, chairs(9))
    waiting = handed(session, 7)

    give(JULY, chairs(1))

    assert waiting is None
    assert given_so_far(session, issue(7)).handed_dong is None
    assert handed(session, 8) == 20
