"""Anything is killed at any moment, and in the end nothing is lost, doubled or told twice.

Short by default. `./nhipcau test --faults` is the long form; FAULTS_SEED repeats one.
"""

import os
import time
from functools import partial

import pytest

from tests.faults.asking import Askers
from tests.faults.checks import drained, left_over, table, wrong_counts, wrong_invariants
from tests.faults.giving import Givers
from tests.faults.ground import Ground
from tests.faults.handing import Handers
from tests.faults.importing import Clerks
from tests.faults.nemesis import Keeper, Nemesis
from tests.faults.traffic import Traffic
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
def needs(database, session, make_open_need):
    """Enough needs for everything that is pledged."""
    for _ in range(FAULTS * PLEDGES_PER_FAULT):
        make_open_need(units=1)
    session.commit()


@pytest.fixture
def crowds(people, make_drafts, needs, handover_day):
    """All who use the site meanwhile: makes them on a ground."""
    drafts = make_drafts(FAULTS * PLEDGES_PER_FAULT)
    parcels = min(FAULTS * PARCELS_PER_FAULT, MOST_PARCELS)

    def make(ground):
        handers = Handers(ground, handover_day, parcels)
        return [
            Givers(ground, drafts, CLIENTS),
            Clerks(ground, LISTS),
            Askers(ground, RUNS),
            handers,
        ]

    return make


def test_whatever_is_killed_nothing_is_lost_doubled_or_told_twice(
    servers, letterbox, people, crowds
):
    mail = f"smtp://127.0.0.1:{letterbox.port}?from=nhipcau@example.com"
    with site(servers, *PROCESSES, SMTP_URL=mail) as running:
        ground = Ground(running.address, servers.admin_url, people, SEED)
        traffic = Traffic(ground, crowds(ground))
        nemesis = Nemesis(running, servers, SEED)
        with Keeper(running, servers):
            settle = partial(drained, DRAINED_SECONDS)
            traffic.run(partial(nemesis.strike, FAULTS, between=(0.3, 1.5)), settle)
            started = time.monotonic()
            counts = settle()
            seconds = time.monotonic() - started
            figures, wrong = traffic.found()

    print(table(SEED, nemesis.done, figures | counts, seconds))  # noqa: T201 - what it is run for.
    if counts["work left"] or counts["proposals left"]:
        print(left_over(), running.said())  # noqa: T201
    odd = {k: places for k, places in ground.answers.items() if any(p[0] != "/" for p in places)}
    assert ground.broken == []
    assert odd == {}
    # Every form has one answer, however often and by whichever process it was answered.
    assert [k for k, places in ground.answers.items() if len(places) > 1] == []
    assert wrong == []
    assert wrong_counts(counts, letterbox) == []
    assert wrong_invariants() == []
