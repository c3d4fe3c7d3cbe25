"""A child process is watched: started again when it dies, ended even when it will not."""

import signal
import sys
import time

import psutil
import pytest

from app.infra.embedded_service import Register, Service, rotate, tail

FOREVER = [sys.executable, "-c", "import time; print('up', flush=True); time.sleep(600)"]
DEAF = """
import signal, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
print("up", flush=True)
time.sleep(600)
"""
STUBBORN = [sys.executable, "-c", DEAF]


@pytest.fixture
def service(tmp_path):
    made = []

    def start(command):
        child = Service(name="child", command=command, log=tmp_path / "child.log")
        made.append(child)
        child.start()
        return child

    yield start
    for child in made:
        child.stop()


def until(condition):
    end = time.monotonic() + 10
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.02)


def test_a_child_that_dies_is_started_again_after_a_pause(service):
    child = service(FOREVER)
    first = child.process.pid
    child.process.kill()
    child.process.wait()

    at_once = child.revive()
    until(child.revive)

    assert not at_once
    assert child.is_running
    assert child.process.pid != first


def test_a_child_that_keeps_dying_is_given_longer_pauses(service):
    child = service([sys.executable, "-c", "pass"])
    pauses = []
    for _ in range(2):
        child.process.wait()
        until(child.revive)
        pauses.append(child.pause)

    assert pauses == sorted(pauses)
    assert pauses[1] > pauses[0]


def test_a_running_child_is_left_alone(service):
    child = service(FOREVER)
    first = child.process.pid

    assert not child.revive()
    assert child.process.pid == first


def test_a_child_that_will_not_end_is_killed(service, monkeypatch):
    monkeypatch.setattr("app.infra.embedded_service.STOP_SECONDS", 0.3)
    child = service(STUBBORN)
    until(lambda: "up" in tail(child.log))
    process = child.process

    child.stop()

    assert process.returncode == -signal.SIGKILL


def test_an_orphan_is_ended_by_the_next_launcher(service, tmp_path):
    child = service(FOREVER)
    register = Register(tmp_path / "children.json")
    register.write([child])

    found = register.reap()

    assert found == ["child"]
    child.process.wait(10)
    assert register.reap() == []


def test_another_process_with_an_old_number_is_spared(service, tmp_path):
    child = service(FOREVER)
    path = tmp_path / "children.json"
    born = psutil.Process(child.process.pid).create_time() - 3600
    path.write_text(f'{{"old": [{child.process.pid}, {born}]}}')

    found = Register(path).reap()

    assert found == []
    assert child.is_running


def test_a_long_log_is_cut_and_its_writers_go_on(tmp_path):
    log = tmp_path / "a.log"
    with log.open("a", encoding="utf-8") as writer:
        writer.write("old\n" * 10)
        writer.flush()

        rotate(log, limit=20)
        writer.write("new\n")

    assert log.read_text() == "new\n"
    assert log.with_name("a.log.1").read_text() == "old\n" * 10
