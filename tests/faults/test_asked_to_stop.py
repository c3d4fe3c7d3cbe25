"""A site that is asked to end, as for a new version, ends by itself and takes nothing with it."""

import time

import pytest

from tests.faults.asking import Askers
from tests.faults.checks import drained, wrong_counts, wrong_invariants
from tests.faults.giving import Givers
from tests.faults.ground import Ground
from tests.faults.traffic import Traffic
from tests.harness.site import WORKERS, site

PLEDGES, CLIENTS, RUNS = 40, 6, 2
PROCESSES = (*WORKERS, "web")
ENDED_BY_ITSELF = 0


@pytest.fixture
def crowds(people, make_drafts, make_open_need, session):
    """Donors whose pledges are accepted and matched while it stops."""
    for _ in range(PLEDGES):
        make_open_need(units=1)
    session.commit()
    drafts = make_drafts(PLEDGES)
    return lambda ground: [Givers(ground, drafts, CLIENTS), Askers(ground, RUNS)]


def test_whoever_was_answered_before_the_end_was_answered_for_good(
    database, servers, letterbox, people, crowds
):
    mail = f"smtp://127.0.0.1:{letterbox.port}?from=nhipcau@example.com"
    with site(servers, *PROCESSES, SMTP_URL=mail) as running:
        ground = Ground(running.address, servers.admin_url, people, "stop")
        traffic = Traffic(ground, crowds(ground))
        ends, took = [], []

        def stop_and_start():
            running.wait(lambda: len(ground.answers) >= PLEDGES // 4, 60, "the first answers")
            started = time.monotonic()
            ends.extend(running.end())
            took.append(time.monotonic() - started)
            running.start(*PROCESSES)

        traffic.run(stop_and_start, lambda: drained(120))
        counts = drained(120)
        figures, wrong = traffic.found()

    found = figures | counts
    print(f"\n  {len(ends)} processes ended in {took[0]:.1f} s: {found}")  # noqa: T201 - what it is run for.
    assert ends == [ENDED_BY_ITSELF] * len(PROCESSES)
    assert ground.broken == []
    assert [k for k, places in ground.answers.items() if len(places) > 1] == []
    assert wrong == []
    assert wrong_counts(counts, letterbox) == []
    assert wrong_invariants() == []
