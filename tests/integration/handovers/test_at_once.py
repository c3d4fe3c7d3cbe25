"""Two people at one table: what each guard grants, it grants once."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import func, select

from app.handovers import actions
from app.handovers.actions.days import Read
from app.handovers.models import Appointment, HandoverLine
from app.handovers.rules import HandOverDraft, Method, Receiver
from app.infra.transaction import scoped, transaction
from app.kernel.clock import now
from app.kernel.errors import DomainError
from app.notices.models import Notice

PEOPLE = 6
# Donors are told of their gifts too; here it is about households.
AT_HOME = Notice.recipient_kind == "household"


def at_once(work):
    """How many of several people at once were let through."""

    def one(_):
        try:
            with scoped({"*"}), transaction() as session:
                work(session)
        except DomainError:
            return 0
        return 1

    with ThreadPoolExecutor(PEOPLE) as pool:
        return sum(pool.map(one, range(PEOPLE)))


@pytest.fixture
def table(database, session, cast, make_day, make_allocation):
    """A day on which one household is expected: the cast, the day, its appointment."""
    day = make_day()
    allocation = make_allocation()
    actions.invite(session, cast.minh, day.id, [allocation.id], now=now())
    appointment = session.scalars(select(Appointment.id)).one()
    session.commit()
    return cast, day, appointment, allocation


def test_one_parcel_is_handed_over_once(table, session):
    cast, day, appointment, _ = table
    draft = HandOverDraft({appointment: 1}, Receiver.HOUSEHOLD)

    granted = at_once(lambda s: actions.hand_over(s, cast.minh, day.id, draft, now=now()))

    assert granted == 1
    assert session.scalar(select(func.count()).select_from(HandoverLine)) == 1


def test_one_handover_is_confirmed_and_told_once(table, session):
    cast, day, appointment, allocation = table
    draft = HandOverDraft({appointment: 1}, Receiver.HOUSEHOLD)
    at_once(lambda s: actions.hand_over(s, cast.minh, day.id, draft, now=now()))

    def confirm(session):
        actions.confirm_handovers(session, cast.tam, [allocation.id], Method.VISIT, now=now())

    assert at_once(confirm) == 1
    told = select(func.count()).where(Notice.template == "handed-over")
    assert session.scalar(told) == 1


def test_one_household_is_invited_once(database, session, cast, make_day, make_allocation):
    day, allocation = make_day(), make_allocation()
    session.commit()

    granted = at_once(lambda s: actions.invite(s, cast.minh, day.id, [allocation.id], now=now()))

    assert granted == 1
    assert session.scalar(select(func.count()).where(AT_HOME)) == 1


def test_a_household_with_many_parcels_is_told_once_by_many_officers(
    table, session, make_allocation, make_household_of
):
    cast, day, *_ = table
    home, before = make_household_of(), session.scalar(select(func.count()).where(AT_HOME))
    kinds = ("qua_tet", "xe_lan", "hoc_bong", "nhu_yeu_pham", "sieu_thi_0d", "the_bhyt")
    parcels = [make_allocation(household=home, kind_code=kind).id for kind in kinds]
    session.commit()
    left = list(parcels)

    granted = at_once(lambda s: actions.invite(s, cast.minh, day.id, [left.pop()], now=now()))

    assert granted == PEOPLE
    assert session.scalar(select(func.count()).where(AT_HOME)) == before + 1
    of_parcels = Appointment.allocation_id.in_(parcels)
    slots = select(func.count(Appointment.slot_at.distinct())).where(of_parcels)
    assert session.scalar(slots) == 1


def test_nobody_is_invited_to_a_day_that_is_being_called_off(
    database, session, cast, make_day, make_allocation
):
    day, allocation = make_day(), make_allocation()
    read, refusals = Read(day.id, 1), []
    session.commit()

    def invite():
        with scoped({"*"}), transaction() as own:
            try:
                actions.invite(own, cast.minh, day.id, [allocation.id], now=now())
            except DomainError as refused:
                refusals.append(refused.code)

    inviting = threading.Thread(target=invite)
    with scoped({"*"}), transaction() as own:
        actions.cancel_day(own, cast.minh, read, "Mưa bão", now=now())
        inviting.start()
        inviting.join(timeout=1)
    inviting.join()

    assert refusals == ["day-not-open"]
    assert session.scalars(select(Appointment.id)).all() == []


def test_a_day_on_which_something_is_being_given_is_not_called_off(table, session):
    cast, day, appointment, _ = table
    draft, refusals = HandOverDraft({appointment: 1}, Receiver.HOUSEHOLD), []

    def cancel():
        with scoped({"*"}), transaction() as own:
            try:
                actions.cancel_day(own, cast.minh, Read(day.id, 1), "Mưa bão", now=now())
            except DomainError as refused:
                refusals.append(refused.code)

    cancelling = threading.Thread(target=cancel)
    with scoped({"*"}), transaction() as own:
        actions.hand_over(own, cast.minh, day.id, draft, now=now())
        cancelling.start()
        cancelling.join(timeout=1)
    cancelling.join()

    assert refusals == ["day-has-handovers"]


def test_a_return_is_booked_once(table, session):
    cast, day, appointment, allocation = table
    draft = HandOverDraft({appointment: 1}, Receiver.HOUSEHOLD)
    at_once(lambda s: actions.hand_over(s, cast.minh, day.id, draft, now=now()))
    line_id = session.scalars(select(HandoverLine.id)).one()
    session.commit()

    granted = at_once(lambda s: actions.take_back(s, cast.minh, line_id, reason="Nhầm", now=now()))

    assert granted == 1
    session.refresh(allocation)
    assert (allocation.handed, allocation.state) == (0, "approved")
