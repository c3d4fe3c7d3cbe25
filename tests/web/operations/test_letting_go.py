"""After a restore two people let messages go, on a page that says what is held and why."""

import pytest
from sqlalchemy import select

from app.accounts.rules import Role
from app.infra.transaction import transaction
from app.kernel.clock import now
from app.notices.actions import hold_back, hold_sending, hold_some, owe, release_some
from app.notices.models import Notice
from tests.integration.notices.test_actions import draft


@pytest.fixture
def held(cast, session):
    """One message from before the restore and none newer."""
    session.commit()
    with transaction() as own:
        owe(own, draft())
    with transaction() as own:
        hold_sending(own, "restored", now=now())


@pytest.fixture
def operator(make_actor, session):
    person = make_actor(Role.SYSTEM_ADMIN, "Biển")
    session.commit()
    return person


def states():
    with transaction(read_only=True) as session:
        return list(session.scalars(select(Notice.state)))


def test_the_page_says_that_nothing_is_sent_and_why(browse, cast, held):
    browse.sign_in(cast.tam)

    page = browse.get("operations.jobs")

    assert "Chưa gửi thông báo nào" in page.text
    assert "Đang giữ: 1" in page.text


def test_one_person_asks_and_another_lets_go(browse, cast, operator, held):
    browse.sign_in(operator)
    browse.post("operations.ask_release", {"sends_old": "yes"})
    browse.sign_in(cast.tam)
    page = browse.get("operations.jobs")
    browse.post("operations.release")

    assert "Biển" in page.text
    assert states() == ["queued"]


def test_older_messages_are_dropped_when_that_was_asked(browse, cast, operator, held):
    browse.sign_in(operator)
    browse.post("operations.ask_release")
    browse.sign_in(cast.tam)

    browse.post("operations.release")

    assert states() == ["skipped"]


def test_what_a_paused_campaign_holds_goes_on_waiting_for_it(browse, cast, operator, held):
    with transaction() as own:
        waits = owe(own, draft(cause_id="paused"))
        hold_some(own, draft().cause, ["paused"])
    browse.sign_in(operator)
    browse.post("operations.ask_release", {"sends_old": "yes"})
    browse.sign_in(cast.tam)

    browse.post("operations.release")

    with transaction(read_only=True) as session:
        state = dict(session.execute(select(Notice.id, Notice.state)).all())
    assert state.pop(waits) == "held"
    assert list(state.values()) == ["queued"]


def test_what_a_campaign_paused_while_a_restore_held_it_waits_for_the_campaign(
    browse, cast, operator, held
):
    with transaction() as own:
        hold_some(own, draft().cause, [draft().cause_id])
    browse.sign_in(operator)
    browse.post("operations.ask_release", {"sends_old": "yes"})
    browse.sign_in(cast.tam)

    browse.post("operations.release")

    assert states() == ["held"]


def test_what_a_restore_holds_of_a_campaign_that_goes_on_leaves_with_all(
    browse, cast, operator, held
):
    with transaction() as own:
        hold_some(own, draft().cause, [draft().cause_id])
        release_some(own, draft().cause, [draft().cause_id], now=now())
        hold_back(own, own.scalars(select(Notice.id)).one())
    browse.sign_in(operator)
    browse.post("operations.ask_release", {"sends_old": "yes"})
    browse.sign_in(cast.tam)

    browse.post("operations.release")

    assert states() == ["queued"]


def test_dropping_the_older_ones_drops_a_paused_campaigns_too_and_the_page_says_so(
    browse, cast, operator, held
):
    with transaction() as own:
        newer = owe(own, draft(cause_id="newer"))
        hold_some(own, draft().cause, [draft().cause_id, "newer"])
    browse.sign_in(operator)
    browse.post("operations.ask_release")
    browse.sign_in(cast.tam)

    page = browse.get("operations.jobs")
    browse.post("operations.release")

    assert "đợt nhắc đang tạm dừng: 1 tin cũ, 1 tin mới" in page.text
    with transaction(read_only=True) as session:
        state = dict(session.execute(select(Notice.id, Notice.state)).all())
    assert state.pop(newer) == "held"
    assert list(state.values()) == ["skipped"]


def test_whoever_asked_cannot_let_go_too(browse, operator, held):
    browse.sign_in(operator)
    browse.post("operations.ask_release")

    page = browse.post("operations.release", expect=409)

    assert "Cần một người khác đồng ý" in page.text
    assert states() == ["held"]


def test_nothing_held_is_nothing_to_let_go(browse, cast, operator):
    browse.sign_in(operator)

    page = browse.post("operations.release", expect=409)

    assert "Không có thông báo nào đang được giữ" in page.text


def test_an_officer_sees_it_and_decides_nothing(browse, cast, held):
    browse.sign_in(cast.minh)

    page = browse.get("operations.jobs")

    assert "Chưa gửi thông báo nào" in page.text
    assert "Đề nghị gửi tất cả" not in page.text
    browse.post("operations.release", expect=404)
