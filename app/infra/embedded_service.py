"""One child process that must run: started, watched, restarted, stopped, and reaped if orphaned."""

import contextlib
import json
import os
import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import psutil

from app.infra.embedded_binaries import CannotRun, RunAs

STOP_SECONDS = 20.0
LOG_BYTES = 5_000_000
# One that dies at once is not restarted in a tight loop.
FIRST_PAUSE, LONGEST_PAUSE, STEADY_SECONDS = 0.3, 10.0, 5.0


@dataclass(slots=True)
class Service:
    """A child process. `stop_signal` asks it to end; it is killed if it has not in 20 seconds.

    process: the running child, or None before start() and after stop().
    """

    name: str
    command: Sequence[str | Path]
    log: Path
    environment: Mapping[str, str] = field(default_factory=lambda: dict(os.environ))
    run_as: RunAs = field(default_factory=RunAs)
    stop_signal: signal.Signals = signal.SIGTERM
    process: subprocess.Popen[bytes] | None = None
    pause: float = FIRST_PAUSE
    started_at: float = 0.0
    due_at: float = 0.0

    def start(self) -> None:
        """Start it in a session of its own: Ctrl-C reaches us alone, and we stop in order."""
        rotate(self.log)
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [str(word) for word in self.command],
                stdout=log,
                stderr=subprocess.STDOUT,
                stdin=subprocess.DEVNULL,
                env=dict(self.environment),
                cwd="/",
                start_new_session=True,
                user=self.run_as.uid,
                group=self.run_as.gid,
                extra_groups=self.run_as.groups,
            )
        self.started_at = time.monotonic()

    @property
    def is_running(self) -> bool:
        """Whether the child is alive now."""
        return self.process is not None and self.process.poll() is None

    def revive(self) -> bool:
        """Start it again if it has died and its pause is over; whether it was started."""
        if self.process is None or self.is_running:
            return False
        now = time.monotonic()
        if not self.due_at:
            steady = now - self.started_at > STEADY_SECONDS
            self.pause = FIRST_PAUSE if steady else min(self.pause * 2, LONGEST_PAUSE)
            self.due_at = now + self.pause
        if now < self.due_at:
            return False
        self.due_at = 0.0
        self.start()
        return True

    def ask_to_stop(self) -> None:
        """Send the stop signal without waiting."""
        if self.process is not None and self.is_running:
            self.process.send_signal(self.stop_signal)

    def stop(self) -> None:
        """Ask, wait, and kill what is left of its session."""
        if self.process is None:
            return
        self.ask_to_stop()
        family = _family(self.process.pid)
        try:
            self.process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            _kill(family)
            self.process.wait()
        self.process = None

    def start_and_wait(self, ready: Callable[[], bool], *, seconds: float) -> None:
        """Start it and wait until `ready` says yes. Raises CannotRun with the end of its log."""
        try:
            self.start()
            if wait_until(ready, seconds=seconds, service=self):
                return
        except BaseException:
            # Interrupted while starting, nobody else knows of the child yet.
            self.stop()
            raise
        self.stop()
        message = f"{self.name} did not start; its log {self.log} ends with:\n{tail(self.log)}"
        raise CannotRun(message)


def wait_until(ready: Callable[[], bool], *, seconds: float, service: Service) -> bool:
    """Ask `ready` until it says yes; False when time is up. A child that dies is started anew."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if ready():
            return True
        # After a kill -9 the old server's children hold its shared memory for a moment longer.
        service.revive()
        time.sleep(0.02)
    return False


def tail(log: Path, lines: int = 5) -> str:
    """The last lines of a log, for the message that says why a server did not start."""
    with contextlib.suppress(OSError):
        return "\n".join(log.read_text(errors="replace").splitlines()[-lines:])
    return ""


def rotate(log: Path, limit: int = LOG_BYTES) -> None:
    """Keep one older part of a log that has grown past `limit` bytes.

    It is copied and cut, not renamed: the writers append, and go on with the same file.
    """
    with contextlib.suppress(OSError):
        if log.stat().st_size > limit:
            shutil.copyfile(log, log.with_name(f"{log.name}.1"))
            os.truncate(log, 0)


class Register:
    """The children that run, on disk: what a launcher killed with -9 leaves, the next one reaps.

    A child is known by its number and its birth time, since numbers are used again.
    """

    def __init__(self, path: Path) -> None:
        self._path = path

    def write(self, services: Sequence[Service]) -> None:
        """Note the children that run now."""
        born = {s.name: _birth(s.process.pid) for s in services if s.process and s.is_running}
        aside = self._path.with_suffix(".new")
        aside.write_text(json.dumps(born))
        aside.replace(self._path)

    def reap(self) -> list[str]:
        """End what an earlier launcher left running; the names of what was found."""
        try:
            noted: dict[str, tuple[int, float] | None] = json.loads(self._path.read_text())
        except (OSError, ValueError):
            return []
        # Those that use the database end before the database, which was started first.
        found = [name for name, birth in reversed(noted.items()) if birth and _end(*birth)]
        self._path.unlink(missing_ok=True)
        return found


def _birth(pid: int) -> tuple[int, float] | None:
    try:
        return pid, psutil.Process(pid).create_time()
    except psutil.Error:
        return None


def _end(pid: int, born_at: float) -> bool:
    """Stop one orphan and its children: SIGINT, which PostgreSQL takes as a fast stop."""
    try:
        orphan = psutil.Process(pid)
        if abs(orphan.create_time() - born_at) > 1:
            return False
        family = _family(pid)
        orphan.send_signal(signal.SIGINT)
    except psutil.Error:
        return False
    if not _all_gone(family, seconds=10):
        _kill(family)
        _all_gone(family, seconds=5)
    return True


def _family(pid: int) -> list[psutil.Process]:
    """A process and all below it, as long as it is there to be asked."""
    try:
        parent = psutil.Process(pid)
        return [parent, *parent.children(recursive=True)]
    except psutil.Error:
        return []


def _kill(family: Sequence[psutil.Process]) -> None:
    for process in family:
        with contextlib.suppress(psutil.Error):
            process.kill()


def _all_gone(family: Sequence[psutil.Process], seconds: float) -> bool:
    """Wait until nobody runs. A zombie has ended: in a container nobody may collect it."""
    end = time.monotonic() + seconds
    while any(map(_runs, family)):
        if time.monotonic() > end:
            return False
        time.sleep(0.02)
    return True


def _runs(process: psutil.Process) -> bool:
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.Error:
        return False
