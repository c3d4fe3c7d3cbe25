"""Two households that are one: everything goes over in one transaction, or nothing does."""

import pytest
from sqlalchemy import select

from app.accounts.rules import Role
from app.audit.models import AuditDetail, AuditEvent
from app.handovers.models import Appointment
from app.households import actions as households
from app.households import queries as reading
from app.households.models import Consent, Household, HouseholdMerge, Standing
from app.households.rules import (
    Agreement,
    ConsentDraft,
    ConsentMethod,
    ConsentPurpose,
    HouseholdFilter,
    MemberDraft,
    Side,
)
from app.kernel.clock import now, today
from app.kernel.errors import Conflict, DomainError
from app.matching import actions
from app.matching.models import Allocation, ProgrammeShare
from app.matching.queries.uniting import stops_of
from app.needs import actions as needs
from app.needs.models import Need
from app.programmes.models import Programme

NUMBER = "001150000001"


def live_members(session, household_id):
    return {m.name: m for m in reading.members_of(session, household_id)}


def test_people_are_united_by_name_and_birth_and_new_ones_join(
    session, cast, make_household, unite
):
    kept, closed = make_household(), make_household(citizen_number=NUMBER)
    child = MemberDraft("Trần Văn Con", 1980, relation="con")
    households.add_member(session, cast.minh, closed, child, now=now())

    unite(kept, closed)

    people = live_members(session, kept)
    assert set(people) == {"Trần Thị Thử", "Trần Văn Con"}
    assert people["Trần Thị Thử"].is_head
    assert people["Trần Thị Thử"].citizen_tail == NUMBER[-3:]
    assert not people["Trần Văn Con"].is_head
    number = reading.numbers_of(session, [people["Trần Thị Thử"].id])
    assert list(number.values()) == [NUMBER]


def test_the_closed_household_points_to_the_kept_one_and_keeps_what_it_said(
    session, cast, make_household, unite
):
    kept = make_household(phone="+84912000001", own_code="A1")
    closed = make_household(phone="+84912000002", own_code="B2", address="Ngõ 2")

    unite(kept, closed, phone=Side.CLOSED, own_code=Side.CLOSED)

    one = reading.household_for(session, cast.minh, kept)
    other = reading.household_for(session, cast.minh, closed)
    assert (one.phone, one.own_code, one.address) == ("+84912000002", "B2", "Ngõ 2")
    assert (other.state, other.merged_into, other.phone) == ("merged", kept, "+84912000002")
    found = reading.households_seen_by(session, cast.minh, HouseholdFilter(search=other.code))
    assert [line.id for line in found.lines] == [kept]


def test_needs_allocations_and_appointments_go_over(
    session, make_household, promise, unite, make_day
):
    kept, closed = make_household(), make_household()
    allocation = promise(closed)
    appointment = Appointment(
        id="APPOINTMENT1", code="LH-1", ward_code="00364", day_id=make_day().id,
        allocation_id=allocation.id, slot_at=now(),
    )  # fmt: skip
    session.add(appointment)
    session.flush()

    merge = unite(kept, closed)

    assert session.get_one(Need, allocation.need_id).household_id == kept
    assert session.get_one(Allocation, allocation.id).household_id == kept
    assert merge.moved["need"] == [allocation.need_id]
    assert merge.moved["allocation"] == [allocation.id]
    assert session.get_one(Appointment, "APPOINTMENT1").state == "invited"


def test_a_fact_of_both_is_kept_once_and_its_person_found(session, make_home, unite):
    kept, closed = make_home("poor", "disability"), make_home("poor", "policy")

    unite(kept, closed)

    facts = session.scalars(select(Standing).where(Standing.household_id == kept)).all()
    approved = sorted(f.kind for f in facts if f.state == "approved")
    assert approved == ["disability", "policy", "poor"]
    left = session.scalars(select(Standing).where(Standing.household_id == closed)).all()
    assert [(f.kind, f.state) for f in left] == [("poor", "ended")]


def agree(session, actor, household_id, purpose):
    draft = ConsentDraft(purpose, ConsentMethod.PAPER)
    households.give_consent(session, actor, household_id, draft, now=now())


def test_of_two_answers_the_stricter_stays(session, cast, make_household, unite):
    kept, closed = make_household(), make_household()
    for home in (kept, closed):
        agree(session, cast.minh, home, ConsentPurpose.MESSAGE)
        agree(session, cast.minh, home, ConsentPurpose.PHOTO)
    taken_back = reading.consents_of(session, closed)
    photo = next(c.id for c in taken_back if c.purpose == "photo")
    households.withdraw_consent(session, cast.minh, closed, photo, now=now())

    unite(kept, closed)

    def said(purpose):
        return reading.agreements_of(session, [kept], purpose)[kept]

    assert said(ConsentPurpose.MESSAGE) is Agreement.GIVEN
    assert said(ConsentPurpose.PHOTO) is Agreement.WITHDRAWN
    in_force = select(Consent).where(Consent.household_id == kept, Consent.withdrawn_at.is_(None))
    assert [c.purpose for c in session.scalars(in_force)] == ["message"]


def test_two_open_needs_of_one_kind_stop_the_merge_until_one_is_withdrawn(
    session, cast, make_household, make_open_need, propose
):
    kept, closed = make_household(), make_household()
    for home in (kept, closed):
        need = make_open_need(household=session.get_one(Household, home))

    with pytest.raises(Conflict) as refused:
        propose(kept, closed)
    needs.withdraw_need(session, cast.minh, need.id, "ghi hai lần")

    assert refused.value.code == "merge-stopped"
    assert stops_of(session, kept, closed) == []
    assert propose(kept, closed)


