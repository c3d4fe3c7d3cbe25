"""The commit has one owner, and the row scope ends with it."""

import pytest
from sqlalchemy import text

from app.infra.models import StoredFile, Tick
from app.infra.transaction import scoped, transaction
from app.kernel.clock import now
from app.kernel.ids import new_id


def stored(ward_code):
    return StoredFile(
        id=new_id(), ward_code=ward_code, owner_id="x", name="a", media_type="text/plain", body=b""
    )


def files_seen():
    with transaction() as session:
        return session.scalar(text("select count(*) from stored_file"))


def test_work_is_kept_when_the_block_ends(database):
    with transaction() as session:
        session.add(Tick(name="t", due_at=now()))

    with transaction() as session:
        assert session.scalar(text("select count(*) from tick")) == 1


def test_work_is_undone_when_the_block_raises(database):
    with pytest.raises(ZeroDivisionError), transaction() as session:
        session.add(Tick(name="t", due_at=now()))
        session.flush()
        raise ZeroDivisionError

    with transaction() as session:
        assert session.scalar(text("select count(*) from tick")) == 0


def test_transactions_do_not_nest(database):
    with transaction(), pytest.raises(RuntimeError), transaction():
        pass


def test_a_row_of_another_ward_is_not_seen(database):
    with transaction() as session:
        session.add(stored("00364"))

    with scoped({"00364"}):
        seen_there = files_seen()
    with scoped({"00001"}):
        seen_elsewhere = files_seen()
    with scoped(()):
        seen_by_nobody = files_seen()

    assert (seen_there, seen_elsewhere, seen_by_nobody) == (1, 0, 0)


def test_a_test_session_leaves_nothing_behind(session, database):
    session.add(stored("00364"))
    session.flush()

    session.rollback()

    assert files_seen() == 0
