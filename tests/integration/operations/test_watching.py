"""Those who watch from outside see figures and codes, once, and never a person."""

import json
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import httpx
import pytest
from sqlalchemy import text

from app.infra.transaction import transaction
from app.kernel.clock import now
from app.notices.actions import owe
from app.operations.watching import alarms
from tests.integration.notices.test_actions import draft
from worker.watch import serve_metrics, tell_change


class Listener(BaseHTTPRequestHandler):
    """Takes the calls of an alarm; `answer` is the status it gives."""

    calls, answer = [], 204

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        Listener.calls.append(json.loads(body))
        self.send_response(Listener.answer)
        self.end_headers()

    def log_message(self, *_arguments):
        """Say nothing."""


@pytest.fixture
def listener():
    Listener.calls, Listener.answer = [], 204
    server = HTTPServer(("127.0.0.1", 0), Listener)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def dead_job(database):
    with transaction() as session:
        session.execute(
            text("insert into job (lane, name, arg, state) values ('match', 'sweep', 'x', 'dead')")
        )


@pytest.fixture
def metrics(settings, database):
    """Ask for the figures as Prometheus does."""
    stop = serve_metrics(settings, "127.0.0.1:19183")
    yield lambda: httpx.get("http://127.0.0.1:19183/metrics").text
    stop()


def test_the_figures_count_what_waits_and_name_nobody(metrics, database):
    with transaction() as session:
        owe(session, draft())

    shown = metrics()

    assert 'nhipcau_notices{channel="zalo",state="queued"} 1.0' in shown
    assert 'nhipcau_jobs{lane="notify",state="pending"} 1.0' in shown
    assert 'nhipcau_up{server="database"} 1.0' in shown
    assert "Tím" not in shown
    assert "84900000001" not in shown


def test_a_job_that_gave_up_rings_once(settings, listener, dead_job):
    first = tell_change(settings, listener, frozenset(), at=now())
    second = tell_change(settings, listener, first, at=now())

    assert "work-gave-up" in first
    assert second == first
    assert [call["faults"] for call in Listener.calls] == [sorted(first)]


def test_two_schedulers_tell_it_once(settings, listener, dead_job):
    at = now()

    tell_change(settings, listener, frozenset(), at=at)
    tell_change(settings, listener, frozenset(), at=at)

    assert len(Listener.calls) == 1


def test_a_call_that_failed_is_made_again(settings, listener, dead_job):
    Listener.answer = 503
    told = tell_change(settings, listener, frozenset(), at=now())
    Listener.answer = 204

    told = tell_change(settings, listener, told, at=now())

    assert len(Listener.calls) == 2
    assert "work-gave-up" in told


def test_being_well_again_is_told_too(settings, listener, dead_job):
    told = tell_change(settings, listener, frozenset(), at=now())
    with transaction() as session:
        session.execute(text("delete from job"))

    well = tell_change(settings, listener, told, at=now())

    assert "work-gave-up" not in well
    assert Listener.calls[-1]["faults"] == sorted(well)


def test_a_quiet_site_has_no_alarm(database):
    assert alarms() == frozenset()


@pytest.mark.parametrize(("by", "rings"), [(None, True), ("somebody", False)])
def test_a_channel_that_a_provider_made_pause_rings(database, by, rings):
    with transaction() as session:
        session.execute(
            text(
                "insert into channel_trouble (channel, code, failures, since, needs_person,"
                " paused_by_id) values ('sms', 'esms-103', 1, now(), true, :by)"
            ),
            {"by": by},
        )

    assert ("channel-paused" in alarms()) == rings
