"""The nation's wards, and the groups of one ward: opened once, renamed, closed."""

import threading
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from app.infra.transaction import scoped, transaction
from app.kernel.clock import today
from app.kernel.errors import Conflict, DomainError, NotFound
from app.places import actions, queries
from app.places.models import Province, ResidentialGroup, Ward

WARD_A, WARD_B = "00364", "00301"


def names(session):
    return [group.name for group in queries.groups_of(session, WARD_A)]


def test_all_wards_are_loaded_and_a_second_time_changes_nothing(session):
    assert actions.load_places(session) == 3321
    assert actions.load_places(session) == 3321

    assert queries.count_wards(session) == 3321
    assert session.scalar(select(func.count()).select_from(Province)) == 34


def test_a_ward_is_found_without_accents_and_shown_with_its_province(session):
    actions.load_places(session)

    found = queries.wards_like(session, "khuong dinh ha noi")

    assert [ward.full for ward in found] == ["Phường Khương Đình, Thành phố Hà Nội"]


def test_wards_of_one_name_are_told_apart(session):
    actions.load_places(session)
    name = session.scalar(
        select(Ward.name).group_by(Ward.name).having(func.count() > 1).order_by(Ward.name).limit(1)
    )

    found = [ward for ward in queries.wards_like(session, name) if ward.name == name]

    assert len({ward.full for ward in found}) == len(found) > 1


@pytest.mark.parametrize("typed", ["%", "_", "\\", "' or 1=1", "không có nơi này"])
def test_a_strange_search_finds_nothing(session, wards, typed):
    assert queries.wards_like(session, typed) == []


def test_a_group_is_opened_once_however_it_is_spelled(session, cast):
    first = actions.group_named(session, cast.minh, WARD_A, "TDP số 13", today=today())

    assert actions.group_named(session, cast.minh, WARD_A, "tổ 13", today=today()) == first
    with pytest.raises(Conflict) as refusal:
        actions.open_group(session, cast.minh, WARD_A, "13", today=today())
    assert refusal.value.code == "group-known"


def test_groups_stand_in_the_order_of_their_numbers(session, cast):
    for words in ("10", "2", "1"):
        actions.open_group(session, cast.minh, WARD_A, words, today=today())

    assert names(session) == ["Tổ dân phố 1", "Tổ dân phố 2", "Tổ dân phố 10"]


@pytest.mark.parametrize("words", ["--", "tổ dân phố", "thôn", "…"])
def test_a_group_without_a_name_is_refused(session, cast, words):
    with pytest.raises(DomainError) as refusal:
        actions.open_group(session, cast.minh, WARD_A, words, today=today())

    assert refusal.value.code == "group-without-name"


def test_a_group_is_renamed_but_not_to_anothers_name(session, cast, make_group):
    one, two = make_group(number=1), make_group(number=2)

    actions.rename_group(session, cast.minh, WARD_A, one.id, "Khu phố Mới")
    with pytest.raises(Conflict):
        actions.rename_group(session, cast.minh, WARD_A, two.id, "khu pho moi")

    assert sorted(names(session)) == ["Khu phố Mới", "Tổ dân phố 2"]


def test_a_closed_group_is_offered_no_more_and_may_be_opened_anew(session, cast, make_group):
    old = make_group(number=3, valid_from=today() - timedelta(days=400))
    actions.close_group(session, cast.minh, WARD_A, old.id, today=today())
    assert names(session) == []

    new = actions.open_group(session, cast.minh, WARD_A, "3", today=today())

    assert new != old.id
    assert [line.valid_to for line in queries.group_lines(session, WARD_A)] == [None, today()]


def test_a_group_closed_by_mistake_is_opened_again_on_the_same_day(session, cast):
    group_id = actions.open_group(session, cast.minh, WARD_A, "3", today=today())
    actions.close_group(session, cast.minh, WARD_A, group_id, today=today())

    assert actions.open_group(session, cast.minh, WARD_A, "3", today=today()) == group_id


def test_a_name_that_a_closed_group_of_that_day_bore_is_refused_in_words(session, cast):
    one, two = (
        actions.open_group(session, cast.minh, WARD_A, words, today=today()) for words in "12"
    )
    actions.close_group(session, cast.minh, WARD_A, one, today=today())

    with pytest.raises(Conflict):
        actions.rename_group(session, cast.minh, WARD_A, two, "1")


def test_another_wards_group_is_not_found(session, cast, make_group):
    group = make_group()

    with pytest.raises(NotFound):
        actions.close_group(session, cast.hoa, WARD_B, group.id, today=today())
    with pytest.raises(NotFound):
        actions.rename_group(session, cast.hoa, WARD_B, group.id, "9")


def test_two_at_once_open_one_group(session, database, cast, wards):
    session.commit()
    ready, found = threading.Barrier(4), []

    def open_it():
        with scoped({"*"}):
            ready.wait()
            with transaction() as own:
                found.append(actions.group_named(own, cast.minh, WARD_A, "tổ 7", today=today()))

    threads = [threading.Thread(target=open_it) for _ in range(4)]
    [thread.start() for thread in threads]
    [thread.join(timeout=20) for thread in threads]

    assert len(found) == 4
    assert len(set(found)) == 1
    assert session.scalar(select(func.count()).select_from(ResidentialGroup)) == 1
