"""`python -m worker LANE…` serves lanes, one process each; `python -m worker --scheduler` beats."""

import logging
import os
import signal
import sys
import threading
from dataclasses import replace

from app.config import Settings
from app.factory import create_app
from app.infra.jobs import Lane
from app.infra.queue import connect, waker
from worker import schedule
from worker.runner import work
from worker.watch import watched


def main(arguments: list[str]) -> int:
    """Run one worker or the scheduler; several lanes become several processes."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(name)s %(message)s")
    settings = Settings.from_env()
    settings = replace(settings, database_role=settings.database_role or "nc_worker")
    if arguments == ["--scheduler"]:
        return _schedule(settings)
    lanes = [Lane(name) for name in arguments] or list(Lane)
    children = [lane for lane in lanes[1:] if os.fork() == 0]
    lane = children[0] if children else lanes[0]
    # Matching writes no words: who is told, and how, is the notify lane's.
    app = create_app(settings, areas=()) if lane is Lane.MATCH else create_app(settings)
    work(app, settings.redis_url, lane)
    return 0


def _schedule(settings: Settings) -> int:
    create_app(settings)
    stop = threading.Event()
    for signum in (signal.SIGTERM, signal.SIGINT):
        signal.signal(signum, lambda *_: stop.set())
    with watched(settings, stop):
        schedule.run(waker(connect(settings.redis_url)), stop)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
