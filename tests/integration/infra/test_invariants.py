"""Each invariant is quiet on good data and catches its planted violation."""

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.orm import Session

from app.infra.invariants import broken, invariants
from app.pledges.actions import book_handover, book_receipt, fulfil, release, reserve

DUMMY = {
    "text": "'x'",
    "character varying": "'x'",
    "bigint": "1",
    "integer": "1",
    "date": "current_date",
    "timestamp with time zone": "now()",
    "boolean": "false",
    "jsonb": "'{}'",
    "bytea": "''",
}


@pytest.fixture
def lawless(servers):
    """A superuser's session without constraints or triggers; rolled back afterwards."""
    admin = create_engine(servers.admin_url)
    with admin.connect() as connection, Session(connection) as session:
        session.execute(text("set local session_replication_role = replica"))
        checks = session.execute(
            text(
                "select conrelid::regclass::text, conname from pg_constraint"
                " where contype in ('c', 'u') and connamespace = 'public'::regnamespace"
                " and not exists (select 1 from pg_constraint f where f.contype = 'f'"
                " and f.conindid = pg_constraint.conindid and pg_constraint.contype = 'u')"
            )
        ).all()
        for table, name in checks:
            session.execute(text(f'alter table {table} drop constraint "{name}"'))
        session.execute(text("drop index uq_allocation_line_need"))
        yield session
        session.rollback()
    admin.dispose()


def _plant(session, table, **values):
    """One row that has `values` and, where a column must have one, anything at all."""
    columns = session.execute(
        text(
            "select column_name, data_type from information_schema.columns"
            " where table_schema = 'public' and table_name = :table and is_nullable = 'NO'"
            " and column_default is null and is_identity = 'NO'"
        ),
        {"table": table},
    )
    needed = {name: DUMMY[kind] for name, kind in columns if name not in values}
    written = needed | {name: f":{name}" for name in values}
    names, literals = ", ".join(f'"{n}"' for n in written), ", ".join(written.values())
    session.execute(text(f"insert into {table} ({names}) values ({literals})"), values)


LINE = {"id": "l", "units": 5, "free": 5, "state": "open"}
ALLOCATION = {"id": "a", "need_id": "n", "pledge_line_id": "l", "units": 1}
MOVE = {"lot_id": "r", "units": 1, "cause": "c", "cause_id": "1"}
PROMISE = {"line_id": "l", "units": 1, "cause": "c", "cause_id": "1", "step": "s"}

PLANTS = {
    "line-counts-match-movements": [("pledge_line", LINE)],
    "line-counts-sum-to-units": [("pledge_line", LINE | {"free": 4})],
    "line-order-of-promise": [("pledge_line", LINE | {"handed": 1})],
    "line-reserved-is-live-allocations": [("pledge_line", LINE | {"free": 4, "reserved": 1})],
    "line-handed-is-allocations-handed": [("pledge_line", LINE | {"handed": 1, "received": 1})],
    "line-received-is-receipts": [("pledge_line", LINE | {"received": 1})],
    "need-covered-is-live-allocations": [("need", {"id": "n", "units": 2, "covered": 1})],
    "need-never-over-covered": [("need", {"id": "n", "units": 1, "covered": 2})],
    "allocation-handed-is-handover-lines": [("allocation", ALLOCATION | {"handed": 1})],
    "allocation-confirmed-within-handed": [("allocation", ALLOCATION | {"confirmed": 1})],
    "allocation-once-per-line-and-need": [
        ("allocation", ALLOCATION),
        ("allocation", ALLOCATION | {"id": "b"}),
    ],
    "allocation-of-one-kind": [
        ("pledge_line", LINE | {"kind_code": "xe_lan"}),
        ("need", {"id": "n", "kind_code": "qua_tet"}),
        ("allocation", ALLOCATION),
    ],
    "programme-once-per-household": [
        ("programme", {"id": "p", "once_per_household": True}),
        ("need", {"id": "n"}),
        ("allocation", ALLOCATION | {"programme_id": "p"}),
        ("allocation", ALLOCATION | {"id": "b", "programme_id": "p"}),
    ],
    "stock-never-below-zero": [
        ("movement", MOVE | {"from_account": "stock", "to_account": "recipient", "step": "s"})
    ],
    "stock-balance-is-movements": [
        ("stock_balance", {"lot_id": "r", "account": "stock", "units": 3})
    ],
    "stock-is-what-left-the-donor": [("receipt", {"id": "r", "state": "stocked", "units": 3})],
    "handover-has-its-movement": [("handover_line", {"id": "h"})],
    "movement-moves-something": [
        ("promise_movement", PROMISE | {"from_account": "free", "to_account": "free"})
    ],
    "movement-once-per-cause": [
        ("promise_movement", PROMISE | {"from_account": "free", "to_account": "reserved"}),
        ("promise_movement", PROMISE | {"from_account": "free", "to_account": "reserved"}),
    ],
    "receipt-numbers-without-gaps": [
        ("receipt_counter", {"ward_code": "00364", "year": 2026, "last": 1})
    ],
    "standing-four-eyes": [
        ("standing", {"state": "approved", "approved_by": "x", "verified_by": "x"})
    ],
    "need-four-eyes": [("need", {"id": "n", "state": "approved"})],
    "allocation-four-eyes": [("allocation", ALLOCATION | {"approved_by": "x", "prepared_by": "x"})],
    "allocation-of-approved-standing": [
        ("standing", {"id": "s", "state": "submitted"}),
        ("need", {"id": "n", "standing_id": "s"}),
        ("allocation", ALLOCATION),
    ],
    "policy-four-eyes": [("policy", {"version": 99, "created_by": "x", "approved_by": "x"})],
    "run-ready-is-certified": [("match_run", {"state": "ready"})],
    "notice-once": [("notice", {"dedupe_key": "k"}), ("notice", {"dedupe_key": "k"})],
    "notice-not-stuck": [("notice", {"state": "sent"})],
    "notice-has-its-job": [("notice", {"state": "queued"})],
    "job-not-stuck": [("job", {"not_before": "2020-01-01"})],
    "consent-not-withdrawn-before-given": [("consent", {"withdrawn_at": "2020-01-01"})],
    "seals-form-one-chain": [
        ("seal", {"n": 1, "h": b"one"}),
        ("seal", {"n": 2, "h": b"two", "prev": b"other"}),
    ],
}


def test_every_invariant_has_a_planted_violation():
    assert set(PLANTS) == set(invariants())


@pytest.mark.parametrize("name", PLANTS)
def test_a_planted_violation_is_caught(lawless, name):
    before = dict(broken(lawless)).get(name, 0)

    for table, values in PLANTS[name]:
        _plant(lawless, table, **values)

    assert before == 0
    assert name in dict(broken(lawless))


def test_all_are_quiet_on_an_empty_database(session):
    assert broken(session) == []


def test_the_promise_ledger_stays_quiet_through_its_whole_life(session, make_line):
    line = make_line(units=5)
    reserve(session, line.id, 3, cause="allocation", cause_id="a")
    release(session, line.id, 1, cause="allocation", cause_id="a")
    book_receipt(session, line.id, 2)
    book_handover(session, line.id, 2, cause="handover", cause_id="h")
    fulfil(session, line.id, 1, cause="confirmation", cause_id="c")

    found = dict(broken(session))

    assert "line-counts-match-movements" not in found
    assert "line-order-of-promise" not in found
