"""What the processes of a site are given besides their code: another clock, a bug.

The app knows nothing of it. A process plants it before it imports what it changes, so that
`from … import …` takes the planted thing.
"""

import os
import sys
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

from app.infra.roles import WORKER
from tests.faults.mutants import MUTANTS

HERE = Path(__file__).parent / "planted"
CLOCK_FILE = "CLOCK_FILE"


def planted(root, *names, **environment):
    """The environment of a site whose every process plants these. root: where `app` is."""
    path = os.pathsep.join([str(HERE), str(root)])
    return {"PYTHONPATH": path, "PLANTED": " ".join(names), **environment}


def plant(names):
    """Plant each by its name, in this process. Raises KeyError for an unknown one."""
    for name in names:
        PLANTS[name]()


def _any_hour():
    """Phones ring at night too: the test shall not depend on when it is run."""
    from app.notices import rules

    _untouched("worker.jobs.notice_refusals")
    rules.send_at = lambda moment, _channel: moment


def _workers_clock():
    """Workers and schedulers read the clock of a machine that is wrong by so many seconds."""
    if os.environ.get("DATABASE_ROLE") != WORKER:
        return
    from app.kernel import clock

    _untouched("app.infra.jobs")
    right, file = clock.now, Path(os.environ[CLOCK_FILE])

    def now():
        with suppress(OSError, ValueError):
            return right() + timedelta(seconds=float(file.read_text()))
        return right()

    clock.now = now


def _untouched(module):
    """Whoever imported the thing before it was planted would go on with the old one."""
    if module in sys.modules:
        raise RuntimeError(f"{module} was imported too early")


BUGS = {name: bug.plant for name, bug in MUTANTS.items()}
PLANTS = {"any-hour": _any_hour, "workers-clock": _workers_clock} | BUGS
