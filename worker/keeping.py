"""Keeping hold of what a worker is at, for as long as it is at it."""

import logging
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from app.infra.batches import renew_all
from app.infra.jobs import LEASE, Lease
from app.infra.transaction import transaction

log = logging.getLogger(__name__)


@contextmanager
def kept_alive(
    leases: Sequence[Lease], lease_seconds: float = LEASE.total_seconds()
) -> Iterator[None]:
    """Renew the leases from a thread while the jobs run; stop when none is held any more.

    A database that does not answer is asked again, soon: only a lease that somebody else has
    taken is over, and until then a renewal, however late, is as good as any. What is stored
    meanwhile is decided by the fence, never by this.
    """
    stop = threading.Event()

    def renew() -> None:
        pause = lease_seconds / 3
        while not stop.wait(pause):
            try:
                with transaction() as session:
                    held = renew_all(session, leases)
            except Exception as error:  # noqa: BLE001 - whatever it is, the next try may pass.
                log.warning("lease of job %s not renewed: %s", _first(leases), type(error).__name__)
                pause = lease_seconds / 15
                continue
            if not held:
                return
            pause = lease_seconds / 3

    thread = threading.Thread(target=renew, daemon=True)
    thread.start()
    try:
        yield
    finally:
        stop.set()


def _first(leases: Sequence[Lease]) -> int | None:
    return leases[0].job_id if leases else None
