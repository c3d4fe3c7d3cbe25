"""Making a backup from one snapshot, and bringing it back in one transaction.

The work is PostgreSQL's own: pg_dump as nc_backup, which alone sees past row-level security,
pg_restore and psql as nc_owner. The keys of encrypted fields are not in a backup (TRUST.md, 3.7).
"""

import hmac
import os
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import IO, Any

import psycopg
import pyrage
from psycopg import sql
from sqlalchemy.engine import URL, make_url

from app.config import Settings
from app.infra.embedded_binaries import CannotRun, find_postgres
from app.infra.roles import BACKUP, OWNER
from app.infra.sealed_file import BackupRefused, Manifest, read_sealed, write_sealed

TABLES = "select tablename from pg_tables where schemaname = 'public' order by 1"
# Of a database that knows no hold yet, the settling migrates and holds.
HELD = """
do $$ begin
  if to_regclass('public.sending_hold') is not null then
    insert into public.sending_hold (cause) values ('restored') on conflict do nothing;
  end if;
end $$;
"""
END_SECONDS = 1.0
LAST_HEAD = "select encode(h, 'hex') from seal order by n desc limit 1"


def key_mark(settings: Settings) -> str:
    """A mark of the deployment's keys that gives none of them away."""
    keys = b"|".join(settings.field_keys[name] for name in sorted(settings.field_keys))
    return hmac.digest(settings.index_key, b"backup:" + keys, sha256).hex()[:32]


def make_backup(
    settings: Settings,
    target: Path,
    recipients: Sequence[pyrage.x25519.Recipient],
    *,
    now: datetime,
) -> Manifest:
    """Write the database, as it is at one moment, to `target`, which must not exist yet.

    Others read and write meanwhile. The file appears whole or not at all. Raises BackupRefused.
    """
    if target.exists():
        message = f"{target} is there already; a backup never replaces another"
        raise BackupRefused(message)
    url, part = make_url(settings.database_url), target.with_name(target.name + ".part")
    try:
        with _snapshot(url) as (connection, snapshot), _private(part) as file:
            manifest = _manifest_of(connection, key_mark(settings), now)
            command = [_tool("pg_dump"), "--format=custom", f"--role={BACKUP}"]
            command += [f"--snapshot={snapshot}", f"--dbname={url.database}"]
            with _running(command, url, stdout=subprocess.PIPE) as process:
                write_sealed(manifest, process.stdout, file, recipients)  # type: ignore[arg-type]
            file.flush()
            os.fsync(file.fileno())
        part.rename(target)
    except (psycopg.Error, OSError) as error:
        message = f"the backup could not be made: {error}"
        raise BackupRefused(message) from error
    finally:
        part.unlink(missing_ok=True)
    return manifest


def restore_backup(settings: Settings, source: Path, identity: pyrage.x25519.Identity) -> Manifest:
    """Bring a backup into an empty database, whole or not at all. Raises BackupRefused.

    Messages are held from the moment that they can be seen, as workers may be waiting for their
    tables. What else must not go on from where it was is the caller's to settle, before anything
    serves.
    """
    url = make_url(settings.database_url)
    _refuse_unless_empty(url)
    # Through psql, since pg_restore by itself commits what is in the file and nothing else.
    reading = [_tool("pg_restore"), "--file=-", "--no-owner"]
    writing = [_tool("psql"), "--no-psqlrc", "--quiet", "--set=ON_ERROR_STOP=1"]
    writing.append(f"--dbname={url.database}")
    with _running(writing, url, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL) as writer:
        _say(writer.stdin, f"begin; set local role {OWNER};")
        try:
            with _running(reading, url, stdin=subprocess.PIPE, stdout=writer.stdin) as reader:
                manifest = read_sealed(source, identity, reader.stdin)  # type: ignore[arg-type]
        except BackupRefused as error:
            if _has_ended(writer):
                # The reader only met a closed pipe; why it was closed, psql says.
                raise BrokenPipeError from error
            raise
        # Without this line nothing of it was ever there.
        _say(writer.stdin, f"{HELD} commit;")
    return manifest


def _say(pipe: IO[bytes] | None, words: str) -> None:
    if pipe is not None:
        pipe.write(f"{words}\n".encode())
        pipe.flush()


def _has_ended(process: subprocess.Popen[bytes]) -> bool:
    with suppress(subprocess.TimeoutExpired):
        process.wait(END_SECONDS)
    return process.returncode is not None


