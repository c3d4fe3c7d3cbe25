"""A request's reads share one transaction, see what is new, and never more than their scope."""

import pytest
from sqlalchemy import create_engine, text

from app.infra.database import DatabaseFault
from app.infra.transaction import (
    end_shared_reads,
    scoped,
    set_scope,
    share_reads,
    transaction,
)

CONNECTION = text("select pg_backend_pid()")
SCOPE = text("select current_setting('nc.wards', true)")
ATTEMPTS = text("select count(*) from attempt")
ADD = text("insert into attempt (bucket, at) values ('x', now())")


@pytest.fixture
def sharing(database):
    share_reads()
    yield
    end_shared_reads()


def ask(statement, **options):
    with transaction(read_only=True, **options) as session:
        return session.scalar(statement)


def test_reads_share_one_connection(sharing):
    assert ask(CONNECTION) == ask(CONNECTION)


def test_the_scope_follows_who_asks(sharing):
    with scoped({"00364"}):
        first = ask(SCOPE)
    with scoped(set()):
        second = ask(SCOPE)

    assert (first, second) == ("00364", "")


def test_what_another_commits_is_seen_at_once(sharing):
    before = ask(ATTEMPTS)
    with transaction() as session:
        session.execute(ADD)

    assert ask(ATTEMPTS) == before + 1


def test_a_shared_read_writes_nothing(sharing):
    with pytest.raises(DatabaseFault, match="read-only"):
        ask(text("delete from attempt returning id"))


def test_after_a_fault_the_next_read_begins_anew(sharing):
    with pytest.raises(DatabaseFault):
        ask(text("select no_such_column from attempt"))

    assert ask(text("select 1")) == 1


def test_one_snapshot_throughout_has_a_transaction_of_its_own(sharing):
    isolation = text("show transaction_isolation")

    assert ask(isolation) == "read committed"
    assert ask(isolation, repeatable=True) == "repeatable read"


def test_a_request_holds_one_connection_whether_it_reads_or_writes(sharing, database):
    with scoped({"00364"}):
        reading = ask(CONNECTION)
        with transaction() as session:
            writing = session.scalar(CONNECTION)
            held = database.pool.checkedout()
        after = ask(SCOPE)

    assert (writing, held, after) == (reading, 1, "00364")


def test_the_next_user_of_the_connection_inherits_no_scope(sharing):
    set_scope({"00364"})
    ask(SCOPE)
    end_shared_reads()
    set_scope(())

    share_reads()

    assert ask(SCOPE) in {"", None}


def test_the_next_user_of_the_connection_finds_its_statements_planned(database):
    planned = text("select count(*) from pg_prepared_statements")
    for _request in range(8):
        share_reads()
        found = ask(planned)
        end_shared_reads()

    assert found >= 1


def test_one_statement_is_a_transaction_of_its_own(database):
    with transaction(one_statement=True) as session:
        session.execute(ADD)
        with pytest.raises(DatabaseFault):
            session.execute(text("select no_such_column from attempt"))

    assert ask(ATTEMPTS) == 1


def test_a_connection_that_has_rested_is_asked_for_a_sign_of_life(database, servers, monkeypatch):
    monkeypatch.setattr("app.infra.database.RESTED_SECONDS", 0)
    rested = ask(CONNECTION)
    admin = create_engine(servers.admin_url)
    with admin.begin() as other:
        other.execute(text("select pg_terminate_backend(:pid)"), {"pid": rested})
    admin.dispose()

    assert ask(CONNECTION) != rested
