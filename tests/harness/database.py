"""One cluster and one migrated database for each test process, emptied after each test."""

import shutil
import tempfile
from base64 import b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Connection, Engine, create_engine, text

from app.config import Settings
from app.infra import migrate
from app.infra.embedded import Embedded, embedded
from app.infra.roles import OWNER, WEB

SECRET = "a secret of the tests, known to everybody"
FIELD_KEY = "t1:" + b64encode(bytes(range(32))).decode()


@contextmanager
def servers() -> Iterator[Embedded]:
    """PostgreSQL and Valkey for this process, in fast mode; their data go when it ends."""
    # Not pytest's own folder: it is closed to the user that PostgreSQL runs as under root.
    state = Path(tempfile.mkdtemp(prefix="nhipcau-tests-"))
    state.chmod(0o711)
    try:
        with embedded(state, fast=True) as running:
            yield running
    finally:
        shutil.rmtree(state, ignore_errors=True)


def environment_for(running: Embedded, *, role: str = WEB) -> dict[str, str]:
    """What the environment of a process says that works on these servers."""
    return {
        "NHIPCAU_ENV": "test",
        "DATABASE_URL": running.database_url,
        "DATABASE_ROLE": role,
        "REDIS_URL": running.redis_url,
        "SECRET_KEY": SECRET,
        "FIELD_KEYS": FIELD_KEY,
        "INDEX_KEY": SECRET,
        "BASE_URL": "http://localhost",
        "DATA_DIR": str(running.state),
    }


def settings_for(running: Embedded, *, role: str = WEB) -> Settings:
    """Settings of a process that works on these servers."""
    return Settings.from_env(environment_for(running, role=role))


def migrate_up(database_url: str, revision: str = "head") -> None:
    """Bring a database to `revision` as the owner of the tables."""
    engine = create_engine(database_url, connect_args={"options": f"-c role={OWNER}"})
    try:
        migrate.upgrade(engine, revision)
    finally:
        engine.dispose()


@contextmanager
def fresh_database(running: Embedded, name: str) -> Iterator[str]:
    """An empty database of that name beside the migrated one; yields its address."""
    admin = create_engine(running.admin_url, isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text(f"drop database if exists {name} with (force)"))
        connection.execute(text(f"create database {name} owner {OWNER}"))
    try:
        yield running.database_url.replace("/nhipcau?", f"/{name}?")
    finally:
        with admin.connect() as connection:
            connection.execute(text(f"drop database if exists {name} with (force)"))
        admin.dispose()


class Pristine:
    """Brings the database back to what the migrations left: reference rows and nothing else."""

    def __init__(self, admin: Engine) -> None:
        """Note the rows that are there now. `admin` is the superuser's engine."""
        self._admin = admin
        with admin.begin() as connection:
            found = connection.execute(
                text("select tablename from pg_tables where schemaname = 'public'")
            )
            tables = [name for name in found.scalars() if name != "alembic_version"]
            self._question = text(" union all ".join(map(_mark_of, tables)))
            connection.execute(text("create schema pristine"))
            for table in tables:
                connection.execute(
                    text(f'create table pristine."{table}" as select * from public."{table}"')
                )
            self._marks = self._ask(connection)

    def restore(self) -> None:
        """Undo what a test has committed. Triggers rest, so that append-only tables empty too."""
        with self._admin.begin() as connection:
            changed = self._ask(connection).items() - self._marks.items()
            if not changed:
                return
            connection.execute(text("set local session_replication_role = replica"))
            for table, _mark in changed:
                connection.execute(text(f'delete from public."{table}"'))
                connection.execute(
                    text(
                        f'insert into public."{table}" overriding system value '
                        f'select * from pristine."{table}"'
                    )
                )
            self._marks = self._ask(connection)

    def marks(self) -> dict[str, str]:
        """For each table a mark that changes with every row added, changed or removed."""
        with self._admin.begin() as connection:
            return self._ask(connection)

    def _ask(self, connection: Connection) -> dict[str, str]:
        return {row[0]: row[1] for row in connection.execute(self._question)}


def _mark_of(table: str) -> str:
    marks = "count(*), max(xmin::text::bigint), min(xmin::text::bigint)"
    return f"select '{table}', concat_ws(' ', {marks}) from \"{table}\""
