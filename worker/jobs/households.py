"""Jobs of households: checking a list, and entering it in the book."""

from app.accounts.rules import Actor, Role
from app.households import actions, queries
from app.households.sheets import FileRefused, read_list
from app.infra.jobs import Lease
from app.infra.models import StoredFile
from app.infra.transaction import transaction
from app.kernel.clock import now, today


def check_import(lease: Lease) -> str:
    """Judge every row of an uploaded list.

    1. Read the file. 2. Parse and judge it outside any transaction, in a child with limits.
    3. Store the verdicts and finish. Idempotent: a second check replaces the first; a list past
    `uploaded` is left alone. A killed check is taken again when its lease ends.
    """
    with transaction(read_only=True) as session:
        batch = queries.import_for(session, _worker(lease), lease.arg)
        file = session.get_one(StoredFile, batch.file_id)
        name, body = file.name, file.body
    try:
        rows = read_list(body, name, today())
    except FileRefused as refused:
        with transaction() as session:
            actions.record_refusal(session, lease.arg, refused.code)
            lease.finish(session)
        return refused.code
    with transaction() as session:
        lease.renew(session, len(rows), len(rows))
        if queries.import_for(session, _worker(lease), lease.arg).state == "uploaded":
            actions.record_check(session, lease.arg, rows)
        lease.finish(session)
    return "done"


def commit_import(lease: Lease) -> str:
    """Enter the good rows of a checked list.

    1. One transaction enters all rows and finishes; so the list is in the book once or not at
    all. Idempotent: a list that is not `committing` any more is left alone.
    """
    with transaction() as session:
        batch = queries.import_for(session, _worker(lease), lease.arg)
        if batch.state != "committing":
            lease.finish(session)
            return "already-committed"
        actor = Actor(batch.created_by, Role.WARD_OFFICER, ward_codes=frozenset({batch.ward_code}))
        actions.commit_import(session, actor, lease.arg, now=now(), today=today())
        lease.finish(session)
    return "done"


def _worker(lease: Lease) -> Actor:
    """The system within the job's own wards."""
    return Actor(None, Role.SYSTEM, ward_codes=frozenset(lease.wards.split(",")))
