"""The one owner of the commit: reads stay reads, snapshots hold, scopes end."""

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from app.infra.jobs import JobName, enqueue
from app.infra.transaction import after_commit, scoped, transaction


def _jobs(session):
    return session.scalar(text("select count(*) from job"))


def test_a_reading_transaction_cannot_write(database):
    with pytest.raises(DBAPIError, match="read-only"), transaction(read_only=True) as session:
        enqueue(session, JobName.SWEEP, "x")


def test_a_reading_transaction_leaves_the_next_one_free_to_write(database):
    with transaction(read_only=True) as session:
        _jobs(session)
    with transaction() as session:
        enqueue(session, JobName.SWEEP, "x")

    with transaction(read_only=True) as session:
        assert _jobs(session) == 1


def test_a_repeatable_transaction_keeps_its_snapshot(database):
    with transaction(read_only=True, repeatable=True) as session:
        assert session.scalar(text("show transaction_isolation")) == "repeatable read"
    with transaction() as session:
        assert session.scalar(text("show transaction_isolation")) == "read committed"


def test_a_transaction_does_not_nest(database):
    with pytest.raises(RuntimeError, match="does not nest"), transaction(), transaction():
        pass


def test_the_scope_ends_with_its_block(database):
    with scoped({"00364"}), transaction() as session:
        assert session.scalar(text("select current_setting('nc.wards')")) == "00364"
    with scoped(()), transaction() as session:
        assert session.scalar(text("select current_setting('nc.wards')")) == ""


def test_wake_ups_run_after_the_commit_and_never_without_it(database):
    calls = []
    with transaction() as session:
        after_commit(session, lambda: calls.append("woken"))
        assert calls == []
    with pytest.raises(ZeroDivisionError), transaction() as session:
        after_commit(session, lambda: calls.append("never"))
        raise ZeroDivisionError

    assert calls == ["woken"]


def test_nobody_without_scope_sees_a_protected_row(database):
    with scoped(()), transaction() as session:
        for table in ("household", "member", "standing", "need", "proposal", "allocation"):
            assert session.scalar(text(f"select count(*) from {table}")) == 0
