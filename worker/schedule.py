"""The scheduler: the periodic table, the relay that wakes lanes, and the audit's sealer.

Any number of schedulers may run: a tick's key makes each due moment happen once.
"""

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import SQLAlchemyError

from app.audit.actions import seal_committed
from app.handovers.rules import REMIND_HOUR
from app.infra.dead_jobs import bury_exhausted
from app.infra.jobs import JobName, Lane, enqueue, lanes_with_due_work
from app.infra.models import Tick
from app.infra.transaction import transaction
from app.kernel.clock import VIETNAM, now

log = logging.getLogger(__name__)
BEAT_SECONDS = 1.0


@dataclass(frozen=True, slots=True)
class Daily:
    """Due once a day at an hour of Vietnam's clock. A day missed is done once, on return."""

    hour: int

    def due_at(self, moment: datetime) -> datetime:
        """The last due moment at or before `moment`."""
        local = moment.astimezone(VIETNAM)
        due = local.replace(hour=self.hour, minute=0, second=0, microsecond=0)
        return due if due <= local else due - timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Every:
    """Due each `minutes`, counted from midnight UTC. Missed ones are dropped but the last."""

    minutes: int

    def due_at(self, moment: datetime) -> datetime:
        """The last due moment at or before `moment`."""
        midnight = moment.replace(hour=0, minute=0, second=0, microsecond=0)
        step = timedelta(minutes=self.minutes)
        return midnight + ((moment - midnight) // step) * step


PERIODIC: dict[JobName, Daily | Every] = {
    JobName.SWEEP: Every(minutes=10),
    JobName.REQUEST_NIGHTLY_RUNS: Daily(hour=1),
    JobName.REMIND_DAILY: Daily(hour=6),
    JobName.WRITE_DIGESTS: Daily(hour=7),
    JobName.REMIND_VISITS: Daily(hour=REMIND_HOUR),
}


def tick(moment: datetime) -> int:
    """Enqueue what has become due, each moment once however many schedulers run."""
    count = 0
    for name, rhythm in PERIODIC.items():
        due = rhythm.due_at(moment)
        with transaction() as session:
            statement = insert(Tick).values(name=name.value, due_at=due).on_conflict_do_nothing()
            if session.scalar(statement.returning(Tick.name)) is not None:
                key = f"tick:{name}:{due.isoformat()}"
                enqueue(session, name, due.isoformat(), wards="*", dedupe_key=key)
                count += 1
    return count


def relay(wake: Callable[[Lane], None]) -> list[Lane]:
    """Wake each lane in which something is due; bury what died in its last attempt."""
    with transaction() as session:
        bury_exhausted(session)
        lanes = lanes_with_due_work(session)
    for lane in lanes:
        wake(lane)
    return lanes


def seal() -> int:
    """Seal what has been committed since the last beat."""
    with transaction() as session:
        return seal_committed(session)


def run(wake: Callable[[Lane], None], stop: threading.Event) -> None:
    """Beat once a second until `stop`; a database that is away is waited for."""
    while not stop.is_set():
        started = time.monotonic()
        for step in (lambda: relay(wake), lambda: tick(now()), seal):
            try:
                step()
            except SQLAlchemyError as error:
                log.warning("scheduler waits for the database: %s", type(error).__name__)
        stop.wait(max(0.05, BEAT_SECONDS - (time.monotonic() - started)))