def test_needs_promised_in_both_say_so(session, make_household, promise):
    kept, closed = make_household(), make_household()
    for home in (kept, closed):
        promise(home)

    assert [stop.code for stop in stops_of(session, kept, closed)] == ["needs-promised"]


def test_what_came_up_after_the_proposal_stops_the_approval(
    session, cast, make_home, propose, make_open_need
):
    kept, closed = make_home("poor"), make_home("near-poor")
    assert [stop.code for stop in stops_of(session, kept, closed)] == ["classes-differ"]
    kept, closed = make_home("policy"), make_home("policy")
    merge_id = propose(kept, closed)
    for home in (kept, closed):
        make_open_need(household=session.get_one(Household, home))

    with pytest.raises(Conflict) as refused, session.begin_nested():
        actions.unite_households(session, cast.tam, merge_id, now=now())

    assert refused.value.code == "merge-stopped"
    session.expire_all()
    assert session.get_one(HouseholdMerge, merge_id).state == "asked"
    assert session.get_one(Household, closed).state == "active"


def test_nobody_approves_their_own_proposal_or_their_own_home(
    session, cast, make_household, propose
):
    merge_id = propose(make_household(), closed := make_household())
    with pytest.raises(DomainError) as own:
        actions.unite_households(session, cast.minh, merge_id, now=now())
    households.declare_kin(session, cast.tam, closed, now=now())

    with pytest.raises(DomainError) as home:
        actions.unite_households(session, cast.tam, merge_id, now=now())

    assert (own.value.code, home.value.code) == ("own-merge", "own-household")


def test_an_approval_of_what_was_read_before_a_change_is_refused(
    session, cast, make_household, propose
):
    kept, closed = make_household(), make_household()
    merge_id = propose(kept, closed)
    agree(session, cast.minh, kept, ConsentPurpose.PHOTO)

    with pytest.raises(Conflict) as refused:
        actions.unite_households(session, cast.tam, merge_id, seen=(1, 1), now=now())

    assert refused.value.code == "merge-homes-changed"


def test_no_need_is_written_for_a_closed_household(session, cast, make_home, make_draft, unite):
    kept, closed = make_home("poor"), make_home("poor")
    unite(kept, closed)

    with pytest.raises(Conflict) as refused:
        needs.register_need(session, cast.minh, closed, make_draft(), now=now())

    assert refused.value.code == "household-not-active"


def test_the_journal_says_what_went_over_and_what_was_there_before(session, make_household, unite):
    kept = make_household(address="Ngõ 1")
    closed = make_household(address="Ngõ 2")

    merge = unite(kept, closed, address=Side.CLOSED)

    told = select(AuditEvent.object_id).where(AuditEvent.action == "merge-households")
    assert set(session.scalars(told)) == {kept, closed}
    detail = select(AuditDetail.changes).join(AuditEvent, AuditEvent.id == AuditDetail.event_id)
    moved = session.scalar(detail.where(AuditEvent.action == "move-to-kept"))
    assert moved == merge.moved
    changed = session.scalar(detail.where(AuditEvent.action == "change-household"))
    assert changed == {"address": ["Ngõ 1", "Ngõ 2"]}


def test_kin_of_the_closed_household_are_kin_of_the_kept_one(
    session, cast, make_actor, make_household, unite
):
    kept, closed = make_household(), make_household()
    cousin = make_actor(Role.WARD_OFFICER, "Cúc", ward_code="00364")
    households.declare_kin(session, cousin, closed, now=now())

    unite(kept, closed)

    assert reading.is_own_household(session, cousin, kept)


def test_a_household_merged_twice_points_to_the_last(session, make_household, unite):
    first, second, third = make_household(), make_household(), make_household()

    unite(second, first)
    unite(third, second)

    pointed = session.scalars(select(Household.merged_into).where(Household.state == "merged"))
    assert list(pointed) == [third, third]


def test_a_second_gift_of_one_programme_stays_where_it_was_given(
    session, make_household, promise, tet, unite
):
    kept, closed = make_household(), make_household()
    given = [promise(home, programme_id=tet) for home in (kept, closed)]
    for allocation in given:
        session.add(_share(allocation, tet))
    session.flush()
    before = [stop.code for stop in stops_of(session, kept, closed)]
    for allocation in given:
        _hand_over(session, allocation)

    unite(kept, closed)

    assert before == ["needs-promised", "gift-twice"]
    assert [session.get_one(Allocation, a.id).household_id for a in given] == [kept, closed]


@pytest.fixture
def tet(session):
    """A programme that gives once to each household."""
    programme = Programme(
        id="tet", code="TET", theme="tet", name_vi="Tết", name_en="Tết", aim_vi="", aim_en="",
        kinds=["qua_tet"], starts_on=today(), ends_on=today(), once_per_household=True,
    )  # fmt: skip
    session.add(programme)
    session.flush()
    return programme.id


def _share(allocation, programme_id):
    return ProgrammeShare(
        household_id=allocation.household_id, programme_id=programme_id,
        kind_code="qua_tet", allocation_id=allocation.id,
    )  # fmt: skip


def _hand_over(session, allocation):
    allocation.handed, allocation.state = 1, "handed"
    need = session.get_one(Need, allocation.need_id)
    session.refresh(need)
    need.handed, need.state = 1, "closed"
    session.flush()
