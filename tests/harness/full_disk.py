"""A database whose disk is full: every write is refused, as PostgreSQL refuses it then."""

from contextlib import contextmanager

import psycopg

REFUSE = """
create function disk_is_full() returns trigger language plpgsql as $$
begin
  raise exception 'could not extend file: No space left on device' using errcode = '53100';
end $$
"""
TABLES = "select tablename from pg_tables where schemaname = 'public'"


@contextmanager
def full_disk(servers):
    """Inside it no table takes a row, a change or a deletion; afterwards all of them do."""
    with psycopg.connect(servers.admin_url.replace("+psycopg", ""), autocommit=True) as admin:
        admin.execute(REFUSE)
        try:
            for (table,) in admin.execute(TABLES).fetchall():
                admin.execute(
                    f"create trigger disk_is_full before insert or update or delete on {table}"
                    " for each statement execute function disk_is_full()"
                )
            yield
        finally:
            admin.execute("drop function disk_is_full cascade")
