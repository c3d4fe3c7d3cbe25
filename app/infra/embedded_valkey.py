"""An own Valkey in a folder, on a unix socket only, for demo and tests."""

from dataclasses import dataclass
from pathlib import Path

import redis

from app.infra.embedded_binaries import find_valkey
from app.infra.embedded_service import Service

START_SECONDS = 15.0


@dataclass(frozen=True, slots=True)
class Valkey:
    """What it takes to start one server; `fast` keeps nothing on disk."""

    state: Path
    sockets: Path
    fast: bool = False

    @property
    def url(self) -> str:
        """The address for redis-py and RQ."""
        return f"unix://{self._socket}?db=0"

    @property
    def _socket(self) -> Path:
        return self.sockets / "valkey.sock"

    def start(self) -> Service:
        """Start it and wait until it answers. Raises CannotRun."""
        folder = self.state / "valkey"
        folder.mkdir(exist_ok=True)
        keep = ["no"] if self.fast else ["yes", "--appendfsync", "everysec"]
        command: list[str | Path] = [find_valkey(), "--port", "0", "--unixsocket", self._socket]
        command += ["--unixsocketperm", "700", "--dir", folder, "--save", ""]
        # Eviction would drop jobs; a full server must say so instead.
        command += ["--maxmemory-policy", "noeviction", "--daemonize", "no", "--appendonly", *keep]
        service = Service(name="valkey", command=command, log=self.state / "valkey.log")
        service.start_and_wait(self._answers, seconds=START_SECONDS)
        return service

    def _answers(self) -> bool:
        try:
            with redis.Redis(unix_socket_path=str(self._socket)) as client:
                return bool(client.ping())
        except redis.RedisError:
            return False
