"""Owing, claiming and settling notices on the real engine."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from app.infra.models import Job
from app.kernel.clock import now
from app.kernel.errors import Conflict, DomainError, NotFound
from app.notices import actions, queries
from app.notices.models import Notice
from app.notices.rules import NoticeDraft, NoticeState

BASE = "https://nhipcau.example"


def draft(**overrides):
    values = {
        "template": "invitation",
        "cause": "appointment",
        "cause_id": "a1",
        "recipient_kind": "household",
        "recipient_id": "h1",
        "ward_code": "00364",
        "language": "vi",
        "phone": "+84900000001",
        "parameters": {"code": "TR-AAAAAA", "at": now(), "place": "Nhà văn hoá"},
        "personal": {"name": "Nguyễn Thị Tím"},
    }
    return NoticeDraft(**(values | overrides))


@pytest.fixture
def notice(session):
    return session.get(Notice, actions.owe(session, draft()))


@pytest.fixture
def uncertain(session, notice):
    actions.claim_notice(session, notice.id, base_url=BASE, now=now())
    actions.doubt(session, notice.id, "no-answer")
    return notice


def test_an_event_owes_a_person_one_message_however_often_it_is_told(session, notice):
    again = actions.owe(session, draft())

    assert again is None
    jobs = session.scalars(select(Job).where(Job.arg == str(notice.id))).all()
    assert [job.name for job in jobs] == ["send-notice"]


def test_a_household_with_a_phone_is_told_by_zalo_and_one_without_by_staff(session, notice):
    without = session.get(Notice, actions.owe(session, draft(recipient_id="h2", phone=None)))

    assert (notice.channel, without.channel) == ("zalo", "in-app")


def test_addresses_and_names_lie_encrypted(session, notice):
    assert b"84900000001" not in notice.address
    assert "Tím".encode() not in notice.personal
    assert "Tím" not in str(notice.parameters)
    assert queries.address_of(notice) == "+84900000001"


def test_a_draft_without_what_its_words_need_is_a_mistake_of_ours(session):
    with pytest.raises(ValueError, match="name"):
        actions.owe(session, draft(personal={}))


def test_a_claim_is_given_once(session, notice):
    first = actions.claim_notice(session, notice.id, base_url=BASE, now=now())
    second = actions.claim_notice(session, notice.id, base_url=BASE, now=now())

    assert "Nguyễn Thị Tím" in first.text
    assert first.address == "+84900000001"
    assert second is None


def test_what_was_refused_for_good_goes_on_by_the_next_channel(session, notice):
    actions.claim_notice(session, notice.id, base_url=BASE, now=now())

    actions.record_failure(session, notice.id, "no-such-number")

    rows = session.scalars(select(Notice).order_by(Notice.id)).all()
    assert [(n.channel, n.state) for n in rows] == [("zalo", "failed"), ("sms", "queued")]
    assert queries.address_of(rows[1]) == "+84900000001"


def test_the_state_guards_refuse_a_late_outcome(session, uncertain):
    with pytest.raises(Conflict):
        actions.put_back(session, uncertain.id, "worker-died")


def test_an_uncertain_notice_stands_first_on_the_list_of_staff(session, cast, uncertain):
    actions.owe(session, draft(recipient_id="h2", phone=None))

    waiting = queries.waiting_for_staff(session, cast.minh)

    assert [row.id for row in waiting] == [uncertain.id]


def test_another_ward_sees_nothing_of_it(session, cast, uncertain):
    assert queries.waiting_for_staff(session, cast.hoa) == []
    with pytest.raises(NotFound):
        actions.mark_told(session, cast.hoa, uncertain.id, now=now())


def test_a_call_gives_an_uncertain_message_up(session, cast, uncertain):
    actions.mark_told(session, cast.minh, uncertain.id, now=now())

    session.refresh(uncertain)
    assert uncertain.state == "abandoned"
    assert queries.waiting_for_staff(session, cast.minh) == []


def test_a_person_may_send_anew_once_with_a_reason(session, cast, uncertain):
    new = actions.send_anew(session, cast.minh, uncertain.id, "Đã gọi, hộ chưa nhận", now=now())

    session.refresh(uncertain)
    assert uncertain.state == "abandoned"
    assert session.get(Notice, new).state == "queued"
    with pytest.raises(Conflict):
        actions.send_anew(session, cast.minh, uncertain.id, "Lần nữa", now=now())


def test_nothing_is_sent_anew_without_a_reason(session, cast, uncertain):
    with pytest.raises(DomainError) as refused:
        actions.send_anew(session, cast.minh, uncertain.id, "  ", now=now())

    assert refused.value.code == "reason-needed"
    session.refresh(uncertain)
    assert uncertain.state == "uncertain"


def test_the_bell_counts_what_is_unread_and_forgets_what_is_read(session, cast):
    notice_id = actions.owe(
        session,
        draft(
            template="correction-asked",
            recipient_kind="account",
            recipient_id=cast.minh.account_id,
            parameters={"code": "H-AAAAAA"},
            email="minh@example.com",
        ),
    )
    actions.claim_notice(session, notice_id, base_url=BASE, now=now())
    assert len(queries.own_unread(session, cast.minh, 1_000_000)) == 1
    assert len(queries.own_unread(session, cast.tam, 1_000_000)) == 0

    actions.mark_all_read(session, cast.minh, notice_id, now=now())

    assert len(queries.own_unread(session, cast.minh, 1_000_000)) == 0


def test_the_night_puts_a_message_off_with_a_job_of_its_own(session, notice):
    morning = now() + timedelta(hours=5)

    actions.put_off(session, notice.id, morning)

    jobs = session.scalars(select(Job).where(Job.arg == str(notice.id)).order_by(Job.id)).all()
    assert jobs[1].not_before == morning
    assert queries.outgoing(session, notice.id).state is NoticeState.QUEUED


def jobs_left(session, notice):
    left = select(Job).where(Job.arg == str(notice.id), Job.state == "pending")
    return session.scalars(left.order_by(Job.not_before)).all()


@pytest.mark.parametrize("state", ["running", "done"])
def test_a_notice_put_off_to_the_moment_of_its_own_job_keeps_one(session, notice, state):
    first = jobs_left(session, notice)
    morning = now() + timedelta(hours=9)
    actions.put_off(session, notice.id, morning)
    of_the_morning = [job for job in jobs_left(session, notice) if job not in first]
    for job in (*first, *of_the_morning):
        job.state = state
        job.lease_until = now() if state == "running" else None
    session.flush()

    # A machine whose clock is behind the database's takes it for evening still.
    actions.put_off(session, notice.id, morning)

    (again,) = jobs_left(session, notice)
    assert timedelta(seconds=20) < again.not_before - now() < timedelta(seconds=40)


def test_a_notice_put_off_twice_to_one_moment_has_one_job_there(session, notice):
    morning = now() + timedelta(hours=9)

    actions.put_off(session, notice.id, morning)
    actions.put_off(session, notice.id, morning)

    assert [job.not_before for job in jobs_left(session, notice)][1:] == [morning]
