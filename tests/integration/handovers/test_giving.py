"""Handing over, returning and confirming on the real engine: every count agrees."""

import pytest
from sqlalchemy import select, text

from app.accounts.rules import Role
from app.handovers import actions, queries
from app.handovers.models import Appointment, Confirmation, HandoverLine
from app.handovers.rules import HandOverDraft, Method, Receiver
from app.kernel.clock import now
from app.kernel.errors import Conflict, DomainError, NotFound
from app.needs.models import Need
from app.notices.models import Notice
from app.pledges.models import PledgeLine


def counts(session, allocation):
    """Handed and confirmed of allocation, line and need; and units in stock."""
    session.expire_all()
    line, need = (
        session.get(PledgeLine, allocation.pledge_line_id),
        session.get(Need, allocation.need_id),
    )
    stock = session.scalar(
        text("select coalesce(sum(units), 0)::int from stock_balance where account = 'stock'")
    )
    return {
        "allocation": (allocation.handed, allocation.confirmed, allocation.state),
        "line": (line.handed, line.fulfilled, line.reserved),
        "need": (need.handed, need.state),
        "stock": stock,
    }


BEFORE = {"allocation": (0, 0, "approved"), "line": (0, 0, 1), "need": (0, "approved"), "stock": 1}
HANDED = {"allocation": (1, 0, "handed"), "line": (1, 0, 1), "need": (1, "approved"), "stock": 0}
CLOSED = {"allocation": (1, 1, "confirmed"), "line": (1, 1, 0), "need": (1, "closed"), "stock": 0}


@pytest.fixture
def day(make_day):
    return make_day()


@pytest.fixture
def allocation(make_allocation):
    return make_allocation()


@pytest.fixture
def helper(make_actor):
    return make_actor(Role.VOLUNTEER, "Vinh", ward_code="00364")


@pytest.fixture
def give(session, cast, day):
    """Invite and hand over: give(allocation); returns the handover line's id."""

    def give(allocation, *, by=None, **who):
        actions.invite(session, cast.minh, day.id, [allocation.id], now=now())
        appointment = session.scalars(
            select(Appointment).where(
                Appointment.allocation_id == allocation.id,
                Appointment.state.in_(("invited", "changed")),
            )
        ).one()
        draft = HandOverDraft({appointment.id: 1}, who.pop("receiver", Receiver.HOUSEHOLD), **who)
        return actions.hand_over(session, by or cast.minh, day.id, draft, now=now())[0]

    return give


@pytest.fixture
def given(allocation, give, helper):
    """The handover line of what the helper gave."""
    return give(allocation, by=helper)


def test_a_handover_counts_at_every_owner(session, allocation, give):
    assert counts(session, allocation) == BEFORE

    give(allocation)

    assert counts(session, allocation) == HANDED


def test_a_confirmation_closes_the_chain_and_tells_the_donor(session, cast, allocation, give):
    give(allocation)

    count = actions.confirm_handovers(
        session, cast.tam, [allocation.id], Method.SIGNED_LIST, now=now()
    )

    assert count == 1
    assert counts(session, allocation) == CLOSED
    told = session.scalars(select(Notice).where(Notice.template == "handed-over")).one()
    assert told.recipient_kind == "donor"
    assert set(told.parameters) == {"pledge_code", "pledge_id", "on"}


def test_who_handed_over_cannot_confirm(session, allocation, give, make_actor):
    both = make_actor(Role.WARD_APPROVER, "Tú", ward_code="00364")
    give(allocation, by=both)

    with pytest.raises(DomainError) as refused:
        actions.confirm_handovers(session, both, [allocation.id], Method.VISIT, now=now())

    assert refused.value.code == "confirmer-handed-over"
    assert counts(session, allocation) == HANDED


def test_a_second_confirmation_finds_nothing_to_confirm(session, cast, allocation, give):
    give(allocation)
    actions.confirm_handovers(session, cast.tam, [allocation.id], Method.VISIT, now=now())

    with pytest.raises(Conflict):
        actions.confirm_handovers(session, cast.tam, [allocation.id], Method.VISIT, now=now())

    assert len(session.scalars(select(Confirmation)).all()) == 1


def test_many_gifts_of_one_pledge_make_one_letter(session, cast, give, make_allocation, make_line):
    line = make_line(units=10)
    allocations = [make_allocation(line=line) for _ in range(3)]
    for allocation in allocations:
        give(allocation)

    ids = [a.id for a in allocations]
    actions.confirm_handovers(session, cast.tam, ids, Method.SIGNED_LIST, now=now())

    letters = session.scalars(select(Notice).where(Notice.template == "handed-over")).all()
    assert len(letters) == 1


