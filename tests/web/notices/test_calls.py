"""The lower rungs: a head of a group calls, then slips, then words on the loudspeakers."""

import pytest
from sqlalchemy import select

from app.accounts.rules import Role
from app.audit.models import AuditEvent
from app.infra.crypto import cipher
from app.kernel.clock import now
from app.notices import actions
from app.notices.models import Notice, NoticeStep
from app.notices.rules import MOST_MISSES
from tests.integration.notices.test_actions import BASE, draft

WARD = "00364"


@pytest.fixture
def group(make_group):
    return make_group(number=5)


@pytest.fixture
def head(make_actor, group):
    return make_actor(Role.GROUP_LEADER, "Đồi", ward_code=WARD, group_id=group.id)


@pytest.fixture
def to_tell(session, cast):
    """Owe a notice that no channel carries: to_tell(group_id=...); its row."""

    def owe(**overrides):
        notice_id = actions.owe(session, draft(phone=None, **overrides))
        actions.claim_notice(session, notice_id, base_url=BASE, now=now())
        actions.record_sent(session, notice_id, "in-app", now=now())
        return session.get(Notice, notice_id)

    return owe


@pytest.fixture
def one(to_tell, group, head):
    return to_tell(group_id=group.id)


def _miss(browse, notice, times=1):
    for seen in range(times):
        typed = {"outcome": "missed", "note": "Đi làm xa", "seen": str(seen)}
        browse.post("notices.tried", typed, notice_id=notice.id)


def _steps(session):
    session.expire_all()
    return [step.outcome for step in session.scalars(select(NoticeStep).order_by(NoticeStep.id))]


def test_a_head_finds_on_the_first_page_whom_to_call_and_what_to_say(browse, head, one):
    browse.sign_in(head)

    assert "Bà con cần gọi" in browse.get("desk.show").text
    assert "Nguyễn Thị Tím" in browse.get("notices.calls").text
    page = browse.get("notices.call", notice_id=one.id)

    assert "Phường kính mời gia đình đến Nhà văn hoá" in page.text
    assert "TR-AAAAAA" in page.text


def test_who_is_told_is_on_no_list_any_more(browse, head, one, session, cast):
    browse.sign_in(head)

    browse.post("notices.tried", {"outcome": "told", "seen": "0"}, notice_id=one.id)

    assert "Không còn ai cần gọi" in browse.get("notices.calls").text
    assert _steps(session) == ["told"]
    assert "tell-in-person" in session.scalars(select(AuditEvent.action)).all()
    browse.get("notices.call", notice_id=one.id, expect=404)


def test_a_miss_sent_from_two_pages_counts_once(browse, head, one, session):
    browse.sign_in(head)
    typed = {"outcome": "missed", "seen": "0"}

    browse.post("notices.tried", typed, notice_id=one.id)
    browse.post("notices.tried", typed, notice_id=one.id, expect=409)

    assert _steps(session) == ["missed"]
    assert one.misses == 1


def test_a_note_lies_encrypted_and_is_read_by_the_next_who_calls(browse, head, one, session):
    browse.sign_in(head)

    _miss(browse, one)

    stored = session.scalars(select(NoticeStep.note)).one()
    assert "Đi làm xa".encode() not in stored
    assert cipher().decrypt(stored, f"notice_step.note:{one.id}") == "Đi làm xa"
    assert "Đi làm xa" in browse.get("notices.call", notice_id=one.id).text


def test_another_groups_head_sees_nothing_of_it(browse, make_actor, make_group, one):
    other = make_group(number=6)
    browse.sign_in(make_actor(Role.GROUP_LEADER, "Suối", ward_code=WARD, group_id=other.id))

    assert "Nguyễn Thị Tím" not in browse.get("notices.calls").text
    browse.get("notices.call", notice_id=one.id, expect=404)
    typed = {"outcome": "told", "seen": "0"}
    browse.post("notices.tried", typed, notice_id=one.id, expect=404)


def test_while_a_head_calls_nothing_waits_for_the_ward(browse, cast, one):
    browse.sign_in(cast.minh)

    assert "Cần người xử lý" not in browse.get("notices.index").text
    assert "Không có ai chờ giấy báo" in browse.get("notices.paper").text


def test_after_so_many_misses_a_slip_is_printed_once(browse, head, cast, one, session):
    browse.sign_in(head)
    _miss(browse, one, MOST_MISSES)
    browse.sign_in(cast.minh)
    assert "Cần người xử lý" in browse.get("notices.index").text

    browse.post("notices.put_on_paper", {"how": "printed"})
    browse.post("notices.put_on_paper", {"how": "printed"}, expect=422)

    assert _steps(session) == ["missed"] * MOST_MISSES + ["printed"]
    assert "Đã in giấy, cần đưa tận nhà" in browse.get("notices.calls").text
    assert "print-notice-slips" in session.scalars(select(AuditEvent.action)).all()


def test_a_group_without_a_head_goes_to_paper_at_once(browse, cast, to_tell, make_group):
    to_tell(group_id=make_group(number=7).id)
    browse.sign_in(cast.minh)

    assert "1 người đang chờ giấy báo" in browse.get("notices.paper").text


def test_the_sheet_has_a_slip_for_each_who_was_not_told_meanwhile(
    browse, cast, to_tell, session, monkeypatch
):
    seen = []
    monkeypatch.setattr(
        "app.notices.papers.make_pdf", lambda _name, data, **_on: seen.append(data) or b"%PDF-"
    )
    told = to_tell(cause_id="a", recipient_id="h1", personal={"name": "Trần Văn Xanh"})
    to_tell(cause_id="b", recipient_id="h2")
    browse.sign_in(cast.minh)
    browse.post("notices.put_on_paper", {"how": "printed"})
    browse.post("notices.tried", {"outcome": "told", "seen": "0"}, notice_id=told.id)
    batch = session.scalars(select(NoticeStep.batch).limit(1)).one()

    browse.get("notices.slips", batch=batch)

    assert [row["name"] for row in seen[0]["rows"]] == ["Nguyễn Thị Tím"]
    assert "đến nhận quà lúc" in " ".join(seen[0]["rows"][0]["lines"])
    assert "see-notice-slips" in session.scalars(select(AuditEvent.action)).all()


def test_the_sheet_is_a_pdf(browse, cast, to_tell, session):
    to_tell()
    browse.sign_in(cast.minh)
    browse.post("notices.put_on_paper", {"how": "printed"})
    batch = session.scalars(select(NoticeStep.batch)).one()

    sheet = browse.client.get(browse.address("notices.slips", batch=batch))

    assert (sheet.status_code, sheet.mimetype) == (200, "application/pdf")
    assert sheet.data.startswith(b"%PDF-")


def test_the_loudspeakers_name_groups_and_nobody(browse, cast, to_tell, group, session):
    to_tell(group_id=group.id)
    browse.sign_in(cast.minh)

    page = browse.get("notices.paper")

    assert "Kính thưa bà con Tổ dân phố 5!" in page.text
    assert "Tím" not in page.text
    assert "TR-AAAAAA" not in page.text
    browse.post("notices.put_on_paper", {"how": "announced"})
    assert "Không còn gì cần phát loa" in browse.get("notices.paper").text
    assert _steps(session) == ["announced"]
