"""A backup comes back whole, or not at all; and nothing leaves from a site that came back."""

from dataclasses import replace
from io import BytesIO

import pyrage
import pytest
from sqlalchemy import select, text

from app.accounts.models import SignIn
from app.accounts.rules import SYSTEM
from app.audit.actions import Subject, record, seal_committed
from app.audit.queries import verify_chain
from app.infra import database as infra_database
from app.infra.backup import counts_now, make_backup, restore_backup, tables_that_differ
from app.infra.sealed_file import BackupRefused, make_identity, read_identity, read_manifest
from app.infra.transaction import scoped, transaction
from app.kernel.clock import now
from app.notices.actions import hold_sending, owe
from app.notices.models import Notice
from app.notices.queries import hold_now
from app.operations.actions import settle_restored
from tests.harness.database import fresh_database, migrate_up
from tests.integration.notices.test_actions import draft
from worker.runner import drain


def thanks(cause_id):
    """A message whose truth nothing can change any more."""
    facts = {"pledge_code": "CK-AAAAAA", "pledge_id": "p1", "on": now()}
    to_a_donor = {"recipient_kind": "donor", "recipient_id": "d1", "email": "lan@example.com"}
    own = {"template": "handed-over", "cause": "test", "cause_id": cause_id, "personal": {}}
    return draft(**own, **to_a_donor, phone=None, parameters=facts)


@pytest.fixture
def identity(tmp_path):
    make_identity(tmp_path / "key.txt")
    return read_identity(tmp_path / "key.txt")


@pytest.fixture
def site(servers, settings, engine):
    """A site of its own, since the tests' database holds more than a site's."""
    with fresh_database(servers, "backed_up") as url, scoped({"*"}):
        migrate_up(url)
        there = infra_database.make_engine(own := replace(settings, database_url=url))
        infra_database.bind(there)
        yield own
        infra_database.bind(engine)
        there.dispose()


@pytest.fixture
def backup(site, tmp_path, identity):
    """A file with a sealed event, an unsealed one and a message that is still to be sent."""
    with transaction() as session:
        record(session, SYSTEM, "sign-in", Subject("account", "a1"), changes={"n": 1})
    with transaction() as session:
        seal_committed(session)
    with transaction() as session:
        record(session, SYSTEM, "sign-in", Subject("account", "a2"), changes={"n": 2})
        owe(session, thanks("a1"))
    path = tmp_path / "site.age"
    made = make_backup(site, path, [identity.to_public()], now=now())
    return path, made


@pytest.fixture
def elsewhere(servers, settings):
    """Settings of a deployment with an empty database."""
    with fresh_database(servers, "restored") as url:
        yield replace(settings, database_url=url)


@pytest.fixture
def restored(backup, elsewhere, identity):
    """The site after a restore, settled; transactions go there."""
    path, made = backup
    restore_backup(elsewhere, path, identity)
    there = infra_database.make_engine(elsewhere)
    infra_database.bind(there)
    with transaction() as session:
        settled = settle_restored(session, made_at=made.made_at, now=now())
    yield settled
    there.dispose()


def test_every_row_comes_back(backup, elsewhere, identity):
    path, made = backup

    restore_backup(elsewhere, path, identity)

    assert tables_that_differ(elsewhere, made) == {}
    assert counts_now(elsewhere)["seal"] == made.counts["seal"] == 1
    assert made.counts["notice"] == 1
    assert read_manifest(path, identity) == made


def test_nothing_in_the_file_can_be_read(backup):
    assert b"handed-over" not in backup[0].read_bytes()
    assert backup[0].stat().st_mode & 0o077 == 0


def test_the_journal_goes_on_in_a_new_epoch(backup, restored):
    with transaction() as session:
        record(session, SYSTEM, "sign-in", Subject("account", "a3"), changes={"n": 3})
    with transaction() as session:
        seal_committed(session)
    with transaction(read_only=True) as session:
        chain = verify_chain(session, backup[1].head)

    assert restored.epoch == 2
    assert chain.is_sound
    assert chain.unsealed == 0


