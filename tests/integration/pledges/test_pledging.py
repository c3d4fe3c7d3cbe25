"""Recording, vetting, changing, withdrawing and expiring pledges on the real engine."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from app.accounts.rules import Role
from app.infra.invariants import broken
from app.infra.models import Job
from app.kernel.clock import now, today
from app.kernel.errors import Conflict, DomainError, NotFound
from app.notices.models import Notice
from app.pledges import actions, queries
from app.pledges.actions import ChangeDraft, Decision, Giver, WithdrawDraft
from app.pledges.models import Pledge, PledgeLine
from app.pledges.rules import (
    DeclineReason,
    DonorKind,
    GivenAs,
    LineDraft,
    LineState,
    PledgeDraft,
    ShownAs,
    WithdrawReason,
)
from tests.factories.pledges import WARD, stand_on


@pytest.fixture
def place(session, cast):
    stand_on(session)
    return cast


@pytest.fixture
def lan(session, place, make_actor, make_donor):
    return make_actor(Role.DONOR, "Lan", donor_id=make_donor().id)


def _draft(*, units=10, **overrides):
    lines = (LineDraft("qua_tet", units, 500_000, GivenAs.KIND),)
    window = {"available_from": today(), "available_to": today() + timedelta(days=60)}
    return PledgeDraft(**{"lines": lines, "ward_code": WARD} | window | overrides)


def _record(session, actor, **overrides):
    giver = Giver(actor.donor_id)
    pledge_id = actions.record_pledge(session, actor, giver, _draft(**overrides), now=now())
    line = session.scalars(select(PledgeLine).where(PledgeLine.pledge_id == pledge_id)).one()
    return session.get_one(Pledge, pledge_id), line


def _accept(session, actor, pledge, line):
    decision = Decision(pledge.id, (line.id,), pledge.version)
    actions.accept_lines(session, actor, decision, now=now())
    session.refresh(line)


def _ledger(session):
    return [name for name, _ in broken(session) if name.startswith("line-counts")]


def test_a_recorded_pledge_is_offered_and_its_movement_written(session, lan):
    pledge, line = _record(session, lan)

    assert pledge.code.startswith("CK-")
    assert (line.state, line.free) == (LineState.OFFERED, 10)
    assert _ledger(session) == []


@pytest.mark.parametrize(
    ("overrides", "code"),
    [
        ({"units": 0}, "units-out-of-range"),
        ({"units": 1_000_001}, "units-out-of-range"),
        ({"lines": ()}, "pledge-without-lines"),
        ({"available_to": today() - timedelta(days=1)}, "window-out-of-order"),
        ({"available_to": today() + timedelta(days=999)}, "window-too-long"),
        ({"ward_code": "99999"}, "ward-not-receiving"),
        ({"wards": ("99999",), "ward_code": "99999"}, "ward-not-receiving"),
        ({"programme_id": "none"}, "programme-closed"),
        ({"lines": (LineDraft("none", 1, 1, GivenAs.KIND),)}, "kind-not-open"),
        ({"lines": (LineDraft("qua_tet", 10**6, 10**9, GivenAs.KIND),)}, "value-too-large"),
        ({"lines": (LineDraft("qua_tet", 1, 0, GivenAs.CASH),)}, "cash-needs-value"),
    ],
)
def test_an_impossible_pledge_is_refused_with_its_reason(session, lan, overrides, code):
    with pytest.raises(DomainError) as refused:
        _record(session, lan, **overrides)

    assert refused.value.code == code


def test_accepting_opens_the_line_tells_the_donor_and_wakes_matching(session, place, lan):
    pledge, line = _record(session, lan)

    _accept(session, place.minh, pledge, line)

    jobs = session.scalars(select(Job).where(Job.name == "place-pledge")).all()
    assert line.state == LineState.OPEN
    assert [(job.arg, job.wards) for job in jobs] == [(pledge.id, WARD)]
    assert session.scalars(select(Notice.template)).all() == ["pledge-accepted"]


def test_officers_of_another_ward_do_not_see_the_offer(session, place, lan):
    pledge, line = _record(session, lan)

    with pytest.raises(NotFound):
        _accept(session, place.hoa, pledge, line)

    assert queries.lines_to_vet(session, place.hoa) == ([], None)
    assert len(queries.lines_to_vet(session, place.minh)[0]) == 1


def test_an_offer_changed_since_it_was_read_is_not_accepted(session, place, lan):
    pledge, line = _record(session, lan)
    read = Decision(pledge.id, (line.id,), pledge.version)
    draft = ChangeDraft({line.id: 20}, pledge.available_from, pledge.available_to, pledge.version)
    actions.change_pledge(session, lan, pledge.id, draft, now=now())

    with pytest.raises(Conflict) as refused:
        actions.accept_lines(session, place.minh, read, now=now())

    assert refused.value.code == "changed-meanwhile"


def test_a_declined_line_shows_its_reason_and_cannot_be_accepted(session, place, lan):
    pledge, line = _record(session, lan)
    decision = Decision(pledge.id, (line.id,), pledge.version)

    actions.decline_lines(session, place.minh, decision, DeclineReason.NO_ROOM, now=now())

    shown = queries.pledge_for(session, lan, pledge.id).lines[0]
    assert (shown.state, shown.reason) == (LineState.DECLINED, "no-room")
    with pytest.raises(Conflict):
        _accept(session, place.minh, pledge, line)


def test_units_grow_before_accepting_and_only_shrink_after(session, place, lan):
    pledge, line = _record(session, lan)
    window = (pledge.available_from, pledge.available_to)
    actions.change_pledge(
        session, lan, pledge.id, ChangeDraft({line.id: 12}, *window, pledge.version), now=now()
    )
    session.refresh(pledge)
    _accept(session, place.minh, pledge, line)
    session.refresh(pledge)

    with pytest.raises(Conflict) as refused:
        actions.change_pledge(
            session, lan, pledge.id, ChangeDraft({line.id: 13}, *window, pledge.version), now=now()
        )

    assert refused.value.code == "units-only-grow-before-accepted"


def test_units_never_grow_beyond_what_can_be_counted(session, place, lan):
    lines = (LineDraft("qua_tet", 1, 9 * 10**14, GivenAs.KIND),)
    pledge, line = _record(session, lan, lines=lines)
    window = (pledge.available_from, pledge.available_to)

    with pytest.raises(DomainError) as refused:
        draft = ChangeDraft({line.id: 1_000_000}, *window, pledge.version)
        actions.change_pledge(session, lan, pledge.id, draft, now=now())

    assert refused.value.code == "value-too-large"


def test_units_never_go_below_what_is_promised(session, place, lan):
    pledge, line = _record(session, lan)
    _accept(session, place.minh, pledge, line)
    actions.reserve(session, line.id, 6, cause="allocation", cause_id="a")
    session.refresh(pledge)
    window = (pledge.available_from, pledge.available_to)

    with pytest.raises(Conflict) as refused, session.begin_nested():
        draft = ChangeDraft({line.id: 5}, *window, pledge.version)
        actions.change_pledge(session, lan, pledge.id, draft, now=now())
    session.refresh(pledge)
    draft = ChangeDraft({line.id: 6}, *window, pledge.version)
    actions.change_pledge(session, lan, pledge.id, draft, now=now())

    session.refresh(line)
    assert refused.value.code == "units-below-promised"
    assert (line.units, line.free, line.reserved) == (6, 0, 6)
    assert _ledger(session) == []


def test_only_free_units_are_withdrawn(session, place, lan):
    pledge, line = _record(session, lan)
    _accept(session, place.minh, pledge, line)
    actions.reserve(session, line.id, 6, cause="allocation", cause_id="a")

    with pytest.raises(Conflict), session.begin_nested():
        draft = WithdrawDraft(line.id, 5, WithdrawReason.OTHER)
        actions.withdraw(session, lan, pledge.id, draft, now=now())
    actions.withdraw(
        session, lan, pledge.id, WithdrawDraft(line.id, 4, WithdrawReason.OTHER), now=now()
    )

    session.refresh(line)
    assert (line.free, line.withdrawn, line.state) == (0, 4, LineState.OPEN)
    assert _ledger(session) == []


def test_what_is_in_stock_is_not_withdrawn(session, place, lan):
    pledge, line = _record(session, lan)
    _accept(session, place.minh, pledge, line)
    actions.book_receipt(session, line.id, 8)

    with pytest.raises(Conflict) as refused:
        draft = WithdrawDraft(line.id, 3, WithdrawReason.OTHER)
        actions.withdraw(session, lan, pledge.id, draft, now=now())

    assert refused.value.code == "not-that-many-free"


def test_a_stranger_cannot_change_or_see_a_pledge(session, place, lan, make_actor, make_donor):
    pledge, line = _record(session, lan)
    stranger = make_actor(Role.DONOR, "Vy", donor_id=make_donor().id)

    for act in (
        lambda: queries.pledge_for(session, stranger, pledge.id),
        lambda: queries.pledge_for(session, place.hoa, pledge.id),
        lambda: queries.pledge_to_change(session, place.minh, pledge.id),
        lambda: queries.line_for_receipt(session, stranger, line.id),
    ):
        with pytest.raises(NotFound):
            act()


def test_what_nobody_asked_for_in_time_expires_and_stock_stays(session, place, lan):
    pledge, line = _record(session, lan)
    _accept(session, place.minh, pledge, line)
    actions.book_receipt(session, line.id, 3)

    count = actions.expire_lines(session, today=today() + timedelta(days=61))
    again = actions.expire_lines(session, today=today() + timedelta(days=61))

    session.refresh(line)
    assert (count, again) == (1, 0)
    assert (line.free, line.withdrawn, line.state) == (3, 7, LineState.OPEN)
    assert _ledger(session) == []


def test_staff_find_a_donor_without_accents_and_only_their_own(session, place):
    draft = actions.DonorDraft(
        DonorKind.PERSON, "Nguyễn Thị Đỗ", ShownAs.NAME, email="do@example.com", ward_code=WARD
    )
    donor_id = actions.register_donor(session, place.minh, draft, now=now())

    found = [row.id for row in queries.donors_seen_by(session, place.minh, "do nguyen")]

    assert found == [donor_id]
    assert queries.donors_seen_by(session, place.hoa, "do nguyen") == []
    assert queries.donor_for(session, place.minh, donor_id).email == "do@example.com"


def test_a_timeline_tells_units_and_days_and_never_who(session, place, lan):
    pledge, line = _record(session, lan)
    _accept(session, place.minh, pledge, line)
    actions.reserve(session, line.id, 2, cause="allocation", cause_id="a")

    view = queries.pledge_for(session, lan, pledge.id)
    steps = {(h.step, h.units) for h in queries.timelines(session, view)[line.id]}

    assert steps == {("pledge", 10), ("accept", 10), ("reserve", 2)}
