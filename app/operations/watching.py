"""What a site shows to those who watch it from outside: figures, and which alarms ring.

Counts and codes only, never a name, an address or an id of a person (TRUST.md, S4).
"""

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.infra.database import DatabaseFault
from app.infra.migrate import newest_revision
from app.infra.transaction import transaction
from app.operations.queries import readiness

# Seconds that something due may wait before somebody is called; dead work is told at once.
LATE_SECONDS = 120

_FIGURES = {
    "jobs": "select lane, state, count(*) from job where state <> 'done' group by 1, 2",
    "due": (
        "select lane, extract(epoch from now() - min(not_before)) from job"
        " where state = 'pending' and not_before <= now() group by 1"
    ),
    "notices": (
        "select channel, state, count(*) from notice where state in"
        " ('queued','sending','uncertain','held','failed') group by 1, 2"
    ),
    "sessions": "select count(*) from sign_in where ended_at is null and ends_at > now()",
}


@dataclass(frozen=True, slots=True)
class Sample:
    """One figure: its name, its labels as pairs, its value."""

    name: str
    labels: tuple[tuple[str, str], ...]
    value: float


def samples(session: Session) -> Iterator[Sample]:
    """Everything that is counted now. Needs a scope of all wards. Cost: four small statements."""
    for lane, state, count in session.execute(text(_FIGURES["jobs"])):
        yield Sample("nhipcau_jobs", (("lane", lane), ("state", state)), count)
    for lane, seconds in session.execute(text(_FIGURES["due"])):
        yield Sample("nhipcau_oldest_due_seconds", (("lane", lane),), float(seconds))
    for channel, state, count in session.execute(text(_FIGURES["notices"])):
        yield Sample("nhipcau_notices", (("channel", channel), ("state", state)), count)
    yield Sample("nhipcau_open_sessions", (), session.scalar(text(_FIGURES["sessions"])) or 0)
    now = readiness(session)
    yield Sample("nhipcau_outbox_lag_seconds", (), now.oldest_due_seconds)
    yield Sample("nhipcau_unsealed_seconds", (), now.oldest_unsealed_seconds)


def alarms() -> frozenset[str]:
    """The codes of what is wrong now and needs a person; the queue's are the caller's."""
    try:
        with transaction(read_only=True) as session:
            state = readiness(session)
            found = set(state.faults(newest_revision()))
            counted = session.execute(text(_ALARMS)).one()
    except DatabaseFault:
        return frozenset({"database-away"})
    if state.oldest_due_seconds > LATE_SECONDS:
        found.add("work-is-late")
    named = {"work-gave-up": counted.dead, "messages-uncertain": counted.uncertain}
    named |= {"messages-held": counted.holds, "channel-paused": counted.pauses}
    return frozenset(found | {code for code, count in named.items() if count})


_ALARMS = (
    "select (select count(*) from job where state = 'dead') dead,"
    " (select count(*) from notice where state = 'uncertain') uncertain,"
    " (select count(*) from sending_hold where released_by_id is null) holds,"
    # Whoever let it pause knows; a provider that refuses us, nobody does.
    " (select count(*) from channel_trouble where needs_person and paused_by_id is null) pauses"
)
