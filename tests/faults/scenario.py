"""One scenario: a site and everybody in it, what breaks, and what is wrong when it is over."""

import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from app.cli.deployment import ROOT
from app.infra.embedded import Embedded
from tests.faults.asking import Askers
from tests.faults.checks import drained, left_over, wrong_counts, wrong_invariants, wrong_messages
from tests.faults.giving import Givers
from tests.faults.ground import Ground
from tests.faults.handing import Handers
from tests.faults.importing import Clerks
from tests.faults.nemesis import Keeper, Nemesis, Target
from tests.faults.phones import Phones
from tests.faults.planting import CLOCK_FILE, planted
from tests.faults.reminding import Reminders
from tests.faults.traffic import Traffic
from tests.harness.refusing import Writes
from tests.harness.site import WORKERS, Site, site

CLIENTS = 6
SHORT_SECONDS = 5
BETWEEN_SECONDS = (0.3, 1.5)
# A scheduler too many, as after a deployment that left the old one running.
PROCESSES = (*WORKERS, "scheduler-2", "web")


@dataclass(frozen=True, slots=True)
class Size:
    """How much is done and broken. patience_seconds: how long all may stand still.

    only: the faults that strike, by their names; any of them if it is empty. hurries: it is over
    when one thing is wrong.
    """

    faults: int
    pledges: int
    parcels: int
    lists: int
    runs: int
    cards: int
    patience_seconds: float
    only: tuple[str, ...] = ()
    hurries: bool = False


@dataclass(frozen=True, slots=True)
class Outcome:
    """What was broken how often, what was counted how long afterwards, and all that is wrong."""

    broken: Counter[str]
    figures: dict[str, int]
    seconds: float
    wrong: list[str]
    left: object = field(default=None)

    def table(self, seed):
        """All of it for people to read."""
        rows = [f"\n  seed {seed}: {self.broken.total()} faults", *_lined(self.broken)]
        rows += [f"\n  found {self.seconds:.0f} s after all was answered", *_lined(self.figures)]
        rows += [f"\n  {len(self.wrong)} wrong", *(f"    {said[:300]}" for said in self.wrong)]
        return "\n".join(rows)


def _lined(counts):
    return [f"    {name:<44}{count:>8}" for name, count in counts.items()]


@dataclass(frozen=True, slots=True)
class Stage:
    """What a scenario plays on: servers, people with their tokens, makers of what they need."""

    servers: Embedded
    letterbox: object
    telephones: Phones
    people: dict[str, object]
    make_drafts: Callable[[int], list[str]]
    make_needs: Callable[[int], None]
    handover_day: str
    clock: Path

    def play(self, size, seed, *plants):
        """Let all of it happen on a site in whose processes these are planted."""
        self.make_needs(size.pledges)
        drafts = self.make_drafts(size.pledges)
        with site(self.servers, *PROCESSES, **self.environment(*plants)) as running:
            ground = Ground(
                running.address, self.servers.admin_url, self.people, seed, size.patience_seconds
            )
            ground.hurries = size.hurries
            crowds = [
                Givers(ground, drafts, CLIENTS),
                Clerks(ground, size.lists),
                Askers(ground, size.runs),
                Handers(ground, self.handover_day, size.parcels),
                Reminders(ground, size.cards),
            ]
            with Keeper(running, self.servers):
                return self._outcome(ground, Traffic(ground, crowds), running, size)

    def environment(self, *plants, **more):
        """What every process of a site on this stage is told; `more` adds to it."""
        mail = f"smtp://127.0.0.1:{self.letterbox.port}?from=nhipcau@example.com"
        told = {"SMTP_URL": mail, "SMS_URL": self.telephones.url, CLOCK_FILE: str(self.clock)}
        return planted(ROOT, "workers-clock", "any-hour", *plants, **told, **more)

    def _outcome(self, ground, traffic, running: Site, size):
        nemesis = Nemesis(self._target(running), ground.seed, size.only)

        def settle():
            return drained(SHORT_SECONDS if ground.is_lost() else size.patience_seconds)

        traffic.run(partial(nemesis.strike, size.faults, between=BETWEEN_SECONDS), settle)
        started = time.monotonic()
        counts = settle()
        seconds = time.monotonic() - started
        figures, wrong = traffic.found()
        wrong += ground.broken + ground.wrong_answers() + wrong_counts(counts, self.letterbox)
        wrong += wrong_messages(counts, self.telephones) + wrong_invariants()
        broken = Counter(dict(sorted(nemesis.done.items())))
        return Outcome(broken, figures | counts, seconds, wrong, wrong and left_over())

    def _target(self, running):
        writes = Writes(self.servers)
        writes.watch()
        return Target(running, self.servers, writes, self.telephones, self.letterbox, self.clock)
