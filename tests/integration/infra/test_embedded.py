"""Servers of our own: alone in their folder, kept after a stop, cleaned up after a kill."""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

import psycopg
import pytest
from sqlalchemy.engine import make_url

from app.infra.embedded import AlreadyRunning, embedded, erase, running_at

pytestmark = pytest.mark.slow
UNTIL_KILLED = """
import sys, time
from pathlib import Path
from app.infra.embedded import embedded
with embedded(Path(sys.argv[1])) as running:
    print(running.sockets, flush=True)
    time.sleep(600)
"""


@pytest.fixture
def state():
    folder = Path(tempfile.mkdtemp(prefix="nhipcau-state-"))
    folder.chmod(0o711)
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


def asked(url, query, role="nc_owner"):
    address = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(address, options=f"-c role={role}", autocommit=True) as connection:
        cursor = connection.execute(query)
        return cursor.fetchone() if cursor.description else None


def killed_outright(state):
    """Start the servers in another process and kill that one; the folder of their sockets."""
    child = subprocess.Popen(
        [sys.executable, "-c", UNTIL_KILLED, str(state)], stdout=subprocess.PIPE, text=True
    )
    sockets = Path(child.stdout.readline().strip())
    os.kill(child.pid, signal.SIGKILL)
    child.wait()
    child.stdout.close()
    return sockets


def test_data_stay_for_the_next_start(state):
    with embedded(state) as running:
        asked(running.database_url, "create table kept as select 1 as one")
        sockets = running.sockets

    with embedded(state) as running:
        assert asked(running.database_url, "select one from kept") == (1,)
    assert not sockets.exists()


def test_one_folder_serves_one_at_a_time(state):
    with embedded(state) as running:
        with pytest.raises(AlreadyRunning), embedded(state):
            pass
        with pytest.raises(AlreadyRunning):
            erase(state)

        assert running_at(state) == (running.database_url, running.redis_url)
    assert running_at(state) is None


def test_what_a_killed_launcher_left_is_ended_by_the_next(state):
    sockets = killed_outright(state)

    with embedded(state) as running:
        assert asked(running.database_url, "select 1") == (1,)
        assert running.sockets != sockets
    assert not sockets.exists()


def test_a_server_that_dies_is_started_again(state):
    with embedded(state) as running:
        asked(running.database_url, "create table kept as select 1 as one")
        postgres = running.services[0]
        os.kill(postgres.process.pid, signal.SIGKILL)
        postgres.process.wait()

        postgres.start_and_wait(lambda: answers(running), seconds=20)

        assert asked(running.database_url, "select one from kept") == (1,)


def answers(running):
    try:
        return asked(running.database_url, "select 1") == (1,)
    except psycopg.OperationalError:
        return False


def test_the_login_is_no_superuser_and_acts_as_each_role(state):
    with embedded(state) as running:
        for role in ("nc_owner", "nc_web", "nc_worker", "nc_read", "nc_backup"):
            who = asked(running.database_url, "select current_user, session_user", role)
            assert who == (role, "nhipcau")
        superuser = "select rolsuper or rolbypassrls from pg_roles where rolname = 'nhipcau'"
        assert asked(running.database_url, superuser) == (False,)


def test_erasing_leaves_an_empty_folder(state):
    with embedded(state) as running:
        asked(running.database_url, "create table gone as select 1")

    erase(state)

    assert [path.name for path in state.iterdir()] == ["lock"]
