"""Writing needs down: by the catalogue's rules, for one's own household, and only once."""

import threading

import pytest
from sqlalchemy import func, select

from app.catalogue.models import SupportKind
from app.infra.transaction import scoped, transaction
from app.kernel.clock import now, today
from app.kernel.errors import Conflict, DomainError, NotFound
from app.needs import actions, queries
from app.needs.models import Need


@pytest.fixture
def register(session, cast, make_home, make_draft):
    home = make_home()

    def write(*, actor=cast.minh, household_id=home, **overrides):
        draft = make_draft(**overrides)
        return actions.register_need(session, actor, household_id, draft, now=now())

    return write


def test_a_need_takes_its_cost_from_the_catalogue(session, register):
    need_id = register(kind_code="nhu_yeu_pham", units=3)

    need = session.get_one(Need, need_id)

    assert (need.cost_dong, need.light) == (900_000, False)


def test_a_story_is_sealed_in_the_database_and_read_by_staff(session, cast, register):
    need_id = register(story="Nhà neo người")

    stored = session.get_one(Need, need_id).story

    assert "Nhà neo người".encode() not in stored
    assert queries.need_for(session, cast.minh, need_id).story == "Nhà neo người"


@pytest.mark.parametrize(
    ("overrides", "code"),
    [
        ({"units": 2}, "need-units-out-of-range"),
        ({"kind_code": "xe_lan", "spec": {}}, "spec-missing"),
        ({"kind_code": "xe_lan", "spec": {"type": "x", "hip_cm": 36}}, "spec-unknown-choice"),
        ({"kind_code": "xe_lan", "spec": {"type": "child", "hip_cm": 5}}, "spec-out-of-range"),
        ({"member_id": "nobody"}, "member"),
    ],
)
def test_what_makes_no_sense_is_refused(session, register, overrides, code):
    with pytest.raises(DomainError) as refusal:
        register(**overrides)

    assert refusal.value.code == code
    assert session.scalar(select(func.count()).select_from(Need)) == 0


def test_a_kind_that_is_closed_takes_no_new_needs(session, register):
    session.get_one(SupportKind, "qua_tet").is_open = False
    session.flush()

    with pytest.raises(DomainError) as refusal:
        register()

    assert refusal.value.code == "kind-closed"


def test_another_wards_officer_finds_no_such_household(cast, register):
    with pytest.raises(NotFound):
        register(actor=cast.hoa)


def test_the_same_help_is_not_asked_twice(register):
    register()

    with pytest.raises(Conflict) as refusal:
        register()

    assert refusal.value.code == "need-asked-already"


def test_it_may_be_asked_again_once_the_first_has_ended(session, cast, register):
    first = register()
    actions.withdraw_need(session, cast.minh, first, "Ghi nhầm")

    assert register() != first


def test_two_officers_at_once_write_one_need(session, database, cast, make_home, make_draft):
    home, draft, answers = make_home(), make_draft(), []
    session.commit()
    ready = threading.Barrier(2)

    def write():
        with scoped({"*"}):
            ready.wait()
            try:
                with transaction() as own:
                    answers.append(actions.register_need(own, cast.minh, home, draft, now=now()))
            except Conflict as refusal:
                answers.append(refusal.code)

    threads = [threading.Thread(target=write) for _ in range(2)]
    [thread.start() for thread in threads]
    [thread.join(timeout=20) for thread in threads]

    assert answers.count("need-asked-already") == 1
    assert session.scalar(select(func.count()).select_from(Need)) == 1


def test_a_list_finds_by_name_without_accents_and_goes_on_by_key(session, cast, make_need):
    for number in range(27):
        make_need("draft", home=None, starts_on=today(), urgency=number % 3)

    first = queries.needs_seen_by(session, cast.minh, queries.NeedFilter(search="tran thi"))
    rest = queries.needs_seen_by(
        session, cast.minh, queries.NeedFilter(search="tran thi"), first.after
    )

    assert (len(first.lines), len(rest.lines), rest.after) == (25, 2, None)
    assert not {n.id for n in first.lines} & {n.id for n in rest.lines}


@pytest.mark.parametrize(
    "key", ["x|y", "2026-01-01|abc", "|", "2026-13-45T00:00:00+00:00|a", "%00"]
)
def test_a_key_that_nobody_wrote_is_no_key(session, cast, make_need, key):
    make_need("draft")

    assert len(queries.needs_seen_by(session, cast.minh, queries.NeedFilter(), key).lines) == 1


def test_another_ward_sees_none_of_them(session, cast, make_need):
    make_need("submitted")

    assert queries.needs_seen_by(session, cast.hoa, queries.NeedFilter()).lines == []
