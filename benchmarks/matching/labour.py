"""A worker of the match lane as a process of its own, told when to begin and when to stop.

python -m benchmarks.matching.labour: says "ready"; at each line it works until that run is
over and nothing is due, and answers with one JSON line.
"""

import json
import sys
import time

from app.config import Settings
from app.factory import create_app
from app.infra.database import engine_in_use
from app.infra.jobs import Lane
from app.infra.transaction import scoped, transaction
from app.matching.queries.shards import run_is_over
from app.matching.solver.files.solving import peak_memory_mb
from worker import runner
from worker.registry import make_ready

PAUSE_SECONDS = 0.005


def labour(run_id: str) -> dict[str, object]:
    """Do due jobs until the run is over, and what is due then, such as a province's price.

    Returns how many, and how much memory this process has used for all of them.
    """
    jobs = 0
    while not _is_over(run_id):
        done = runner.drain(Lane.MATCH)
        jobs += done
        if not done:
            time.sleep(PAUSE_SECONDS)
    return {"jobs": jobs, "peak_mb": peak_memory_mb()}


def _is_over(run_id: str) -> bool:
    with scoped({"*"}), transaction(read_only=True) as session:
        return run_is_over(session, run_id)


if __name__ == "__main__":
    app = create_app(Settings.from_env(), areas=())
    with app.app_context():
        make_ready(Lane.MATCH)
        print("ready", flush=True)
        for line in sys.stdin:
            print(json.dumps(labour(line.strip())), flush=True)
    engine_in_use().dispose()
