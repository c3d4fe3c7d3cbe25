"""The same request at once and again: one deed, one answer."""

import threading

import pytest

from app.infra.jobs import JobName, enqueue
from app.infra.models import Job
from app.infra.requests import AlreadyAnswered, RequestKey, SentBefore, remember_answer
from app.infra.transaction import transaction


def _request(key="k", content=b"same"):
    with transaction() as session:
        RequestKey("lan", key, content).claim(session)
        enqueue(session, JobName.SWEEP, "x")
        remember_answer(session, "/done")


def test_ten_twins_do_it_once_and_get_one_answer(database):
    answers, barrier = [], threading.Barrier(10)

    def send():
        barrier.wait()
        try:
            _request()
            answers.append("/done")
        except AlreadyAnswered as twin:
            answers.append(twin.location)

    threads = [threading.Thread(target=send) for _ in range(10)]
    [t.start() for t in threads]
    [t.join() for t in threads]

    assert answers == ["/done"] * 10
    with transaction() as session:
        assert session.query(Job).count() == 1


def test_the_same_key_with_other_content_is_refused(database):
    _request()

    with pytest.raises(SentBefore):
        _request(content=b"other")


def test_a_form_that_was_shown_again_may_be_sent_corrected(database):
    with transaction() as session:
        RequestKey("lan", "k", b"with a mistake").claim(session)

    _request(content=b"corrected")


def test_a_failed_request_may_be_sent_again(database):
    with pytest.raises(ZeroDivisionError), transaction() as session:
        RequestKey("lan", "k", b"same").claim(session)
        raise ZeroDivisionError

    _request()
