"""Jobs of households: checking a list, and entering it in the book."""

import contextvars

from app.accounts.rules import Actor, Role
from app.households import actions, queries
from app.households.sheets import FileRefused, JudgedRow, read_list
from app.infra.jobs import Lease
from app.infra.transaction import transaction
from app.kernel.clock import now, today

CHUNK = 2_000


def check_import(lease: Lease) -> str:
    """Judge every row of an uploaded list.

    1. Read the file. 2. Parse and judge it outside any transaction, in a child with limits.
    3. Store the verdicts in chunks, each under the fence; show the list and finish in the last.
    Idempotent: a second check begins by clearing the first; a list past `uploaded` is left
    alone. A killed check is taken again when its lease ends. Time limit: the child's 30 s.
    """
    with transaction() as session:
        # Fenced too: it clears rows, and whoever took the job since may have stored theirs.
        lease.renew(session)
        batch = queries.import_for(session, _worker(lease), lease.arg)
        if batch.state != "uploaded":
            lease.finish(session)
            return "already-checked"
        actions.clear_check(session, lease.arg)
        name, body = queries.uploaded_file(session, batch.file_id)
    try:
        rows = read_list(body, name, today())
    except FileRefused as refused:
        with transaction() as session:
            actions.record_refusal(session, lease.arg, refused.code)
            lease.finish(session)
        return refused.code
    return _keep(lease, batch.ward_code, rows)


def _keep(lease: Lease, ward_code: str, rows: list[JudgedRow]) -> str:
    with transaction() as session:
        lease.renew(session, 0, len(rows))
        rows = actions.with_stored_twins(session, ward_code, rows)
    for start in range(0, len(rows), CHUNK):
        with transaction() as session:
            lease.renew(session, start, len(rows))
            actions.store_rows(session, lease.arg, ward_code, rows[start : start + CHUNK])
    with transaction() as session:
        lease.renew(session, len(rows), len(rows))
        actions.finish_check(session, lease.arg, rows)
        lease.finish(session)
    return "done"


def commit_import(lease: Lease) -> str:
    """Enter the good rows of a checked list.

    1. Make sure that the job is still held; 2. one transaction enters all rows and finishes, so
    the list is in the book once or not at all. How far it is, is told by transactions of their
    own, which end the work once the lease is another's. Idempotent: a list that is not
    `committing` any more is left alone. Swept by the lane's relay.
    """

    def tell(done: int, total: int) -> None:
        # A context of its own, since the long transaction is open in this one.
        contextvars.Context().run(_renew, lease, done, total)

    _renew(lease)
    with transaction() as session:
        batch = queries.import_for(session, _worker(lease), lease.arg)
        if batch.state != "committing":
            lease.finish(session)
            return "already-committed"
        actor = Actor(batch.created_by, Role.WARD_OFFICER, ward_codes=frozenset({batch.ward_code}))
        actions.commit_import(session, actor, lease.arg, now=now(), today=today(), progress=tell)
        lease.finish(session)
    return "done"


def _renew(lease: Lease, done: int | None = None, total: int | None = None) -> None:
    with transaction() as session:
        lease.renew(session, done, total)


def _worker(lease: Lease) -> Actor:
    """The system within the job's own wards."""
    return Actor(None, Role.SYSTEM, ward_codes=frozenset(lease.wards.split(",")))
