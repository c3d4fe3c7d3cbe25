"""What breaks: processes killed at random moments that a seed repeats.

A keeper restarts what has died, as a service manager would; it breaks nothing itself.
"""

import contextlib
import random
import shutil
import signal
import threading
import time
from collections import Counter

import psutil
import psycopg
import redis

FREEZE_SECONDS = 6.0
KEEP_SECONDS = 0.2
SCHEDULERS = ("scheduler", "scheduler-2")
LANES = ("match", "notify", "import", "housekeeping")


def _kill(process):
    with contextlib.suppress(psutil.Error):
        process.send_signal(signal.SIGKILL)


class Keeper:
    """Restarts the dead of a site and of its servers until it is stopped."""

    def __init__(self, site, servers):
        self._site, self._servers = site, servers
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._keep, daemon=True)

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *_):
        self._stop.set()
        self._thread.join()

    def _keep(self):
        while not self._stop.wait(KEEP_SECONDS):
            for service in (*self._servers.services, *self._site.services.values()):
                with contextlib.suppress(OSError):
                    service.revive()


class Nemesis:
    """Breaks one thing at a time; `done` counts what it has broken."""

    def __init__(self, site, servers, seed):
        self._site, self._servers = site, servers
        self._random = random.Random(seed)
        self.done = Counter()
        self.faults = {
            "web, with all its children": self._kill_web,
            "a child of the web": self._kill_web_child,
            "a worker, with what it runs": self._kill_worker,
            "what a worker runs, alone": self._kill_horse,
            "one of two schedulers": self._kill_scheduler,
            "the queue's server": self._kill_queue,
            "the queue's server, with its files": self._wipe_queue,
            "all that the queue holds": self._empty_queue,
            "the database": self._kill_database,
            "one connection of the database": self._cut_connection,
            "a worker, frozen for six seconds": self._freeze_worker,
        }

    def strike(self, times, *, between):
        """Break things, each some `between` (least, most) seconds after the one before."""
        order = [*self.faults] * (times // len(self.faults) + 1)
        self._random.shuffle(order)
        for name in order[:times]:
            time.sleep(self._random.uniform(*between))
            with contextlib.suppress(psutil.Error, OSError, psycopg.Error, redis.RedisError):
                self.faults[name]()
                self.done[name] += 1

    def _service(self, name):
        process = self._site.services[name].process
        return psutil.Process(process.pid)

    def _kill_tree(self, process):
        for one in (process, *process.children(recursive=True)):
            _kill(one)

    def _kill_web(self):
        self._kill_tree(self._service("web"))

    def _kill_web_child(self):
        _kill(self._random.choice(self._service("web").children()))

    def _kill_worker(self):
        self._kill_tree(self._service(f"worker-{self._random.choice(LANES)}"))

    def _kill_horse(self):
        """Only while one runs: an idle worker has none."""
        for lane in self._random.sample(LANES, len(LANES)):
            if children := self._service(f"worker-{lane}").children():
                _kill(children[0])
                return
        raise OSError("no worker was at work")

    def _kill_scheduler(self):
        self._kill_tree(self._service(self._random.choice(SCHEDULERS)))

    def _server(self, name):
        found = next(s for s in self._servers.services if s.name == name)
        return psutil.Process(found.process.pid)

    def _kill_queue(self):
        _kill(self._server("valkey"))

    def _wipe_queue(self):
        _kill(self._server("valkey"))
        shutil.rmtree(self._servers.state / "valkey" / "appendonlydir", ignore_errors=True)

    def _empty_queue(self):
        with redis.Redis.from_url(self._servers.redis_url) as client:
            client.flushall()

    def _kill_database(self):
        """The postmaster and every backend, with no chance to write anything down."""
        self._kill_tree(self._server("postgres"))

    def _cut_connection(self):
        url = self._servers.admin_url.replace("+psycopg", "")
        with psycopg.connect(url, autocommit=True) as admin:
            admin.execute(
                "select pg_terminate_backend(pid) from pg_stat_activity"
                " where usename = 'nhipcau' order by random() limit 1"
            )

    def _freeze_worker(self):
        tree = self._service(f"worker-{self._random.choice(LANES)}")
        frozen = [tree, *tree.children(recursive=True)]
        for process in frozen:
            process.suspend()
        time.sleep(FREEZE_SECONDS)
        for process in frozen:
            with contextlib.suppress(psutil.Error):
                process.resume()
