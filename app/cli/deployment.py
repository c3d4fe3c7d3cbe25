"""What a command works on: the deployment that the environment names, or the demo's own servers."""

import os
import secrets
from base64 import b64encode
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import click

from app.config import Settings, SettingsError
from app.infra.roles import WORKER

ROOT = Path(__file__).resolve().parents[2]
SECRETS_FILE = "secrets.env"
# In đồng a part, invented as all of the demonstration: what a message costs is to be seen there.
DEMO_SMS_PRICE = "800"


data_option = click.option("--data", type=click.Path(path_type=Path), help="A demo's data.")


def default_state() -> Path:
    """Where the demo keeps its data: in the checkout, or below the home of a wheel's user."""
    checkout = ROOT / "pyproject.toml"
    return ROOT / ".nhipcau" if checkout.exists() else Path.home() / ".nhipcau"


def is_deployed() -> bool:
    """Whether the environment names servers, so that none of our own may be touched."""
    return any(
        os.environ.get(f"{name}{end}")
        for name in ("DATABASE_URL", "REDIS_URL")
        for end in ("", "_FILE")
    )


def deployed_settings() -> Settings:
    """The settings that the environment names; a click error says what is missing."""
    try:
        return Settings.from_env()
    except SettingsError as error:
        raise click.ClickException(f"{error}\n`./nhipcau doctor` checks all settings.") from error


def own_environment(
    state: Path, database_url: str, redis_url: str, base_url: str
) -> dict[str, str]:
    """The environment of a demo's processes; its secrets are made once and kept in `state`."""
    return {
        "SMS_PRICE": DEMO_SMS_PRICE,
        **os.environ,
        **_kept_secrets(state),
        "NHIPCAU_ENV": "demo",
        "DATABASE_URL": database_url,
        "REDIS_URL": redis_url,
        "BASE_URL": base_url,
        "DATA_DIR": str(state),
        "PYTHONPATH": os.pathsep.join(filter(None, [str(ROOT), os.environ.get("PYTHONPATH")])),
        "PYTHONSAFEPATH": "1",
        "PYTHONUNBUFFERED": "1",
    }


@contextmanager
def running_settings(state: Path | None = None, role: str = WORKER) -> Iterator[Settings]:
    """Settings whose servers run for as long as the block: deployed ones, or the demo's.

    Uses the demo's servers where a demo runs; otherwise starts them for this command.
    """
    if is_deployed():
        with _trouble_in_words():
            yield deployed_settings()
        return
    from app.infra.embedded import CannotRun, embedded, running_at

    state = (state or default_state()).resolve()
    there = running_at(state)
    if there:
        with _trouble_in_words():
            yield _own_settings(state, *there, role)
        return
    try:
        with embedded(state) as running, _trouble_in_words():
            yield _own_settings(state, running.database_url, running.redis_url, role)
    except CannotRun as error:
        raise click.ClickException(str(error)) from error


@contextmanager
def _trouble_in_words() -> Iterator[None]:
    """Tell in a sentence what an operator can mend: no database, or one of another version."""
    from psycopg.errors import UndefinedColumn, UndefinedTable
    from sqlalchemy.exc import OperationalError, ProgrammingError

    try:
        yield
    except OperationalError as error:
        message = "the database does not answer; `./nhipcau doctor` says why"
        raise click.ClickException(message) from error
    except ProgrammingError as error:
        if not isinstance(error.orig, UndefinedTable | UndefinedColumn):
            raise
        message = (
            "the database is empty or of another version: `./nhipcau migrate`, "
            "or name the demo's data with --data"
        )
        raise click.ClickException(message) from error


def _own_settings(state: Path, database_url: str, redis_url: str, role: str) -> Settings:
    environment = own_environment(state, database_url, redis_url, "http://127.0.0.1:8000")
    return Settings.from_env(environment | {"DATABASE_ROLE": role})


def _kept_secrets(state: Path) -> Mapping[str, str]:
    path = state / SECRETS_FILE
    if not path.exists():
        made = {
            "SECRET_KEY": secrets.token_urlsafe(48),
            "FIELD_KEYS": f"k1:{b64encode(secrets.token_bytes(32)).decode()}",
            "INDEX_KEY": secrets.token_urlsafe(48),
        }
        path.touch(mode=0o600)
        path.write_text("".join(f"{name}={value}\n" for name, value in made.items()))
    lines = path.read_text().splitlines()
    return dict(line.split("=", 1) for line in lines)
