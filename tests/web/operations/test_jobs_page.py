"""The page of background work says what, how far and why in words that ward staff know."""

from datetime import datetime

import pytest

from app.infra.jobs import JobName
from app.infra.models import Job
from app.kernel.clock import VIETNAM
from app.operations.texts import FAILURES, JOBS

WARD = "00364"
OF_A_QUEUE = ("job", "worker", "queue", "Error", "retry", "shard", "lease", "dead", "pending")


def test_every_kind_of_work_has_words_of_its_own():
    assert set(JOBS) == set(JobName)
    assert len({str(words) for words in JOBS.values()}) == len(JobName)


def test_no_words_are_a_machines():
    said = [str(words) for words in (*JOBS.values(), *FAILURES.values())]

    assert [words for words in said if any(word in words for word in OF_A_QUEUE)] == []


@pytest.mark.parametrize("error", ["TryLater", "OperationalError", "ZeroDivisionError", None])
def test_stopped_work_says_why_and_is_tried_again(browse, cast, session, error):
    job = Job(lane="notify", name="send-notice", arg="1", wards=WARD, state="dead")
    job.last_error = error
    session.add(job)
    browse.sign_in(cast.minh)

    page = browse.get("operations.jobs")
    assert "Gửi thông báo" in page.text
    assert (error or "None") not in page.text
    browse.submit(page, to=f"/jobs/{job.id}/again")

    assert "Không có việc nào bị dừng" in browse.get("operations.jobs").text


def test_work_that_failed_once_says_that_it_goes_on_by_itself(browse, cast, session):
    values = {"lane": "match", "name": "solve-shard", "arg": "1", "wards": WARD}
    session.add(Job(**values, state="pending", last_error="OperationalError", attempts=1))
    browse.sign_in(cast.minh)

    page = browse.get("operations.jobs")

    assert "Chưa được, sẽ tự làm lại" in page.text
    assert "Tính một phần ghép nối toàn tỉnh" in page.text


def test_work_that_waits_for_its_hour_says_which(browse, cast, session):
    morning = datetime(2099, 1, 1, 7, tzinfo=VIETNAM)
    session.add(Job(lane="notify", name="send-notice", arg="1", wards=WARD, not_before=morning))
    browse.sign_in(cast.minh)

    page = browse.get("operations.jobs")

    assert "Chưa tới giờ" in page.text
    assert "07:00 01/01/2099" in page.text


def test_work_that_is_due_is_done_as_soon_as_it_can_be(browse, cast, session):
    session.add(Job(lane="notify", name="send-notice", arg="1", wards=WARD))
    browse.sign_in(cast.minh)

    page = browse.get("operations.jobs")

    assert "Ngay khi được" in page.text
    assert "Chưa tới giờ" not in page.text
