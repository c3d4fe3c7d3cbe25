"""A real site: the processes of a deployment on the tests' servers, to be used and to be killed."""

import contextlib
import os
import signal
import socket
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager

import httpx
import psutil

from app.cli.assets import build_if_needed
from app.cli.deployment import ROOT
from app.cli.scheduler import scheduler_command
from app.cli.serve import web_command
from app.cli.worker import worker_command
from app.infra.embedded import Embedded
from app.infra.embedded_service import Service, tail
from app.infra.jobs import Lane
from app.infra.roles import WEB, WORKER
from tests.harness.database import environment_for

WEB_SECONDS, STOPPED_SECONDS = 60, 60
WORKERS = (*(f"worker-{lane.value}" for lane in Lane), "scheduler")


class SiteBroken(AssertionError):
    """A process of the site did not do what a test waits for."""


class Site:
    """`web`, `scheduler` and one `worker-<lane>` a lane, each a process of its own."""

    def __init__(self, running: Embedded, **environment: str) -> None:
        """Nothing runs yet. `environment` adds to and replaces what each process is told."""
        self._running, self._environment = running, environment
        self._port = _free_port()
        self.services: dict[str, Service] = {}

    @property
    def address(self) -> str:
        """Where the web process answers."""
        return f"http://localhost:{self._port}"

    def start(self, *names: str) -> None:
        """Start these processes, and wait until a web process among them answers."""
        if "web" in names:
            build_if_needed()
        for name in names:
            service = self.services.get(name) or self._service(name)
            self.services[name] = service
            service.start()
        if "web" in names:
            self.wait(self.answers, WEB_SECONDS, "the web process to answer")

    def kill(self, name: str) -> None:
        """End a process and all below it at once, as a failing machine would (SIGKILL)."""
        process = self.services[name].process
        if process is None:
            return
        with contextlib.suppress(psutil.Error):
            parent = psutil.Process(process.pid)
            for one in (parent, *parent.children(recursive=True)):
                with contextlib.suppress(psutil.Error):
                    one.send_signal(signal.SIGKILL)
        process.wait()

    def end(self) -> list[int]:
        """Ask all to end, all at once, and wait; how each ended, 0 if by itself."""
        asked = [service.process for service in self.services.values() if service.process]
        for service in self.services.values():
            service.ask_to_stop()
        return [process.wait(STOPPED_SECONDS) for process in asked]

    def stop(self) -> None:
        """Ask all to end, last first, and wait for them."""
        for service in reversed(self.services.values()):
            service.ask_to_stop()
        for service in reversed(self.services.values()):
            service.stop()

    def wait(self, done: Callable[[], object], seconds: float, what: str) -> None:
        """Ask `done` until it says yes. Raises SiteBroken with what the processes said."""
        until = time.monotonic() + seconds
        while not done():
            if time.monotonic() > until:
                raise SiteBroken(f"{seconds} s were not enough for {what}\n{self.said()}")
            time.sleep(0.1)

    def said(self) -> str:
        """The end of every process's log."""
        return "\n".join(f"{name}: {tail(s.log, 20)}" for name, s in self.services.items())

    def _service(self, name: str) -> Service:
        commands = {
            "web": web_command(f"127.0.0.1:{self._port}", workers=1),
            "scheduler": scheduler_command(),
            "scheduler-2": scheduler_command(),
        }
        command = commands.get(name) or worker_command(name.removeprefix("worker-"))
        log = self._running.state / f"site-{name}.log"
        log.unlink(missing_ok=True)
        return Service(name=name, command=command, log=log, environment=self._told(name))

    def _told(self, name: str) -> Mapping[str, str]:
        role = WEB if name == "web" else WORKER
        own = environment_for(self._running, role=role)
        path = {"PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1"}
        return os.environ | own | path | {"BASE_URL": self.address} | self._environment

    def answers(self) -> bool:
        """Whether the web process answers now."""
        try:
            return httpx.get(f"{self.address}/healthz", timeout=2).is_success
        except httpx.HTTPError:
            return False


@contextmanager
def site(running: Embedded, *names: str, **environment: str) -> Iterator[Site]:
    """A site whose processes of these names run until the block ends; all, if none is named."""
    made = Site(running, **environment)
    try:
        made.start(*(names or (*WORKERS, "web")))
        yield made
    finally:
        made.stop()


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as free:
        return int(free.getsockname()[1])
