"""A site that comes back from a backup goes on, and tells nobody what they were told before.

The backup is made while messages wait; they leave afterwards, and then the machine is lost. The
workers of the new one are there before its tables are, as where a service manager starts them.
"""

import time
from dataclasses import replace

import psycopg
import pytest

from app.accounts.actions import start_session
from app.infra import backup, database
from app.infra.roles import BACKUP
from app.infra.sealed_file import make_identity, read_identity
from app.infra.transaction import transaction
from app.kernel.clock import now
from app.operations import actions as operations
from tests.faults.checks import wrong_invariants
from tests.faults.giving import Givers
from tests.faults.ground import Ground
from tests.faults.scenario import PROCESSES
from tests.faults.traffic import Traffic
from tests.harness.database import fresh_database
from tests.harness.site import WORKERS, site

PLEDGES, CLIENTS, PATIENCE_SECONDS = 8, 2, 90
# The relay looks each second.
LOOK_SECONDS = 4
WAITING = "select id from notice where state in ('queued', 'sending')"


@pytest.fixture
def dumpable(stage, database):
    """The tests' own copy of the tables, which a dump meets too, may be read for it."""
    with psycopg.connect(stage.servers.admin_url.replace("+psycopg", "")) as admin:
        admin.execute(f"grant usage on schema pristine to {BACKUP}")
        admin.execute(f"grant select on all tables in schema pristine to {BACKUP}")


@pytest.fixture
def saved(stage, settings, dumpable, tmp_path):
    """A backup in which letters wait that have left since, and the key that opens it."""
    make_identity(tmp_path / "key.txt")
    identity, path = read_identity(tmp_path / "key.txt"), tmp_path / "site.age"
    stage.make_needs(PLEDGES)
    with site(stage.servers, *PROCESSES, **stage.environment()) as running:
        ground = Ground(running.address, stage.servers.admin_url, stage.people, "saved")
        running.kill("worker-notify")
        givers = Givers(ground, stage.make_drafts(PLEDGES), CLIENTS)
        Traffic(ground, [givers]).run(lambda: None, lambda: None)
        assert len(ground.ask(WAITING)) >= PLEDGES
        made = backup.make_backup(settings, path, [identity.to_public()], now=now())
        running.start("worker-notify")
        running.wait(lambda: not ground.ask(WAITING), PATIENCE_SECONDS, "all letters to leave")
    return path, identity, made


@pytest.fixture
def elsewhere(stage, engine):
    """Where an empty database stands; transactions go to the old one again afterwards."""
    with fresh_database(stage.servers, "came_back") as url:
        yield url
        database.engine_in_use().dispose()
        database.bind(engine)


@pytest.fixture
def come_back(stage, saved, settings, elsewhere):
    """Restore while workers wait, let them look, settle, let them look again; what is wrong."""
    path, identity, made = saved

    def settle():
        there = replace(settings, database_url=elsewhere)
        backup.restore_backup(there, path, identity)
        database.bind(database.make_engine(there))
        time.sleep(LOOK_SECONDS)
        with transaction() as session:
            operations.settle_restored(session, made_at=made.made_at, now=now())
        time.sleep(LOOK_SECONDS)

    def come_back():
        told = len(stage.letterbox.ids)
        with site(stage.servers, *WORKERS, **stage.environment(DATABASE_URL=elsewhere)) as running:
            settle()
            again = len(stage.letterbox.ids) - told
            wrong = [f"{again} letters came twice"] if again else []
            return wrong + wrong_invariants() + _pledges(stage, running)

    return come_back


def _pledges(stage, running):
    """What is wrong when a donor signs in anew and sends a pledge."""
    running.start("web")
    with transaction() as session:
        donor = stage.people["donor_actor"].account_id
        token = start_session(session, donor, "tests", now=now())
    (draft_id,) = stage.make_drafts(1)
    ground = Ground(running.address, stage.servers.admin_url, {"donor": token}, "restored")
    answer = ground.send("donor", f"/pledges/new/{draft_id}/send", {}, key=draft_id)
    return [] if answer.startswith("/") else [f"a pledge was answered by {answer}"]


def test_a_restored_site_goes_on_and_tells_nobody_twice(come_back):
    assert come_back() == []


def test_a_restore_that_holds_nothing_is_found(come_back, monkeypatch):
    monkeypatch.setattr(backup, "HELD", "")
    monkeypatch.setattr(operations, "hold_sending", lambda *_, **__: 0)

    wrong = come_back()

    assert [said for said in wrong if said.endswith("letters came twice")]
