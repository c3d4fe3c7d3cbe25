"""Pages of notices: the inbox, what needs a person, and the demonstration's inbox."""

from dataclasses import replace

import pytest

from app.infra.transaction import scoped, transaction
from app.kernel.clock import now
from app.notices import actions
from app.notices.models import Notice
from tests.integration.notices.test_actions import BASE, draft


@pytest.fixture
def uncertain(session, cast):
    notice_id = actions.owe(session, draft())
    actions.claim_notice(session, notice_id, base_url=BASE, now=now())
    actions.doubt(session, notice_id, "no-answer")
    return notice_id


def test_an_officer_calls_about_an_uncertain_message(browse, cast, session, uncertain):
    browse.sign_in(cast.minh)
    page = browse.get("notices.index")
    assert "Cần người xử lý" in page.text

    page = browse.get("notices.show", notice_id=uncertain)
    assert "+84900000001" in page.text
    browse.submit(page, to=f"/notices/{uncertain}/told")

    assert "Cần người xử lý" not in browse.get("notices.index").text


def test_sending_anew_without_a_reason_keeps_the_page(browse, cast, uncertain):
    browse.sign_in(cast.minh)

    page = browse.post("notices.again", {"reason": ""}, notice_id=uncertain, expect=422)

    assert "Vì sao gửi lại" in page.text


def test_sending_anew_with_a_reason_owes_a_second_message(browse, cast, session, uncertain):
    browse.sign_in(cast.minh)

    browse.post("notices.again", {"reason": "Đã gọi, chưa nhận"}, notice_id=uncertain)

    session.expire_all()
    states = [n.state for n in session.query(Notice).order_by(Notice.id)]
    assert states == ["abandoned", "queued"]


def test_another_wards_notice_looks_missing(browse, cast, uncertain):
    browse.sign_in(cast.hoa)

    browse.get("notices.show", notice_id=uncertain, expect=404)
    browse.post("notices.told", notice_id=uncertain, expect=404)


def test_the_bell_counts_until_everything_is_read(browse, cast, session):
    to_minh = draft(
        template="correction-asked",
        recipient_kind="account",
        recipient_id=cast.minh.account_id,
        parameters={"code": "H-AAAAAA"},
        email="minh@example.com",
    )
    actions.claim_notice(session, actions.owe(session, to_minh), base_url=BASE, now=now())
    browse.sign_in(cast.minh)

    page = browse.get("notices.inbox")
    assert "H-AAAAAA" in page.text
    browse.submit(page, to="/notices/mine/read")

    assert "Chưa đọc" not in browse.get("notices.inbox").text


@pytest.mark.parametrize("kind", ["account", "donor"])
@pytest.mark.parametrize("reader", ["minh", "lan"])
def test_the_bell_rings_for_whom_it_is(browse, session, cast, kind, reader):
    owner = {"account": cast.minh.account_id, "donor": cast.lan.donor_id}[kind]
    facts = {"template": "correction-asked", "parameters": {"code": "H-AAAAAA"}}
    message = draft(recipient_kind=kind, recipient_id=owner, email="a@example.com", **facts)
    actions.claim_notice(session, actions.owe(session, message), base_url=BASE, now=now())
    browse.sign_in(getattr(cast, reader))

    page = browse.get("notices.inbox")

    assert page.says("Thông báo (1)") == ((kind, reader) in {("account", "minh"), ("donor", "lan")})


def test_the_demonstrations_inbox_is_nowhere_else(browse):
    browse.get("notices.demo", expect=404)


@pytest.fixture
def demo(app):
    settings = app.config["NC"]
    app.config["NC"] = replace(settings, environment="demo")
    yield
    app.config["NC"] = settings


def test_the_demonstration_shows_an_sms_with_its_parts(browse, demo, database):
    with scoped({"*"}), transaction() as session:
        donor = {"template": "handed-over", "recipient_kind": "donor", "cause": "confirmation"}
        facts = {"pledge_code": "CK-AAAAAA", "pledge_id": "p1", "on": now()}
        notice_id = actions.owe(session, draft(**donor, parameters=facts, personal={}))
        actions.claim_notice(session, notice_id, base_url=BASE, now=now())

    page = browse.get("notices.demo", channel="sms")

    assert "Qua cua quy vi da trao xong" in page.text
    assert "1 phần tin" in page.text


def test_the_desk_says_that_a_notice_needs_a_person(browse, cast, uncertain):
    browse.sign_in(cast.minh)

    assert "Thông báo cần người xử lý" in browse.get("desk.show").text
