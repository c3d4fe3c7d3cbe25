"""Anything is killed at any moment, and in the end nothing is lost, doubled or told twice.

Short by default. `./nhipcau test --faults` is the long form; FAULTS_SEED repeats one.
"""

import os
import time
from functools import partial
from pathlib import Path

import pytest

from app.cli.deployment import ROOT
from tests.faults.asking import Askers
from tests.faults.checks import (
    drained,
    left_over,
    table,
    wrong_counts,
    wrong_invariants,
    wrong_messages,
)
from tests.faults.giving import Givers
from tests.faults.ground import Ground
from tests.faults.handing import Handers
from tests.faults.importing import Clerks
from tests.faults.nemesis import AMID_BATCH, Keeper, Nemesis, Target
from tests.faults.planting import CLOCK_FILE, planted
from tests.faults.traffic import Traffic
from tests.harness.refusing import Writes
from tests.harness.site import WORKERS, site

SEED = os.environ.get("FAULTS_SEED") or str(time.time_ns() % 1_000_000)
FAULTS = int(os.environ.get("FAULTS") or 6)
PLEDGES_PER_FAULT, CLIENTS = 10, 6
PARCELS_PER_FAULT, MOST_PARCELS = 5, 500
LISTS = RUNS = 2 + FAULTS // 4
# A scheduler too many, as after a deployment that left the old one running.
PROCESSES = (*WORKERS, "scheduler-2", "web")
# A lease, the pause after it, and the work itself.
DRAINED_SECONDS = int(os.environ.get("DRAINED") or 120)


@pytest.fixture
def needs(database, session, make_open_need, make_reachable_home):
    """Enough needs for everything that is pledged, of households with a phone."""
    for _ in range(FAULTS * PLEDGES_PER_FAULT):
        make_open_need(units=1, household=make_reachable_home())
    session.commit()


@pytest.fixture
def ground(running, servers, people):
    """What all who use the site meanwhile share."""
    return Ground(running.address, servers.admin_url, people, SEED)


@pytest.fixture
def crowds(ground, make_drafts, needs, handover_day):
    """All who use the site meanwhile."""
    drafts = make_drafts(FAULTS * PLEDGES_PER_FAULT)
    parcels = min(FAULTS * PARCELS_PER_FAULT, MOST_PARCELS)
    givers, handers = Givers(ground, drafts, CLIENTS), Handers(ground, handover_day, parcels)
    return [givers, Clerks(ground, LISTS), Askers(ground, RUNS), handers]


@pytest.fixture
def environment(letterbox, telephones, tmp_path):
    """What the site is told besides: where messages go, and what is planted in it."""
    clock, mail = tmp_path / "clock", f"smtp://127.0.0.1:{letterbox.port}?from=nhipcau@example.com"
    told = {"SMTP_URL": mail, "SMS_URL": telephones.url, CLOCK_FILE: str(clock)}
    return planted(ROOT, "workers-clock", "any-hour", **told)


@pytest.fixture
def running(servers, database, environment):
    """The site, under a keeper who restarts what dies."""
    with site(servers, *PROCESSES, **environment) as running, Keeper(running, servers):
        yield running


@pytest.fixture
def nemesis(running, servers, letterbox, telephones, environment):
    """What breaks all of it."""
    writes = Writes(servers)
    writes.watch()
    clock = Path(environment[CLOCK_FILE])
    return Nemesis(Target(running, servers, writes, telephones, letterbox, clock), SEED)


def test_whatever_is_killed_nothing_is_lost_doubled_or_told_twice(
    ground, crowds, nemesis, letterbox, telephones
):
    traffic, settle = Traffic(ground, crowds), partial(drained, DRAINED_SECONDS)

    traffic.run(partial(nemesis.strike, FAULTS, between=(0.3, 1.5)), settle)

    started = time.monotonic()
    counts = settle()
    seconds = time.monotonic() - started
    figures, wrong = traffic.found()
    print(table(SEED, nemesis.done, figures | counts, seconds))  # noqa: T201 - what it is run for.
    if counts["work left"] or counts["proposals left"]:
        print(left_over())  # noqa: T201
    wrong += ground.wrong_answers() + wrong_counts(counts, letterbox)
    wrong += wrong_messages(counts, telephones)
    assert ground.broken == []
    assert wrong == []
    assert wrong_invariants() == []
    assert nemesis.done[AMID_BATCH]
