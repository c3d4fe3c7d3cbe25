"""An own PostgreSQL cluster in a folder, on a unix socket only, for demo and tests."""

import hashlib
import os
import shutil
import signal
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import psycopg

from app.infra.embedded_binaries import (
    CannotRun,
    RunAs,
    find_postgres,
    reachable_by_all,
    unprivileged,
)
from app.infra.embedded_service import Service
from app.infra.roles import create_roles

SUPERUSER = "postgres"
LOGIN = "nhipcau"
DATABASE = "nhipcau"
PORT = 5432
START_SECONDS = 40.0
BUILTIN_LOCALE_SINCE = 17
# Where root's data go when nobody cannot reach the state folder, as below a private home.
ROOTS_DATA = Path("/var/lib/nhipcau")


def data_folder(state: Path) -> Path:
    """Where the cluster of `state` lies."""
    if os.geteuid() == 0 and not reachable_by_all(state):
        return ROOTS_DATA / hashlib.sha256(str(state).encode()).hexdigest()[:12] / "pg"
    return state / "pg"


def address(sockets: Path, *, user: str = LOGIN, database: str = DATABASE) -> str:
    """The SQLAlchemy address of a database in the cluster that listens in `sockets`."""
    return f"postgresql+psycopg://{user}@/{database}?host={sockets}&port={PORT}"


@dataclass(frozen=True, slots=True)
class Cluster:
    """What it takes to start one cluster.

    fast: no fsync and no waiting for the log. Acknowledged work is lost when it is killed, so
    it is for ordinary tests only, never for a demo or a fault test.
    """

    state: Path
    sockets: Path
    fast: bool = False

    def start(self) -> Service:
        """Make the cluster if there is none, start it, make its roles. Raises CannotRun."""
        binaries, run_as, data = find_postgres(), unprivileged(), data_folder(self.state)
        run_as.own(self.sockets)
        _make(binaries, data, run_as)
        service = Service(
            name="postgres",
            command=self._command(binaries, data),
            log=self.state / "postgres.log",
            environment=_clean_environment(),
            run_as=run_as,
            # Fast shutdown; SIGTERM would wait for every client to leave.
            stop_signal=signal.SIGINT,
        )
        service.start_and_wait(self._answers, seconds=START_SECONDS)
        try:
            self._prepare_database()
        except BaseException:
            service.stop()
            raise
        return service

    def _command(self, binaries: Path, data: Path) -> list[str | Path]:
        settings = ["listen_addresses=", f"port={PORT}", "max_connections=80"]
        if self.fast:
            settings += ["fsync=off", "synchronous_commit=off", "full_page_writes=off"]
        command: list[str | Path] = [binaries / "postgres", "-D", data, "-k", self.sockets]
        for setting in settings:
            command += ["-c", setting]
        return command

    def _connect(self, database: str) -> psycopg.Connection[tuple[object, ...]]:
        return psycopg.connect(
            host=str(self.sockets), port=PORT, user=SUPERUSER, dbname=database, autocommit=True
        )

    def _answers(self) -> bool:
        try:
            self._connect("postgres").close()
        except psycopg.OperationalError:
            return False
        return True

    def _prepare_database(self) -> None:
        """One login for all processes, not a superuser, and a database that nc_owner owns."""
        with self._connect("postgres") as connection:
            if not _exists(connection.execute, "pg_roles", "rolname", LOGIN):
                connection.execute(f"create role {LOGIN} login noinherit")
            if not _exists(connection.execute, "pg_database", "datname", DATABASE):
                connection.execute(f"create database {DATABASE}")
        with self._connect(DATABASE) as connection:
            create_roles(connection, LOGIN)


def _exists(
    execute: Callable[..., psycopg.Cursor[tuple[object, ...]]], table: str, column: str, name: str
) -> bool:
    return execute(f"select 1 from {table} where {column} = %s", [name]).fetchone() is not None  # noqa: S608 - our constants.


def _clean_environment() -> dict[str, str]:
    """Without PGPORT, PGDATA and the like, which the server would heed."""
    return {name: value for name, value in os.environ.items() if not name.startswith("PG")}


def _major(binaries: Path) -> int:
    answer = subprocess.run(
        [binaries / "postgres", "-V"], capture_output=True, text=True, check=True
    )
    return int(answer.stdout.split()[2].split(".")[0])


def _make(binaries: Path, data: Path, run_as: RunAs) -> None:
    """Make it aside, then one rename: an interrupted first start leaves nothing half made."""
    major = _major(binaries)
    if (data / "PG_VERSION").exists():
        _refuse_other_version(data, major)
        return
    data.parent.mkdir(parents=True, exist_ok=True)
    aside = data.with_name("pg.new")
    shutil.rmtree(aside, ignore_errors=True)
    aside.mkdir(mode=0o700)
    run_as.own(aside)
    # The same sort order on every machine; people's order is computed in Python (STACK.md).
    builtin = ["--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C"]
    locale = builtin if major >= BUILTIN_LOCALE_SINCE else ["--locale=C.UTF-8"]
    command = [str(binaries / "initdb"), "-D", str(aside), "-U", SUPERUSER]
    command += ["-A", "trust", "-E", "UTF8", "-N"]
    done = subprocess.run(
        [*command, *locale],
        capture_output=True,
        text=True,
        cwd="/",
        check=False,
        user=run_as.uid,
        group=run_as.gid,
        env=_clean_environment(),
        extra_groups=run_as.groups,
    )
    if done.returncode:
        message = f"PostgreSQL's initdb failed in {aside}:\n{done.stderr.strip()}"
        raise CannotRun(message)
    if data.exists():
        data.rmdir()
    aside.rename(data)


def _refuse_other_version(data: Path, major: int) -> None:
    made_by = (data / "PG_VERSION").read_text().strip()
    if made_by != str(major):
        message = (
            f"{data} was made by PostgreSQL {made_by}, but this is {major}: "
            f"start over with --reset, or restore a backup"
        )
        raise CannotRun(message)
