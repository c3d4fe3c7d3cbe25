"""Anything is killed at any moment, and in the end nothing is lost, doubled or told twice.

Short by default. `./nhipcau test --faults` is the long form; FAULTS_SEED repeats one.
"""

import os
import time
from functools import partial

import pytest
from sqlalchemy import text

from app.audit.queries import verify_chain
from app.infra import invariants
from app.infra.database import DatabaseFault
from app.infra.transaction import scoped, transaction
from tests.faults.nemesis import Keeper, Nemesis
from tests.faults.traffic import Traffic
from tests.harness.site import WORKERS, site

SEED = os.environ.get("FAULTS_SEED") or str(time.time_ns() % 1_000_000)
FAULTS = int(os.environ.get("FAULTS") or 6)
PLEDGES_PER_FAULT = 10
CLIENTS = 6
# A scheduler too many, as after a deployment that left the old one running.
PROCESSES = (*WORKERS, "scheduler-2", "web")
# A lease, the pause after it, and the work itself.
DRAINED_SECONDS = int(os.environ.get("DRAINED") or 120)

COUNTS = {
    "pledges": "select count(*) from pledge",
    "drafts that became none": "select count(*) from pledge_draft where pledge_id is null",
    "work left": "select count(*) from job where state in ('pending', 'running')",
    "work given up": "select count(*) from job where state = 'dead'",
    "proposals left": "select count(*) from proposal where state = 'proposed'",
    "allocated": "select coalesce(sum(units), 0) from allocation",
    "letters": "select count(*) from notice where channel = 'email'",
    "letters that left": "select count(*) from notice where state = 'sent' and channel = 'email'",
    "letters uncertain": "select count(*) from notice where state = 'uncertain'",
    "lines told twice": (
        "select count(*) from (select 1 from notice group by template, cause, cause_id,"
        " recipient_id, channel having count(*) > 1) twice"
    ),
}


@pytest.fixture
def needs(database, session, make_open_need):
    """Enough needs for everything that is pledged."""
    for _ in range(FAULTS * PLEDGES_PER_FAULT):
        make_open_need(units=1)
    session.commit()


def counted():
    """The counts now; None while the database is away."""
    try:
        with scoped({"*"}), transaction(read_only=True) as session:
            return {name: session.scalar(text(sql)) for name, sql in COUNTS.items()}
    except DatabaseFault:
        return None


def drained():
    """Wait until no work is left, or nothing has moved for long; the counts then."""
    until, found = time.monotonic() + DRAINED_SECONDS, None
    while time.monotonic() < until:
        before, found = found, counted() or found
        if found and not found["work left"] and not found["proposals left"]:
            break
        if found != before:
            until = time.monotonic() + DRAINED_SECONDS
        time.sleep(0.5)
    return found


def test_whatever_is_killed_nothing_is_lost_doubled_or_told_twice(
    servers, letterbox, people, make_drafts, needs
):
    drafts = make_drafts(FAULTS * PLEDGES_PER_FAULT)
    mail = f"smtp://127.0.0.1:{letterbox.port}?from=nhipcau@example.com"

    with site(servers, *PROCESSES, SMTP_URL=mail) as running:
        traffic = Traffic(running.address, servers.admin_url, people, SEED)
        nemesis = Nemesis(running, servers, SEED)
        with Keeper(running, servers):
            strike = partial(nemesis.strike, FAULTS, between=(0.3, 1.5))
            traffic.run(drafts, CLIENTS, strike, drained)
            started = time.monotonic()
            found = drained()
            seconds = time.monotonic() - started

    print(_table(nemesis.done, found, seconds))  # noqa: T201 - what somebody ran it for.
    if found["work left"] or found["proposals left"]:
        print(_left(), running.said())  # noqa: T201
    wrong = [a for places in traffic.answers.values() for a in places if not a.startswith("/")]
    assert traffic.broken == []
    assert wrong == []
    # Every form has one answer, however often and by whichever process it was answered.
    assert [k for k, places in traffic.answers.items() if len(places) > 1] == []
    assert found["pledges"] == len(drafts)
    assert found["drafts that became none"] == 0
    assert (found["work left"], found["work given up"]) == (0, 0)
    assert found["allocated"] > 0
    assert found["lines told twice"] == 0
    assert len(letterbox.ids) == len(set(letterbox.ids))
    assert found["letters that left"] + found["letters uncertain"] == found["letters"]
    assert found["letters that left"] <= len(letterbox.ids)
    _everything_holds()


def _table(broken, found, seconds):
    """What was broken how often, and what was found when all of it was over."""
    rows = [f"\n  seed {SEED}: {sum(broken.values())} faults", *_lined(sorted(broken.items()))]
    rows += [f"\n  found {seconds:.0f} s after all was answered", *_lined(found.items())]
    return "\n".join(rows)


def _lined(pairs):
    return [f"    {name:<44}{count:>8}" for name, count in pairs]


def _left():
    """What is not done, and why."""
    question = "select id, name, state, attempts, last_error, not_before - now() from job"
    with scoped({"*"}), transaction(read_only=True) as session:
        jobs = session.execute(text(f"{question} where state in ('pending', 'running')")).all()
        refusals = "select state, last_refusal, count(*) from proposal group by 1, 2"
        return jobs, session.execute(text(refusals)).all()


def _everything_holds():
    with scoped({"*"}), transaction(read_only=True, repeatable=True) as session:
        assert invariants.broken(session) == []
        assert verify_chain(session).is_sound
        over = text("select count(*) from pledge_line where reserved + fulfilled > units")
        assert session.scalar(over) == 0
