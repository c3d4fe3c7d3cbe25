"""A suite that cannot fail proves nothing: with a bug planted in the site it must be red.

One bug by default; `./nhipcau test --mutants` plants each in turn, MUTANTS those it names.
"""

import os

import pytest

from tests.faults.mutants import MUTANTS, SOON, STRIKES
from tests.faults.scenario import Size

SEED = os.environ.get("FAULTS_SEED") or "a bug"
CHOSEN = os.environ.get("MUTANTS", "request-key-ignored").split()
ALL = "all"


@pytest.mark.parametrize("bug", [*MUTANTS] if ALL in CHOSEN else CHOSEN)
def test_a_bug_that_is_planted_is_found(stage, bug):
    only = STRIKES.get(bug, ())
    patience = 20 if bug in SOON else 45
    size = Size(5, 20, 12, 1, 1, patience_seconds=patience, only=only, hurries=True)

    outcome = stage.play(size, SEED, bug)

    found = "; ".join(outcome.wrong)
    print(f"\n  {bug:<24}{len(outcome.wrong):>4} wrong: {found[:300]}")  # noqa: T201 - the table.
    assert outcome.wrong
