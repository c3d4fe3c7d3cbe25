"""`demo`: an invented ward on this machine, with everything that a deployment has."""

import signal
import socket
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click

from app.cli.assets import build_if_needed
from app.cli.deployment import default_state, is_deployed, own_environment
from app.cli.migrate import bring_up_to_date
from app.cli.scheduler import scheduler_command
from app.cli.serve import web_command
from app.cli.worker import worker_command
from app.config import Settings
from app.infra.roles import WEB, WORKER

if TYPE_CHECKING:
    from app.demo import SignIn
    from app.infra.embedded import Embedded

FIRST_PORT = 8000
PORTS_TRIED = 20
WEB_SECONDS = 90
WATCH_SECONDS = 0.5
ROTATE_EVERY = 120


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the caller asked for; `port` None takes the first free one."""

    state: Path
    host: str
    port: int | None


@click.command("demo")
@click.option("--port", type=click.IntRange(1, 65535), help="Default: 8000, or the next free one.")
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--data", type=click.Path(path_type=Path, file_okay=False), help="Where data stay.")
@click.option("--reset", is_flag=True, help="Remove the data of earlier demos and start over.")
def command(*, port: int | None, host: str, data: Path | None, reset: bool) -> None:
    """Run an invented ward: PostgreSQL, Valkey, data, web, workers and scheduler.

    Ctrl-C stops all of it. The data stay for the next start.
    """
    from app.infra.embedded import CannotRun

    if is_deployed():
        message = "DATABASE_URL or REDIS_URL is set, and the demo runs servers of its own: unset it"
        raise click.ClickException(message)
    stop = _stop_when_asked()
    wanted = Wanted((data or default_state()).resolve(), host, port)
    build_if_needed()
    try:
        _run(wanted, stop, reset=reset)
    except CannotRun as error:
        raise click.ClickException(str(error)) from error
    except KeyboardInterrupt:
        click.echo("stopped", err=True)


def _run(wanted: Wanted, stop: threading.Event, *, reset: bool) -> None:
    from app.infra.embedded import embedded, erase

    if reset:
        erase(wanted.state)
    with embedded(wanted.state) as running:
        try:
            _serve(wanted, running, stop)
        except KeyboardInterrupt:
            click.echo("\nstopping; the data stay", err=True)


def _serve(wanted: Wanted, running: "Embedded", stop: threading.Event) -> None:
    """Everything but the servers; ends by KeyboardInterrupt."""
    # Only now, since a killed demo's web process held its port until it was reaped.
    bind = f"{wanted.host}:{_free_port(wanted.host, wanted.port)}"
    address = f"http://{bind}"
    environment = own_environment(running.state, running.database_url, running.redis_url, address)
    sign_ins = prepare(environment)
    start_processes(running, environment | {"BIND": bind})
    _await_web(address, stop, running)
    _announce(address, running.state, sign_ins)
    _watch(running, stop)


def prepare(environment: Mapping[str, str]) -> "Sequence[SignIn]":
    """Migrate, and fill an empty database."""
    from app.demo import seed

    settings = Settings.from_env({**environment, "DATABASE_ROLE": WORKER})
    bring_up_to_date(settings)
    return seed(settings)


def start_processes(
    running: "Embedded", environment: Mapping[str, str], names: Sequence[str] | None = None
) -> None:
    """What a deployment runs, as children: web at BIND, one worker a lane, a scheduler.

    names: only these of `web`, `scheduler`, `worker-<lane>`; all by default.
    """
    from app.infra.embedded_service import Service
    from app.infra.jobs import Lane

    commands = {"web": web_command(environment.get("BIND", "")), "scheduler": scheduler_command()}
    commands |= {f"worker-{lane}": worker_command(lane.value) for lane in Lane}
    for name in names or commands:
        role = WEB if name == "web" else WORKER
        own = {**environment, "DATABASE_ROLE": role}
        log = running.state / f"{name}.log"
        running.add(Service(name=name, command=commands[name], log=log, environment=own))


def _await_web(address: str, stop: threading.Event, running: "Embedded") -> None:
    end = time.monotonic() + WEB_SECONDS
    while not stop.wait(0.2):
        try:
            with urllib.request.urlopen(f"{address}/healthz", timeout=5):  # noqa: S310 - our own.
                return
        except (urllib.error.URLError, OSError):
            running.revive()
        if time.monotonic() > end:
            message = f"the web process does not answer; see {running.state / 'web.log'}"
            raise click.ClickException(message)


def _announce(address: str, state: Path, sign_ins: "Sequence[SignIn]") -> None:
    click.echo(f"\nNhịp Cầu runs at {address}  (invented people, no real ones)\n")
    width = max((len(s.sign_in_name) for s in sign_ins), default=0)
    for person in sign_ins:
        name = person.sign_in_name.ljust(width)
        click.echo(f"  {name}  {person.password}   {person.role}: {person.name}")
    click.echo(f"\nData and logs: {state}. Ctrl-C stops everything.\n")


def _watch(running: "Embedded", stop: threading.Event) -> None:
    """Restart whatever dies, and keep logs short, until asked to stop."""
    from app.infra.embedded_service import rotate

    rotated = time.monotonic()
    while not stop.wait(WATCH_SECONDS):
        for name in running.revive():
            click.echo(f"{name} had ended and was started again", err=True)
        if time.monotonic() - rotated > ROTATE_EVERY:
            rotated = time.monotonic()
            for service in running.services:
                rotate(service.log)


def _stop_when_asked() -> threading.Event:
    """Set by Ctrl-C or SIGTERM; while things still start, that interrupts them at once."""
    stop = threading.Event()

    def ask(_number: int, _frame: object) -> None:
        if not stop.is_set():
            stop.set()
            raise KeyboardInterrupt

    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, ask)
    return stop


def _free_port(host: str, asked: int | None) -> int:
    tried = [asked] if asked else range(FIRST_PORT, FIRST_PORT + PORTS_TRIED)
    for port in tried:
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((host, port))
            except OSError:
                continue
            return port
    message = f"port {asked or FIRST_PORT} of {host} is in use: name another with --port"
    raise click.ClickException(message)