def tables_that_differ(settings: Settings, manifest: Manifest) -> dict[str, tuple[int, int | None]]:
    """The tables with other counts than the backup's: theirs, and what is here.

    The hold on messages is the restore's own.
    """
    here = counts_now(settings)
    wanted = {name: count for name, count in manifest.counts.items() if name != "sending_hold"}
    return {name: (n, here.get(name)) for name, n in wanted.items() if here.get(name) != n}


def counts_now(settings: Settings) -> dict[str, int]:
    """The rows of every table as the database has them now."""
    with _snapshot(make_url(settings.database_url)) as (connection, _name):
        return _counts(connection)


def _manifest_of(connection: psycopg.Connection[Any], mark: str, now: datetime) -> Manifest:
    revision = connection.execute("select version_num from alembic_version").fetchone()
    head = connection.execute(LAST_HEAD).fetchone()
    return Manifest(
        made_at=now.isoformat(timespec="seconds"),
        revision=revision[0] if revision else "",
        head=head[0] if head else "",
        key_mark=mark,
        counts=_counts(connection),
    )


def _counts(connection: psycopg.Connection[Any]) -> dict[str, int]:
    names = [name for (name,) in connection.execute(TABLES)]
    each = [
        sql.SQL("select {}, count(*) from {}").format(sql.Literal(name), sql.Identifier(name))
        for name in names
    ]
    if not each:
        return {}
    return dict(connection.execute(sql.SQL(" union all ").join(each)).fetchall())


@contextmanager
def _snapshot(url: URL) -> Iterator[tuple[psycopg.Connection[Any], str]]:
    """A read-only transaction as nc_backup, and the name by which a dump shares its snapshot."""
    options = f"{url.query.get('options', '')} -c role={BACKUP}".strip()
    with psycopg.connect(_conninfo(url), options=options, autocommit=False) as connection:
        connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        connection.read_only = True
        row = connection.execute("select pg_export_snapshot()").fetchone()
        yield connection, row[0] if row else ""


def _refuse_unless_empty(url: URL) -> None:
    try:
        with psycopg.connect(_conninfo(url)) as connection:
            names = connection.execute(TABLES).fetchall()
    except psycopg.Error as error:
        message = f"the database cannot be reached: {error}"
        raise BackupRefused(message) from error
    if names:
        message = f"the database has {len(names)} tables; a backup goes into an empty one only"
        raise BackupRefused(message)


@contextmanager
def _private(path: Path) -> Iterator[Any]:
    """A new file that only its owner may read."""
    descriptor = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        yield file


@contextmanager
def _running(
    command: Sequence[str],
    url: URL,
    *,
    stdin: int | None = None,
    stdout: int | IO[bytes] | None = None,
) -> Iterator[subprocess.Popen[bytes]]:
    """One of PostgreSQL's programs; killed if the block fails, so that it commits nothing.

    Raises BackupRefused with its last words if it fails itself.
    """
    with subprocess.Popen(
        command,
        stdin=stdin,
        stdout=stdout,
        stderr=subprocess.PIPE,
        env=os.environ | _environment(url),
    ) as process:
        try:
            yield process
        except BrokenPipeError:
            pass  # It has ended before its input did, and says below why.
        except BaseException:
            process.kill()
            raise
        _out, complaint = process.communicate()
    if process.returncode:
        words = complaint.decode(errors="replace").strip().splitlines() or ["no reason given"]
        message = f"{Path(command[0]).name} failed: {words[0]}"
        raise BackupRefused(message)


def _tool(name: str) -> str:
    """The program beside the embedded server, or the system's. Raises BackupRefused."""
    try:
        beside = find_postgres() / name
    except CannotRun:
        beside = Path(name)
    found = str(beside) if beside.exists() else shutil.which(name)
    if found is None:
        message = f"{name} was not found; install PostgreSQL's client programs"
        raise BackupRefused(message)
    return found


def _conninfo(url: URL) -> str:
    """The address for psycopg and libpq, without the settings of connections."""
    plain = url.set(drivername="postgresql").difference_update_query(["options"])
    return plain.render_as_string(hide_password=False)


def _environment(url: URL) -> dict[str, str]:
    """The address as libpq's programs take it: a password on a command line can be seen."""
    query = {name: str(value) for name, value in url.query.items()}
    named = {
        "PGHOST": url.host or query.get("host"),
        "PGPORT": str(url.port or query.get("port") or ""),
        "PGUSER": url.username,
        "PGPASSWORD": url.password,
        "PGSSLMODE": query.get("sslmode"),
        "PGSSLROOTCERT": query.get("sslrootcert"),
    }
    return {name: value for name, value in named.items() if value}
