"""Bringing a database to the newest schema: migrations, then grants."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, MetaData, text

from app.infra.roles import BACKUP, READER, WEB, WORKER

RIGHTS = {
    WEB: "select, insert, update, delete",
    WORKER: "select, insert, update, delete",
    READER: "select",
    BACKUP: "select",
}
APPEND_ONLY = ("audit_event", "seal", "promise_movement", "movement")
LOCK = 7_306_002


def directory() -> Path:
    """The migrations: inside the wheel, or at the root of a checkout."""
    inside = Path(__file__).parent.parent / "_migrations"
    return inside if inside.is_dir() else Path(__file__).parents[2] / "migrations"


def upgrade(engine: Engine, revision: str = "head", metadata: MetaData | None = None) -> None:
    """Run the migrations up to `revision` and grant; `engine` acts as nc_owner.

    Safe to start twice at once: the second waits on an advisory lock and finds nothing to do.
    """
    with engine.connect() as connection:
        connection.execute(text(f"select pg_advisory_lock({LOCK})"))
        connection.commit()
        try:
            # A bare lock wait on a busy table would queue every request behind us.
            connection.execute(text("set lock_timeout = '4s'"))
            connection.commit()
            command.upgrade(_config(connection, metadata), revision)
            _grant(connection)
        finally:
            connection.rollback()
            connection.execute(text(f"select pg_advisory_unlock({LOCK})"))
            connection.commit()


def downgrade(engine: Engine, revision: str) -> None:
    """Undo the migrations after `revision`; for tests, and for a release taken back."""
    with engine.connect() as connection:
        command.downgrade(_config(connection, None), revision)


def newest_revision() -> str:
    """The revision that this code needs, read from the migrations themselves."""
    return ScriptDirectory(str(directory())).get_current_head() or ""


def directory_has(revision: str) -> bool:
    """Whether this code knows a revision, so that it can go on from there."""
    known = ScriptDirectory(str(directory())).walk_revisions()
    return revision in {script.revision for script in known}


def _config(connection: Connection, metadata: MetaData | None) -> Config:
    config = Config()
    config.set_main_option("script_location", str(directory()))
    config.attributes["connection"] = connection
    config.attributes["target_metadata"] = metadata
    return config


def _grant(connection: Connection) -> None:
    """Give each role what it needs on the tables as they are now; no more, no less."""
    for role, rights in RIGHTS.items():
        connection.execute(text(f"grant usage on schema public to {role}"))
        connection.execute(text(f"grant {rights} on all tables in schema public to {role}"))
    for role in (WEB, WORKER):
        connection.execute(text(f"grant usage on all sequences in schema public to {role}"))
        for table in APPEND_ONLY:
            connection.execute(text(f"revoke update, delete on {table} from {role}"))
    connection.execute(text(f"grant select on all sequences in schema public to {BACKUP}"))
    connection.commit()
