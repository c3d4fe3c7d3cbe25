"""The database of a deployment: reachable, new enough, in the right roles, migrated, in step."""

from collections.abc import Generator, Iterator
from datetime import UTC, datetime
from typing import Any

import psycopg
from sqlalchemy.engine import make_url

from app.config import Settings
from app.infra import migrate
from app.infra.doctor_findings import Finding, Part, doubtful, fine, wrong
from app.infra.doctor_site import site_findings
from app.infra.roles import WEB, WORKER, missing_roles

OLDEST_VERSION = 15
CONNECT_SECONDS = 5
MOST_SKEW_SECONDS = 5.0
LONGEST_WAIT_SECONDS = 300
PART = Part.DATABASE

UNPROTECTED = """
select c.relname from pg_class c join pg_namespace n on n.oid = c.relnamespace
where n.nspname = 'public' and c.relrowsecurity and not c.relforcerowsecurity
"""
WORK = """
select count(*) filter (where state = 'dead'),
       coalesce(extract(epoch from now() - min(not_before)
                filter (where state = 'pending' and not_before <= now())), 0)::float
from job
"""


def database_findings(settings: Settings) -> Iterator[Finding]:
    """Connect as the processes would, and look around. Changes nothing."""
    url = make_url(settings.database_url).set(drivername="postgresql")
    try:
        connection = psycopg.connect(
            url.render_as_string(hide_password=False),
            autocommit=True,
            connect_timeout=CONNECT_SECONDS,
        )
    except (psycopg.Error, ValueError) as error:
        reason = str(error).strip().splitlines()[0]
        yield wrong(PART, f"cannot be reached ({reason}): check DATABASE_URL and the server")
        return
    with connection:
        for look in (_version, _clock, _roles):
            yield from look(connection)
        is_there = yield from _schema(connection)
        if is_there and not missing_roles(connection):
            yield from _as_worker(connection, settings)


def _one(connection: psycopg.Connection[Any], query: str) -> Any:  # noqa: ANN401 - one value of any type.
    row = connection.execute(query).fetchone()
    return row[0] if row else None


def _version(connection: psycopg.Connection[Any]) -> Iterator[Finding]:
    version = connection.info.server_version // 10_000
    if version < OLDEST_VERSION:
        yield wrong(PART, f"is PostgreSQL {version}; {OLDEST_VERSION} or newer is needed")
    else:
        yield fine(PART, f"PostgreSQL {version} answers")
    encoding = _one(connection, "show server_encoding")
    if encoding != "UTF8":
        yield wrong(PART, f"is encoded in {encoding}: make one with encoding UTF8")
    if _one(connection, "show fsync") != "on":
        yield wrong(PART, "runs with fsync off: a power cut loses acknowledged work")
    if _one(connection, "show synchronous_commit") == "off":
        yield wrong(PART, "runs with synchronous_commit off: a crash loses acknowledged work")


def _clock(connection: psycopg.Connection[Any]) -> Iterator[Finding]:
    skew = abs((_one(connection, "select clock_timestamp()") - datetime.now(UTC)).total_seconds())
    if skew > MOST_SKEW_SECONDS:
        yield doubtful(PART, f"its clock is {skew:.0f} s away from this machine's: set up NTP")


def _roles(connection: psycopg.Connection[Any]) -> Iterator[Finding]:
    missing = missing_roles(connection)
    if missing:
        words = f"lacks the roles {', '.join(missing)}: call ./nhipcau migrate as a superuser once"
        yield wrong(PART, words)
        return
    superuser = _one(connection, "select rolsuper from pg_roles where rolname = session_user")
    if superuser:
        words = (
            "the login is a superuser: give the processes one that is only granted the nc_ roles"
        )
        yield doubtful(PART, words)
    for role in (WEB, WORKER):
        if not _one(connection, f"select pg_has_role(session_user, '{role}', 'member')"):
            yield wrong(PART, f"the login may not act as {role}: grant {role} to it")
        traits = f"select rolsuper or rolbypassrls from pg_roles where rolname = '{role}'"  # noqa: S608 - our constant.
        if _one(connection, traits):
            yield wrong(PART, f"{role} passes row-level security: alter role {role} nobypassrls")


def _schema(connection: psycopg.Connection[Any]) -> Generator[Finding, None, bool]:
    """Returns whether the tables are those of this version."""
    newest = migrate.newest_revision()
    if _one(connection, "select to_regclass('public.alembic_version')") is None:
        yield wrong(PART, "is empty: call ./nhipcau migrate")
        return False
    try:
        present = _one(connection, "select version_num from public.alembic_version")
    except psycopg.errors.InsufficientPrivilege:
        connection.execute(f"set role {WORKER}")
        present = _one(connection, "select version_num from public.alembic_version")
        connection.execute("reset role")
    if present == newest:
        yield fine(PART, f"stands at the newest migration, {newest}")
    else:
        yield wrong(PART, f"stands at {present}, this version needs {newest}: ./nhipcau migrate")
    open_tables = [name for (name,) in connection.execute(UNPROTECTED)]
    if open_tables:
        yield wrong(PART, f"owners slip past row-level security on {', '.join(open_tables)}")
    return bool(present == newest)


def _as_worker(connection: psycopg.Connection[Any], settings: Settings) -> Iterator[Finding]:
    """What the tables tell about work and messages, as far as a worker may read them."""
    role = settings.database_role or WORKER
    try:
        connection.execute(f"set role {role}")
        yield from _work(connection)
        yield from site_findings(connection, settings)
    except psycopg.errors.InsufficientPrivilege:
        yield wrong(PART, f"{role} may not read the tables: call ./nhipcau migrate, which grants")
    finally:
        connection.execute("reset role")


def _work(connection: psycopg.Connection[Any]) -> Iterator[Finding]:
    """What the job table says about workers: work that waits, work that gave up."""
    dead, waiting = connection.execute(WORK).fetchone() or (0, 0.0)
    if waiting > LONGEST_WAIT_SECONDS:
        yield wrong(PART, f"work waits for {waiting:.0f} s: are workers and a scheduler running?")
    if dead:
        yield doubtful(PART, f"{dead} jobs gave up: see why, and start them again, on /jobs")
