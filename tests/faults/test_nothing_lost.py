"""Anything is killed at any moment, and in the end nothing is lost, doubled or told twice.

Short by default. `./nhipcau test --faults` is the long form; FAULTS_SEED repeats one.
"""

import os
import time

from tests.faults.nemesis import AMID_BATCH, AMID_LETTER
from tests.faults.scenario import Size

SEED = os.environ.get("FAULTS_SEED") or str(time.time_ns() % 1_000_000)
FAULTS = int(os.environ.get("FAULTS") or 6)
SIZE = Size(
    faults=FAULTS,
    pledges=min(10 * FAULTS, 600),
    parcels=min(5 * FAULTS, 300),
    lists=2 + FAULTS // 4,
    runs=2 + FAULTS // 4,
    cards=min(10 * FAULTS, 300),
    # After an outage a channel rests for a minute, and what it refused for up to two.
    patience_seconds=180 + FAULTS,
)


def test_whatever_is_killed_nothing_is_lost_doubled_or_told_twice(stage):
    outcome = stage.play(SIZE, SEED)

    print(outcome.table(SEED), outcome.left or "")  # noqa: T201 - what it is run for.
    assert outcome.wrong == []
    assert outcome.broken[AMID_BATCH]
    assert outcome.broken[AMID_LETTER]
