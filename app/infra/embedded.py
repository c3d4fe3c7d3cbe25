"""PostgreSQL and Valkey of our own, for the demo, the tests and the benchmarks.

A deployment names its servers in DATABASE_URL and REDIS_URL; then nothing here is touched.
"""

import fcntl
import json
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from app.infra.embedded_binaries import CannotRun
from app.infra.embedded_postgres import SUPERUSER, Cluster, address, data_folder
from app.infra.embedded_service import Register, Service
from app.infra.embedded_valkey import Valkey

__all__ = ["AlreadyRunning", "CannotRun", "Embedded", "embedded", "erase", "running_at"]

SOCKET_PREFIX = "nhipcau-"
# A unix socket's path may have about a hundred bytes, and its file's name needs some of them.
LONGEST_FOLDER = 60
SERVERS = 2


class AlreadyRunning(CannotRun):
    """Another process holds this state folder: two Valkeys on one file would corrupt it."""


@dataclass(slots=True)
class Embedded:
    """Running servers. `services` may be appended to; all are stopped, last first.

    database_url: for the login that may become each of our roles, no superuser. admin_url: the
    superuser's, to make databases for tests.
    """

    state: Path
    sockets: Path
    redis_url: str
    services: list[Service] = field(default_factory=list)

    @property
    def database_url(self) -> str:
        """The application's database, as the login that is no superuser."""
        return address(self.sockets)

    @property
    def admin_url(self) -> str:
        """The same database as the superuser."""
        return address(self.sockets, user=SUPERUSER)

    def add(self, service: Service) -> None:
        """Start one more child, to be watched and stopped with the servers."""
        service.start()
        self.services.append(service)
        self.note()

    def note(self) -> None:
        """Write down who runs, for whoever must clean up after a kill -9."""
        Register(self.state / "children.json").write(self.services)

    def revive(self) -> list[str]:
        """Restart the children that have died; the names of those."""
        revived = [service.name for service in self.services if service.revive()]
        if revived:
            self.note()
        return revived


@contextmanager
def embedded(state: Path, *, fast: bool = False) -> Iterator[Embedded]:
    """Run the servers whose data lie in `state` (made if missing) until the block ends.

    Raises AlreadyRunning if they run for somebody else, CannotRun if they cannot start.
    """
    state = state.resolve()
    with ExitStack() as stack:
        _make_folder(state)
        stack.enter_context(_held(state))
        Register(state / "children.json").reap()
        sockets = stack.enter_context(_socket_folder(state))
        valkey = Valkey(state, sockets, fast)
        running = Embedded(state, sockets, valkey.url)
        stack.callback(_stop_all, running)
        running.services.append(Cluster(state, sockets, fast).start())
        running.services.append(valkey.start())
        running.note()
        yield running


def running_at(state: Path) -> tuple[str, str] | None:
    """Database and Redis address of the servers that another process runs in `state`, or None."""
    try:
        with _held(state.resolve()):
            return None
    except AlreadyRunning:
        sockets = _noted_sockets(state.resolve())
    except CannotRun:
        return None
    return (address(sockets), Valkey(state, sockets).url) if sockets else None


def erase(state: Path) -> None:
    """Remove all data of `state`. Raises AlreadyRunning while its servers run."""
    state = state.resolve()
    if not state.exists():
        return
    with _held(state):
        Register(state / "children.json").reap()
        _remove_left_sockets(state)
        shutil.rmtree(data_folder(state), ignore_errors=True)
        for path in state.iterdir():
            if path.is_dir():
                shutil.rmtree(path)
            elif path.name != "lock":
                path.unlink()


def _make_folder(state: Path) -> None:
    try:
        state.mkdir(parents=True, exist_ok=True)
        (state / "lock").touch()
    except OSError as error:
        message = f"{state} cannot be written ({error.strerror}): name another folder with --data"
        raise CannotRun(message) from error


@contextmanager
def _held(state: Path) -> Iterator[None]:
    try:
        lock = (state / "lock").open("w")
    except OSError as error:
        message = f"{state} holds no data yet, or belongs to another user"
        raise CannotRun(message) from error
    with lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            message = f"it already runs with the data in {state}: stop that one, or give --data"
            raise AlreadyRunning(message) from error
        yield


@contextmanager
def _socket_folder(state: Path) -> Iterator[Path]:
    """A short private folder; the one that a killed launcher left is removed."""
    note = state / "sockets.json"
    _remove_left_sockets(state)
    parent = tempfile.gettempdir()
    if len(parent) > LONGEST_FOLDER:
        parent = "/tmp"  # noqa: S108 - mkdtemp makes a private folder in it.
    folder = Path(tempfile.mkdtemp(prefix=SOCKET_PREFIX, dir=parent))
    note.write_text(json.dumps(str(folder)))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        note.unlink(missing_ok=True)


def _remove_left_sockets(state: Path) -> None:
    left = _noted_sockets(state)
    if left and left.name.startswith(SOCKET_PREFIX):
        shutil.rmtree(left, ignore_errors=True)


def _noted_sockets(state: Path) -> Path | None:
    try:
        return Path(json.loads((state / "sockets.json").read_text()))
    except (OSError, ValueError):
        return None


def _stop_all(running: Embedded) -> None:
    """Stop children last-started first; those that use the servers end before them."""
    # The users are asked together, so that their goodbyes overlap.
    for service in running.services[SERVERS:]:
        service.ask_to_stop()
    for service in reversed(running.services):
        service.stop()
    Register(running.state / "children.json").write([])
