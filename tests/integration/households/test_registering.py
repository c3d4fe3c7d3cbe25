"""Entering, changing and finding households on the real database."""

from datetime import date

import pytest

from app.households import actions, queries
from app.households.models import Household, Member
from app.households.rules import HouseholdDraft, HouseholdFilter, MemberDraft
from app.kernel.clock import now, today
from app.kernel.errors import Conflict, NotFound

NUMBER = "001150000001"


def test_address_phone_and_number_are_sealed_and_open_again(session, cast, make_household):
    household_id = make_household(
        address="Số 1, ngõ thử", phone="+84912345678", citizen_number=NUMBER
    )

    row = session.get(Household, household_id)
    seen = queries.household_for(session, cast.minh, household_id)

    assert "ngõ".encode() not in row.address
    assert (seen.address, seen.phone) == ("Số 1, ngõ thử", "+84912345678")
    assert queries.members_of(session, household_id)[0].citizen_tail == "001"


def test_another_wards_household_looks_like_a_missing_one(session, cast, make_household):
    household_id = make_household()

    with pytest.raises(NotFound) as foreign:
        queries.household_for(session, cast.hoa, household_id)
    with pytest.raises(NotFound) as missing:
        queries.household_for(session, cast.hoa, "nothing")

    assert foreign.value.code == missing.value.code


def test_a_citizen_number_is_in_a_ward_once_and_another_ward_does_not_learn_it(
    session, cast, make_household
):
    make_household(citizen_number=NUMBER)
    elsewhere = make_household(actor=cast.hoa, ward_code="00301", citizen_number=NUMBER)

    with pytest.raises(Conflict) as refused:
        make_household(name="Ai Đó", citizen_number=NUMBER)

    assert refused.value.code == "citizen-number-taken"
    assert queries.household_for(session, cast.hoa, elsewhere).head_name == "Trần Thị Thử"


@pytest.mark.parametrize(
    ("name", "born", "certain"),
    [("Tran Thi Thu", 1950, False), ("Trần Thị Thử", 1951, None), ("Trần Thị Khác", 1950, None)],
)
def test_a_twin_is_found_without_accents_by_name_and_year(
    session, make_household, name, born, certain
):
    make_household()

    twin = actions.twin_of(session, "00364", MemberDraft(name, born))

    assert (twin.certain if twin else None) is certain


def test_two_different_numbers_are_two_people(session, make_household):
    make_household(citizen_number=NUMBER)

    same_name = MemberDraft("Trần Thị Thử", 1950, citizen_number="001150000002")
    same_number = MemberDraft("Ai Đó", 1980, citizen_number=NUMBER)

    assert actions.twin_of(session, "00364", same_name) is None
    assert actions.twin_of(session, "00364", same_number).certain


def test_a_change_of_what_was_not_read_is_refused(session, cast, make_household):
    household_id = make_household(address="Nhà cũ")
    draft = HouseholdDraft(head=MemberDraft("Trần Thị Thử", 1950), address="Nhà mới")
    change = {"now": now(), "today": today()}
    actions.change_household(session, cast.minh, household_id, 1, draft, **change)

    with pytest.raises(Conflict) as refused:
        actions.change_household(session, cast.minh, household_id, 1, draft, **change)

    assert refused.value.code == "household-changed-meanwhile"
    assert queries.household_for(session, cast.minh, household_id).address == "Nhà mới"


def test_a_change_keeps_the_number_that_was_never_shown(session, cast, make_household):
    household_id = make_household(citizen_number=NUMBER)
    draft = HouseholdDraft(head=MemberDraft("Trần Thị Mới", 1950))

    actions.change_household(session, cast.minh, household_id, 1, draft, now=now(), today=today())

    head = queries.members_of(session, household_id)[0]
    assert (head.name, head.citizen_tail) == ("Trần Thị Mới", "001")


def test_a_household_is_found_by_any_of_its_people_without_accents(session, cast, make_household):
    household_id = make_household()
    child = MemberDraft("Đào Văn Út", born_on=date(2015, 2, 3), relation="cháu")
    actions.add_member(session, cast.minh, household_id, child, now=now())

    found = queries.households_seen_by(session, cast.minh, HouseholdFilter(search="dao van ut"))

    assert [line.id for line in found.lines] == [household_id]


def test_pages_by_key_show_everybody_once_in_the_order_of_given_names(
    session, cast, make_household
):
    names = ["An", "Ánh", "Ân", "Bình", "Đạo", "Dung"]
    for n in range(5):
        for given in names:
            make_household(name=f"Lê Văn {given}", birth_year=1950 + n)

    seen, after = [], None
    while True:
        page = queries.households_seen_by(session, cast.minh, HouseholdFilter(), after)
        seen += [line.head_name.split()[-1] for line in page.lines]
        after = page.after
        if after is None:
            break

    assert seen == [g for g in ["An", "Ánh", "Ân", "Bình", "Dung", "Đạo"] for _ in range(5)]


def test_a_group_leader_sees_the_own_group_only(session, cast, make_group, make_actor):
    from app.accounts.rules import Role
    from app.households.actions import register_household

    mine, other = make_group(number=1), make_group(number=2)
    leader = make_actor(Role.GROUP_LEADER, "Tổ", ward_code="00364", group_id=mine.id)
    for group in (mine, other):
        draft = HouseholdDraft(head=MemberDraft(f"Lê Văn {group.name}"), group=group.name)
        register_household(session, cast.minh, "00364", draft, now=now(), today=today())

    found = queries.households_seen_by(session, leader, HouseholdFilter())

    assert [line.group for line in found.lines] == ["Tổ dân phố 1"]


def test_who_left_frees_the_number_and_is_no_longer_found(session, cast, make_household):
    household_id = make_household()
    draft = MemberDraft("Đào Văn Út", 1990, citizen_number=NUMBER, relation="con")
    member_id = actions.add_member(session, cast.minh, household_id, draft, now=now())

    actions.member_left(session, cast.minh, household_id, member_id, today=today())

    assert session.get(Member, member_id).left_on == today()
    assert actions.twin_of(session, "00364", draft) is None