def test_goods_that_are_not_in_cannot_be_handed_over(session, make_allocation, give):
    allocation = make_allocation(is_in=False)

    with pytest.raises(DomainError) as refused:
        give(allocation)

    assert refused.value.code == "goods-not-in"
    assert refused.value.facts["pledge"].startswith("CK-")


def test_a_return_reverses_by_rows_and_the_household_may_come_again(
    session, cast, allocation, give
):
    line_id = give(allocation)

    actions.take_back(session, cast.minh, line_id, reason="Trao nhầm hộ", now=now())

    assert counts(session, allocation) == BEFORE
    line = session.get(HandoverLine, line_id)
    assert (line.reversed, line.reversed_by, line.units) == (True, cast.minh.account_id, 1)
    assert session.scalars(select(Appointment.state)).all() == ["invited"]
    moves = session.scalars(text("select step from promise_movement where cause = 'handover'"))
    assert sorted(moves) == ["hand-over", "take-back"]


def test_what_was_returned_may_be_handed_over_once_more(session, cast, allocation, day, give):
    actions.take_back(session, cast.minh, give(allocation), reason="Nhầm", now=now())
    appointment = session.scalars(select(Appointment.id)).one()

    draft = HandOverDraft({appointment: 1}, Receiver.HOUSEHOLD)
    actions.hand_over(session, cast.minh, day.id, draft, now=now())

    assert counts(session, allocation) == HANDED


def test_what_was_confirmed_cannot_be_returned(session, cast, allocation, give):
    line_id = give(allocation)
    actions.confirm_handovers(session, cast.tam, [allocation.id], Method.VISIT, now=now())

    with pytest.raises(Conflict) as refused:
        actions.take_back(session, cast.minh, line_id, reason="Nhầm", now=now())

    assert refused.value.code == "handover-over"


def test_a_return_needs_a_reason(session, cast, allocation, give):
    line_id = give(allocation)

    with pytest.raises(DomainError) as refused:
        actions.take_back(session, cast.minh, line_id, reason=" ", now=now())

    assert refused.value.code == "reason-needed"


def test_the_same_parcel_is_not_handed_over_twice(session, cast, allocation, day, give):
    give(allocation)
    appointment = session.scalars(select(Appointment.id)).one()

    with pytest.raises(Conflict) as refused:
        draft = HandOverDraft({appointment: 1}, Receiver.HOUSEHOLD)
        actions.hand_over(session, cast.minh, day.id, draft, now=now())

    assert refused.value.code == "handed-over-already"
    assert counts(session, allocation) == HANDED


def test_a_proxy_is_named_or_gets_nothing(session, allocation, give):
    with pytest.raises(DomainError) as refused:
        give(allocation, receiver=Receiver.PROXY, proxy_name="Bà Sáu")

    assert refused.value.code == "proxy-not-named"


def test_a_proxy_is_written_down(session, allocation, give):
    line_id = give(
        allocation, receiver=Receiver.PROXY, proxy_name="Bà Sáu", proxy_relation="hàng xóm"
    )

    line = session.get(HandoverLine, line_id)
    assert (line.proxy_name, line.proxy_relation) == ("Bà Sáu", "hàng xóm")


def test_a_helper_hands_over_on_an_open_day_of_the_ward(session, allocation, give, helper):
    give(allocation, by=helper)

    assert counts(session, allocation) == HANDED


def test_a_helper_returns_nothing_once_the_day_is_closed(session, cast, day, given, helper):
    actions.close_day(session, cast.minh, day.id)

    with pytest.raises(NotFound):
        actions.take_back(session, helper, given, reason="Nhầm", now=now())


def test_another_ward_can_do_nothing_with_the_day(session, cast, allocation, day, give):
    line_id = give(allocation)

    with pytest.raises(NotFound):
        queries.day_for(session, cast.hoa, day.id)
    with pytest.raises(NotFound):
        actions.take_back(session, cast.hoa, line_id, reason="Nhầm", now=now())


def test_a_parcel_of_several_units_may_go_in_parts(session, cast, day, make_allocation):
    allocation = make_allocation(units=3)
    actions.invite(session, cast.minh, day.id, [allocation.id], now=now())
    appointment = session.scalars(select(Appointment.id)).one()

    draft = HandOverDraft({appointment: 2}, Receiver.HOUSEHOLD)
    actions.hand_over(session, cast.minh, day.id, draft, now=now())

    session.refresh(allocation)
    assert (allocation.handed, allocation.state) == (2, "part-handed")
    assert [w.allocation.left for w in queries.waiting_to_invite(session, cast.minh)] == [1]
