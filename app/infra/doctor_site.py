"""What the tables of a deployment tell: a silent scheduler, wrong keys, messages that stay."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

import psycopg

from app.config import Settings
from app.infra.crypto import CannotDecrypt, FieldCipher
from app.infra.doctor_findings import Finding, Part, doubtful, fine, wrong
from app.infra.invariants import invariants

# Its shortest rhythm is ten minutes (worker.schedule): two missed, and nobody keeps it.
SILENT_SECONDS = 20 * 60
NEWEST_TICK = "select max(due_at), extract(epoch from now() - max(due_at))::float from tick"
# The newest phone of a household: its key, and the number that it is found by.
A_PHONE = """
select id, phone, phone_index from household where phone is not null
order by changed_at desc, id desc limit 1
"""
PAUSED = "select channel, code, since from channel_trouble where needs_person order by channel"
STAYING = """
select (select count(*) from sending_hold where released_by_id is null),
       (select count(*) from notice where state = 'uncertain')
"""


def site_findings(connection: psycopg.Connection[Any], settings: Settings) -> Iterator[Finding]:
    """Look around in a migrated database, as a role that may read all wards. Changes nothing."""
    with connection.transaction():
        connection.execute("select set_config('nc.wards', '*', true)")
        for look in (_scheduler, _messages, _invariants):
            yield from look(connection)
        yield from _keys(connection, FieldCipher(settings.field_keys, settings.index_key))


def _scheduler(connection: psycopg.Connection[Any]) -> Iterator[Finding]:
    row = connection.execute(NEWEST_TICK).fetchone()
    if row is None or row[0] is None:
        yield doubtful(Part.SCHEDULER, "has never run here: start ./nhipcau scheduler")
    elif row[1] > SILENT_SECONDS:
        words = f"is silent since {_moment(row[0])}: start ./nhipcau scheduler, which wakes workers"
        yield wrong(Part.SCHEDULER, words)
    else:
        yield fine(Part.SCHEDULER, "keeps its hours")


def _messages(connection: psycopg.Connection[Any]) -> Iterator[Finding]:
    part = Part.MESSAGES
    for channel, code, since in connection.execute(PAUSED).fetchall():
        words = f"nothing goes by {channel} since {_moment(since)} ({code})"
        yield doubtful(part, f"{words}: mend it, then open it on the page /notices/channels")
    holds, uncertain = connection.execute(STAYING).fetchone() or (0, 0)
    if holds:
        yield doubtful(part, "are held after a restore: two people let them go on the page /jobs")
    if uncertain:
        words = f"{uncertain} may have arrived or not: staff decide on the page /notices"
        yield doubtful(part, words)


def _invariants(connection: psycopg.Connection[Any]) -> Iterator[Finding]:
    broken = [
        f"{name} ({count})"
        for name, query in invariants().items()
        if (count := _count(connection, query))
    ]
    if broken:
        words = f"does not hold: {', '.join(broken)}; see app/infra/invariants.sql, change nothing"
        yield wrong(Part.LEDGER, f"{words} by hand, and ask whoever maintains the site")
    else:
        yield fine(Part.LEDGER, f"all {len(invariants())} invariants hold")


def _count(connection: psycopg.Connection[Any], query: str) -> int:
    row = connection.execute(f"select count(*) from ({query}) as violation").fetchone()  # noqa: S608 - our own file.
    return int(row[0]) if row else 0


def _keys(connection: psycopg.Connection[Any], cipher: FieldCipher) -> Iterator[Finding]:
    row = connection.execute(A_PHONE).fetchone()
    if row is None:
        return
    household_id, stored, index = row
    try:
        phone = cipher.decrypt(bytes(stored), f"household.phone:{household_id}")
    except CannotDecrypt:
        words = (
            "FIELD_KEYS do not open what is stored: bring back the keys that it was written with"
        )
        yield wrong(Part.KEYS, words)
        return
    if cipher.index(phone, "phone") == bytes(index):
        yield fine(Part.KEYS, "open and find what is stored")
    else:
        words = "INDEX_KEY is not the one of this database: no telephone or number would be found"
        yield wrong(Part.KEYS, words)


def _moment(at: datetime) -> str:
    return f"{at.astimezone():%H:%M %d/%m/%Y}"
