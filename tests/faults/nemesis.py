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
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import psutil
import psycopg
import redis

from app.infra.embedded import Embedded
from tests.faults.phones import Phones
from tests.harness.refusing import FULL_DISK, READ_ONLY, Writes
from tests.harness.site import Site

FREEZE_SECONDS = 6.0
# Of a full disk, a database that only reads, a clock that is wrong.
SPELL_SECONDS = 3.0
OUTAGE_SECONDS = 10.0
HOUR = 3600
KEEP_SECONDS = 0.2
# Every other fault meets a site that works again; the others follow upon one another.
LET_RECOVER, RECOVERS_SECONDS = 0.5, 30.0
SCHEDULERS = ("scheduler", "scheduler-2")
LANES = ("match", "notify", "import", "housekeeping")
AMID_BATCH = "a worker, amid a batch of messages"
AMID_LETTER = "a worker, amid a letter"


class NotThere(Exception):
    """There is nothing to break at this moment."""


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


@dataclass(frozen=True, slots=True)
class Target:
    """What there is to break. clock: the file that the workers' clocks are wrong by."""

    site: Site
    servers: Embedded
    writes: Writes
    phones: Phones
    letterbox: object
    clock: Path


class Nemesis:
    """Breaks one thing at a time; `done` counts what it has broken.

    The first batch of messages and the third letter lose their worker while they leave. All
    providers go away only where there are many faults: what they refuse waits for a minute.
    `only`: names of the faults that strike.
    """

    def __init__(self, target, seed, only=()):
        self._target, self._site, self._servers = target, target.site, target.servers
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
            "the disk, full for three seconds": partial(self._refuse_writes, FULL_DISK),
            "a database that only reads, three seconds": partial(self._refuse_writes, READ_ONLY),
            "the workers' clock, an hour ahead": partial(self._turn_clock, HOUR),
            "the workers' clock, an hour behind": partial(self._turn_clock, -HOUR),
        }
        self._slow = {
            "all providers, for ten seconds": self._take_providers,
            f"{AMID_BATCH}, again": self._arm_batch,
            f"{AMID_LETTER}, again": self._arm_letter,
        }
        if only:
            known = self.faults | self._slow
            self.faults = {name: known[name] for name in only}
        self._is_choosy = bool(only)
        self._arm_batch()
        self._arm_letter()

    def strike(self, times, *, between):
        """Break things, each some `between` (least, most) seconds after the one before."""
        if times > len(self.faults) and not self._is_choosy:
            self.faults |= self._slow
        order = [*self.faults] * (times // len(self.faults) + 1)
        self._random.shuffle(order)
        for name in order[:times]:
            time.sleep(self._random.uniform(*between))
            if self._random.random() < LET_RECOVER:
                self._wait_until_it_answers()
            with contextlib.suppress(NotThere, psutil.Error, psycopg.Error, redis.RedisError):
                self.faults[name]()
                self.done[name] += 1

    def _wait_until_it_answers(self):
        until = time.monotonic() + RECOVERS_SECONDS
        while time.monotonic() < until and not self._site.answers():
            time.sleep(KEEP_SECONDS)

    def _service(self, name):
        process = self._site.services[name].process
        return psutil.Process(process.pid)

    def _kill_tree(self, process):
        for one in (process, *process.children(recursive=True)):
            _kill(one)

    def _kill_web(self):
        self._kill_tree(self._service("web"))

    def _kill_web_child(self):
        children = self._service("web").children()
        if not children:
            raise NotThere("the web has just begun")
        _kill(self._random.choice(children))

    def _kill_worker(self):
        self._kill_tree(self._service(f"worker-{self._random.choice(LANES)}"))

    def _kill_horse(self):
        """Only while one runs: an idle worker has none."""
        for lane in self._random.sample(LANES, len(LANES)):
            if children := self._service(f"worker-{lane}").children():
                _kill(children[0])
                return
        raise NotThere("no worker was at work")

    def _kill_scheduler(self):
        self._kill_tree(self._service(self._random.choice(SCHEDULERS)))

    def _refuse_writes(self, reason):
        self._target.writes.refuse(reason)
        time.sleep(SPELL_SECONDS)
        while True:
            with contextlib.suppress(psycopg.Error):
                return self._target.writes.allow()
            time.sleep(KEEP_SECONDS)

    def _turn_clock(self, seconds):
        self._target.clock.write_text(str(seconds))
        time.sleep(SPELL_SECONDS)
        self._target.clock.write_text("0")

    def _take_providers(self):
        away = (self._target.phones, self._target.letterbox)
        for provider in away:
            provider.is_away = True
        time.sleep(OUTAGE_SECONDS)
        for provider in away:
            provider.is_away = False

    def _arm_batch(self):
        self._target.phones.amid.arm(partial(self._kill_senders, AMID_BATCH, self._arm_batch))

    def _arm_letter(self):
        self._target.letterbox.amid.arm(partial(self._kill_senders, AMID_LETTER, self._arm_letter))

    def _kill_senders(self, name, try_again):
        before = self.done[name]
        with contextlib.suppress(psutil.Error):
            for process in self._service("worker-notify").children():
                process.kill()
                self.done[name] += 1
        if self.done[name] == before:
            try_again()

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