def test_no_message_leaves_until_two_people_say_so(flask_app, restored):
    with flask_app.app_context():
        drain("notify")
        with transaction() as session:
            owe(session, thanks("a2"))
        drain("notify")

    with transaction(read_only=True) as session:
        states = list(session.scalars(select(Notice.state)))
    assert restored.notices == 1
    assert states == ["held", "held"]


def test_no_message_leaves_from_the_moment_that_its_row_is_back(
    flask_app, backup, elsewhere, identity
):
    restore_backup(elsewhere, backup[0], identity)
    there = infra_database.make_engine(elsewhere)
    infra_database.bind(there)

    # As a worker does that has waited for its tables, before anybody settles anything.
    with flask_app.app_context():
        drain("notify")

    with transaction(read_only=True) as session:
        assert list(session.scalars(select(Notice.state))) == ["held"]
    there.dispose()


def test_a_backup_made_under_a_hold_is_held_anew(site, tmp_path, identity, elsewhere):
    with transaction() as session:
        hold_sending(session, "restored", now=now())
    with transaction() as session:
        session.execute(
            text("update sending_hold set asked_by_id='a', asked_at=now(), sends_old=true")
        )
    path = tmp_path / "held.age"
    made = make_backup(site, path, [identity.to_public()], now=now())
    restore_backup(elsewhere, path, identity)
    there = infra_database.make_engine(elsewhere)
    infra_database.bind(there)

    with transaction() as session:
        settle_restored(session, made_at=made.made_at, now=now())
        hold = hold_now(session)

    assert hold.asked_by_id is None
    there.dispose()


def test_everybody_signs_in_again(restored):
    with transaction(read_only=True) as session:
        assert list(session.scalars(select(SignIn.id).where(SignIn.ended_at.is_(None)))) == []


def test_a_database_with_anything_in_it_is_left_alone(backup, site, identity):
    before = counts_now(site)

    with pytest.raises(BackupRefused, match="empty one only"):
        restore_backup(site, backup[0], identity)

    assert counts_now(site) == before


@pytest.mark.parametrize("damage", ["cut", "changed", "header"])
def test_a_damaged_file_restores_nothing(backup, elsewhere, identity, damage):
    path, _made = backup
    body = bytearray(path.read_bytes())
    if damage == "cut":
        body = body[:-40]
    else:
        body[len(body) // 2 if damage == "changed" else 40] ^= 1
    path.write_bytes(body)

    with pytest.raises(BackupRefused):
        restore_backup(elsewhere, path, identity)

    assert counts_now(elsewhere) == {}


def test_another_key_opens_nothing(backup, elsewhere):
    with pytest.raises(BackupRefused, match="does not open with this key"):
        restore_backup(elsewhere, backup[0], pyrage.x25519.Identity.generate())


def test_an_age_file_of_something_else_is_told_as_such(tmp_path, elsewhere, identity):
    path = tmp_path / "holiday.age"
    with path.open("wb") as file:
        pyrage.encrypt_io(BytesIO(b"photos of the sea\n" * 9), file, [identity.to_public()])

    with pytest.raises(BackupRefused, match="not a backup"):
        restore_backup(elsewhere, path, identity)


def test_a_backup_never_replaces_another(backup, site, identity):
    with pytest.raises(BackupRefused, match="there already"):
        make_backup(site, backup[0], [identity.to_public()], now=now())


def test_a_database_that_is_away_leaves_no_half_file(settings, tmp_path, identity):
    away = replace(settings, database_url="postgresql+psycopg://nobody@127.0.0.1:1/none")

    with pytest.raises(BackupRefused, match="could not be made"):
        make_backup(away, tmp_path / "x.age", [identity.to_public()], now=now())

    assert [p.name for p in tmp_path.iterdir()] == ["key.txt"]


def test_the_two_people_are_two(restored):
    statement = text(
        "update sending_hold set asked_by_id = 'a', asked_at = now(), sends_old = false,"
        " released_by_id = 'a', released_at = now()"
    )

    with pytest.raises(infra_database.DatabaseFault, match="two_people"), transaction() as session:
        session.execute(statement)
