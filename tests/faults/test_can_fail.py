"""A suite that cannot fail proves nothing: with a bug planted in the site it must be red.

One bug by default; `./nhipcau test --mutants` plants each in turn, MUTANTS those it names.
"""

import os
import re

import pytest

from tests.faults.mutants import MUTANTS
from tests.faults.scenario import Size

SEED = os.environ.get("FAULTS_SEED") or "a bug"
CHOSEN = os.environ.get("MUTANTS", "request-key-ignored").split()
ALL = "all"


@pytest.mark.parametrize("name", [*MUTANTS] if ALL in CHOSEN else CHOSEN)
def test_a_bug_that_is_planted_is_found(stage, name):
    bug = MUTANTS[name]
    size = Size(
        faults=bug.faults,
        pledges=20,
        parcels=12,
        lists=1,
        runs=1,
        cards=20,
        patience_seconds=bug.patience_seconds,
        only=bug.only,
        hurries=True,
    )

    outcome = stage.play(size, SEED, name)

    found = sorted(outcome.wrong, key=lambda said: not re.search(bug.found_as, said))
    told = f"{name:<32}{len(found):>4} wrong: {'; '.join(found)[:300]}"
    print(f"\n  {told}")  # noqa: T201 - the table.
    assert found
    assert re.search(bug.found_as, found[0]), found
