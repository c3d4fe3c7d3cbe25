"""The journal cannot be changed unseen: five tampers, each found."""

import pytest
from sqlalchemy import create_engine, text

from app.accounts.rules import SYSTEM
from app.audit.actions import Subject, record, seal_committed
from app.audit.queries import verify_chain
from app.infra.transaction import transaction


@pytest.fixture
def sealed(database, servers):
    """Three sealed transactions, and a superuser who can do what the app cannot."""
    for n in range(3):
        with transaction() as session:
            record(session, SYSTEM, "sign-in", Subject("account", f"a{n}"), changes={"n": n})
    with transaction() as session:
        assert seal_committed(session) == 3
    admin = create_engine(servers.admin_url)
    yield admin
    admin.dispose()


def _tamper(admin, *statements):
    with admin.begin() as connection:
        connection.execute(text("set session_replication_role = replica"))
        for statement in statements:
            connection.execute(text(statement))


def _verdict(anchor=None):
    with transaction(read_only=True) as session:
        return verify_chain(session, anchor)


def test_an_untouched_journal_is_sound(sealed):
    found = _verdict()

    assert found.is_sound
    assert (found.events, found.unsealed) == (3, 0)


@pytest.mark.parametrize(
    "statement",
    [
        "update audit_event set action = 'sign-out' where object_id = 'a1'",
        "delete from audit_event where object_id = 'a1'",
        (
            "insert into audit_event (epoch, xid, actor_role, action, object_kind, object_id)"
            " select epoch, xid, 'system', 'x', 'account', 'planted' from audit_event limit 1"
        ),
        (
            "update audit_event e set object_id = o.object_id from audit_event o"
            " where e.object_id = 'a0' and o.object_id = 'a2'"
        ),
    ],
    ids=["edited", "deleted", "back-dated", "swapped"],
)
def test_a_changed_journal_is_found_out(sealed, statement):
    _tamper(sealed, statement)

    assert _verdict().bad_seal is not None


def test_a_cut_tail_is_found_against_the_printed_head(sealed):
    head = _verdict().head
    _tamper(sealed, "delete from seal", "delete from audit_detail", "delete from audit_event")

    assert not _verdict(anchor=head).is_sound


def test_a_changed_detail_is_found_and_an_erased_one_is_not_a_fault(sealed):
    _tamper(
        sealed,
        "update audit_detail set changes = '{\"n\": 9}' where event_id in"
        " (select id from audit_event where object_id = 'a1')",
    )
    assert len(_verdict().bad_events) == 1

    _tamper(sealed, "delete from audit_detail")
    assert _verdict().is_sound


def test_the_application_cannot_change_the_journal(session):
    with pytest.raises(Exception, match="permission denied"):
        session.execute(text("update audit_event set action = 'x'"))


def test_a_running_transaction_is_not_sealed_past(database):
    engine = database
    with engine.connect() as open_connection:
        open_connection.execute(text("select pg_current_xact_id()"))
        with transaction() as session:
            record(session, SYSTEM, "sign-in", Subject("account", "late"))
        with transaction() as session:
            assert seal_committed(session) == 0
    with transaction() as session:
        assert seal_committed(session) == 1
