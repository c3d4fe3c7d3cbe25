"""The database's roles: each process acts as the one that may do just its work (TRUST.md, 4.3).

The superuser that makes a cluster is never a process's role, since row-level security does not
hold superusers. Tables belong to nc_owner; migrations grant the others what they need.
"""

from typing import Any

import psycopg
from psycopg import sql

OWNER = "nc_owner"
WEB = "nc_web"
WORKER = "nc_worker"
READER = "nc_read"
BACKUP = "nc_backup"
# Only a dump may pass row-level security, or it would lack what the policy hides.
ATTRIBUTES = {
    OWNER: "nologin",
    WEB: "nologin",
    WORKER: "nologin",
    READER: "nologin",
    BACKUP: "nologin bypassrls",
}


def missing_roles(connection: psycopg.Connection[Any]) -> list[str]:
    """Our roles that this cluster does not have, in the order of ATTRIBUTES."""
    rows = connection.execute(
        "select rolname from pg_roles where rolname = any(%s)", [[*ATTRIBUTES]]
    )
    there = {name for (name,) in rows}
    return [role for role in ATTRIBUTES if role not in there]


def create_roles(connection: psycopg.Connection[Any], login: str) -> None:
    """Create what is missing and let `login`, a role that exists, take on each of them.

    Needs a superuser. Safe to repeat. Gives nc_owner the database that is connected to.
    """
    for role in missing_roles(connection):
        connection.execute(
            sql.SQL("create role {} " + ATTRIBUTES[role]).format(sql.Identifier(role))
        )
    for role in ATTRIBUTES:
        connection.execute(
            sql.SQL("grant {} to {}").format(sql.Identifier(role), sql.Identifier(login))
        )
    row = connection.execute("select current_database()").fetchone()
    database = sql.Identifier(row[0] if row else "")
    connection.execute(
        sql.SQL("alter database {} owner to {}").format(database, sql.Identifier(OWNER))
    )
    connection.execute(
        sql.SQL("revoke temporary, connect on database {} from public").format(database)
    )
    connection.execute(
        sql.SQL("grant connect on database {} to {}").format(database, sql.Identifier(login))
    )
