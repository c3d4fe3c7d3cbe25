"""Two people at one table: what each guard grants, it grants once."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import func, select

from app.handovers import actions
from app.handovers.models import Appointment, HandoverLine
from app.handovers.rules import HandOverDraft, Method, Receiver
from app.infra.transaction import scoped, transaction
from app.kernel.clock import now
from app.kernel.errors import DomainError
from app.notices.models import Notice

PEOPLE = 6


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
    assert session.scalar(select(func.count()).select_from(Notice)) == 1


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
