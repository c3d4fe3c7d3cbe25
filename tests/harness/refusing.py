"""A database that takes no writes: its disk is full, or it is a standby that only reads.

Our transactions say "read write" themselves, so that no setting of the server's makes them
anything else; triggers refuse each statement with PostgreSQL's own code and words instead.
"""

from contextlib import contextmanager

import psycopg

FULL_DISK = ("53100", "could not extend file: No space left on device")
READ_ONLY = ("25006", "cannot execute a write in a read-only transaction")
TABLES = "select tablename from pg_tables where schemaname = 'public'"


class Writes:
    """All writes of a database, which may be refused and allowed again."""

    def __init__(self, servers):
        self._url = servers.admin_url.replace("+psycopg", "")

    def watch(self):
        """Put a trigger on every table; nothing is refused yet."""
        self.allow()
        with psycopg.connect(self._url, autocommit=True) as admin:
            for (table,) in admin.execute(TABLES).fetchall():
                admin.execute(
                    "create or replace trigger writes_watched before insert or update or delete"
                    f" on {table} for each statement execute function writes_watched()"
                )

    def refuse(self, reason):
        """Refuse every statement that begins from now on, with this code and words."""
        code, words = reason
        self._make(f"raise exception '{words}' using errcode = '{code}';")

    def allow(self):
        """Take writes again."""
        self._make("return null;")

    def forget(self):
        """Take the triggers away."""
        with psycopg.connect(self._url, autocommit=True) as admin:
            admin.execute("drop function writes_watched cascade")

    def _make(self, body):
        # Replaced as a whole, the function needs no lock on any table that is in use.
        with psycopg.connect(self._url, autocommit=True) as admin:
            admin.execute(
                "create or replace function writes_watched() returns trigger language plpgsql"
                f" as $$ begin {body} end $$"
            )


@contextmanager
def refusing(servers, reason):
    """Inside it no table takes a row, a change or a deletion; afterwards all of them do."""
    writes = Writes(servers)
    writes.watch()
    writes.refuse(reason)
    try:
        yield
    finally:
        writes.forget()


def full_disk(servers):
    """A server whose disk is full, until the block ends."""
    return refusing(servers, FULL_DISK)
