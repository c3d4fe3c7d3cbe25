"""Allocations with their goods in, and days on which they are handed over.

What has counts (line, need, stock) goes through its owners' actions, so that they agree.
"""

from datetime import timedelta

import pytest

from app.handovers.models import HandoverDay
from app.handovers.rules import DayState
from app.kernel.clock import now, today
from app.kernel.ids import new_code, new_id
from app.matching.models import Allocation


@pytest.fixture
def take_in(session, cast):
    """Take units of a line in, so that they can be handed over."""
    from app.pledges import actions as pledges
    from app.stock.rules import Condition, ReceiptDraft

    def take(line, units=1):
        draft = ReceiptDraft(units=units, received_on=today(), condition=Condition.NEW)
        return pledges.take_in(session, cast.minh, line.id, draft, now=now())

    return take


@pytest.fixture
def make_allocation(session, cast, make_open_need, make_line, take_in):
    """An approved allocation whose goods are in, unless is_in=False."""
    from app.needs import actions as needs
    from app.pledges import actions as pledges

    def make(*, need=None, line=None, units=1, is_in=True, **overrides):
        need = need or make_open_need(units=units, **overrides)
        line = line or make_line(units=10)
        if is_in:
            take_in(line, units)
        allocation = Allocation(
            id=new_id(),
            code=new_code("PB"),
            ward_code=need.ward_code,
            need_id=need.id,
            household_id=need.household_id,
            pledge_line_id=line.id,
            units=units,
            prepared_by=cast.minh.account_id,
            approved_by=cast.tam.account_id,
            approved_at=now(),
        )
        session.add(allocation)
        session.flush()
        pledges.reserve(session, line.id, units, cause="allocation", cause_id=allocation.id)
        needs.cover(session, need.id, units)
        return allocation

    return make


@pytest.fixture
def make_day(session, cast):
    """A day of ward A, open since half an hour unless said otherwise."""

    def make(**overrides):
        start = now() - timedelta(minutes=30)
        values = {
            "id": new_id(),
            "code": new_code("BT"),
            "ward_code": "00364",
            "title": "Quà Tết tổ 12",
            "place": "Nhà văn hoá tổ 12",
            "starts_at": start,
            "ends_at": start + timedelta(hours=3),
            "state": DayState.OPEN.value,
            "created_by": cast.minh.account_id,
        }
        day = HandoverDay(**values | overrides)
        session.add(day)
        session.flush()
        return day

    return make
