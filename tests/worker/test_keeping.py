"""A lease is renewed while the work goes on, and work whose lease is gone stores nothing."""

import threading

import pytest
from sqlalchemy import event, select, text
from sqlalchemy.exc import OperationalError

from app.households import actions
from app.households.models import ImportRow
from app.households.sheets import read_list
from app.infra.jobs import JobName, Lane, LeaseLost, claim_next, enqueue
from app.infra.transaction import transaction
from app.kernel.clock import now, today
from worker.jobs.households import check_import, commit_import
from worker.keeping import kept_alive

WARD = "00364"
LIST = "Họ tên,Năm sinh,Diện hộ\nLê Thị Một,1950,Hộ nghèo\nLê Thị Hai,1951,Hộ nghèo\n".encode()
# Renewed every 10 ms, so that nobody waits.
LEASE_SECONDS = 0.03


class Renewals:
    """The database as a keeper finds it: away for the first `faults` renewals."""

    def __init__(self, faults):
        self.faults, self.done = faults, threading.Event()

    def __call__(self, _connection, _cursor, statement, *_rest):
        if not statement.startswith("UPDATE job SET lease_until"):
            return
        if self.faults:
            self.faults -= 1
            raise OperationalError(statement, {}, ConnectionError("away"))
        self.done.set()


@pytest.fixture
def renewals(database):
    watched = []

    def watch(faults):
        heard = Renewals(faults)
        event.listen(database, "before_cursor_execute", heard)
        watched.append(heard)
        return heard

    yield watch
    for heard in watched:
        event.remove(database, "before_cursor_execute", heard)


def claimed(lane):
    with transaction() as session:
        return claim_next(session, lane)


def taken_by_another():
    """The lease ends, as if its worker had been frozen, and somebody else takes the job."""
    with transaction() as session:
        session.execute(text("update job set lease_until = now() - interval '1 second'"))
    return claimed(Lane.IMPORT)


@pytest.mark.parametrize("faults", [1, 3])
def test_a_database_that_was_away_costs_no_lease(renewals, faults):
    with transaction() as session:
        enqueue(session, JobName.SWEEP, "x")
    lease, heard = claimed(Lane.HOUSEKEEPING), renewals(faults)

    with kept_alive([lease], LEASE_SECONDS):
        renewed = heard.done.wait(30)

    assert renewed


@pytest.fixture
def uploaded(session, cast):
    upload = actions.Upload("list.csv", LIST)
    import_id = actions.start_import(session, cast.minh, WARD, upload, now=now())
    session.flush()
    return import_id


def test_a_thawed_check_clears_nothing_that_its_taker_has_stored(database, session, uploaded):
    actions.ask_for_check(session, uploaded, WARD)
    session.commit()
    frozen = claimed(Lane.IMPORT)
    taker = taken_by_another()
    with transaction() as taken:
        taken_rows = read_list(LIST, "list.csv", today())
        actions.store_rows(taken, uploaded, WARD, taken_rows)

    with pytest.raises(LeaseLost):
        check_import(frozen)

    session.expire_all()
    assert len(session.scalars(select(ImportRow)).all()) == len(taken_rows)
    assert check_import(taker) == "done"


def test_a_thawed_commit_stops_before_it_begins(database, session, cast, uploaded):
    rows = read_list(LIST, "list.csv", today())
    actions.store_rows(session, uploaded, WARD, rows)
    actions.finish_check(session, uploaded, rows)
    actions.request_commit(session, cast.minh, uploaded)
    session.commit()
    frozen, written = claimed(Lane.IMPORT), []
    taken_by_another()

    def note(_connection, _cursor, statement, *_rest):
        written.extend([statement] if statement.startswith("INSERT") else [])

    event.listen(database, "before_cursor_execute", note)
    with pytest.raises(LeaseLost):
        commit_import(frozen)
    event.remove(database, "before_cursor_execute", note)

    assert written == []
