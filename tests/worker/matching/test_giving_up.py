"""A run over provinces at which the machine gave up: its page says so, and a person goes on."""

import pytest

from app.accounts.rules import SYSTEM, Actor, Role
from app.infra.jobs import release
from app.infra.transaction import transaction
from app.kernel.errors import Conflict, NotFound
from app.matching import actions
from app.matching.queries.shards import progress_of_shards
from tests.factories.cast import WARD_A
from tests.worker.matching.working import claim, is_whole, stored, work
from worker import runner

JOBS = ("split", "a part", "another part", "merge")


def gives_up_at(number):
    """Do the jobs before it; the worker of that one fails for the last time."""
    for _ in range(number):
        runner.do(claim())
    lease = claim()
    with transaction() as session:
        release(session, lease, "MemoryError", permanent=True)


@pytest.mark.parametrize("number", range(len(JOBS)), ids=JOBS)
def test_whichever_job_gave_up_the_run_goes_on_from_there(province_run, number):
    gives_up_at(number)
    work()

    with transaction() as session:
        actions.go_on_with_run(session, SYSTEM, province_run)
    work()

    assert is_whole(stored())


@pytest.mark.parametrize("number", [1, 2, 3], ids=JOBS[1:])
def test_the_bar_of_a_run_says_that_a_part_or_the_merging_gave_up(province_run, number):
    gives_up_at(number)
    work()

    with transaction() as session:
        assert progress_of_shards(session, province_run).state == "dead"


def test_a_run_that_goes_on_is_not_begun_anew(province_run):
    with pytest.raises(Conflict) as refused, transaction() as session:
        actions.go_on_with_run(session, SYSTEM, province_run)

    assert refused.value.code == "run-goes-on"


def test_one_wards_officer_begins_no_run_of_a_province(province_run):
    minh = Actor("minh", Role.WARD_OFFICER, ward_codes=frozenset({WARD_A}))

    with pytest.raises(NotFound), transaction() as session:
        actions.go_on_with_run(session, minh, province_run)
