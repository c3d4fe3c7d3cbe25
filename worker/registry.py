"""Which function does which job. Imported late, so that a lane loads only what it runs."""

import gc
import logging
from collections.abc import Callable, Sequence
from importlib import import_module
from typing import cast

from app.infra.jobs import LANES, JobName, Lane, Lease

Handler = Callable[[Lease], str]
BatchHandler = Callable[[Sequence[Lease]], str]

HANDLERS: dict[JobName, str] = {
    JobName.CHECK_HOUSEHOLD_IMPORT: "worker.jobs.households:check_import",
    JobName.COMMIT_HOUSEHOLD_IMPORT: "worker.jobs.households:commit_import",
    JobName.FOLLOW_CONSENT: "worker.jobs.needs:follow_consent",
    JobName.REMIND: "worker.jobs.campaigns:remind",
    JobName.REMIND_DAILY: "worker.jobs.campaigns:remind_daily",
    JobName.REMIND_VISITS: "worker.jobs.handovers:remind_visits",
    JobName.RUN_MATCHING: "worker.jobs.matching:run_matching",
    JobName.SPLIT_RUN: "worker.jobs.shards:split_run",
    JobName.SOLVE_SHARD: "worker.jobs.shards:solve_shard",
    JobName.SOLVE_SMALL_SHARD: "worker.jobs.shards:solve_shard",
    JobName.MERGE_RUN: "worker.jobs.shards:merge_run",
    JobName.PRICE_RUN: "worker.jobs.pricing:price_run",
    JobName.PLACE_PLEDGE: "worker.jobs.arrivals:place_pledge",
    JobName.PLACE_NEED: "worker.jobs.arrivals:place_need",
    JobName.COMPARE_POLICIES: "worker.jobs.policies:compare_policies",
    JobName.WITHDRAW_OVERTAKEN: "worker.jobs.policies:withdraw_overtaken",
    JobName.REQUEST_NIGHTLY_RUNS: "worker.jobs.matching:request_nightly_runs",
    JobName.SEND_NOTICE: "worker.jobs.notices:send_notice",
    JobName.SEND_PASSWORD_RESET: "worker.jobs.accounts:send_password_reset",
    JobName.SWEEP: "worker.jobs.sweeps:sweep",
    JobName.WRITE_DIGESTS: "worker.jobs.digests:write_digests",
}


# Jobs so small that their commits cost more than they do: these functions do many at once.
BATCHES: dict[JobName, str] = {JobName.SEND_NOTICE: "worker.jobs.notices:send_notices"}

# Jobs that leave half of their time to the database, and are small enough that two of them fit
# into a worker's memory: it does two at a time.
SIDE_BY_SIDE = frozenset({JobName.SOLVE_SMALL_SHARD})

# What a lane's forks would otherwise each do for themselves: compile statements, load an engine.
WARM_UPS: dict[Lane, str] = {Lane.MATCH: "worker.jobs.matching:warm_up"}

log = logging.getLogger(__name__)
# So many new objects before Python looks for circles among them; its own choice is 700.
GARBAGE = 200_000


def make_ready(lane: Lane) -> None:
    """Import what a lane runs and warm it up, so that no fork of its worker has to do it again.

    A worker starts cold where the database does not answer yet. What stands then stands for
    ever, and a run makes a million small objects of which few are in a circle: looking for those
    as often as Python does took a seventh of it.
    """
    for name, of_lane in LANES.items():
        if of_lane is lane and name in HANDLERS:
            handler_of(name)
    if lane in WARM_UPS:
        try:
            _function(WARM_UPS[lane])()
        except Exception:
            log.warning("lane %s starts cold", lane, exc_info=True)
    gc.collect()
    gc.freeze()
    gc.set_threshold(GARBAGE, 20, 20)


def handler_of(name: JobName) -> Handler:
    """The function that does `name`."""
    return cast("Handler", _function(HANDLERS[name]))


def batch_handler_of(name: JobName) -> BatchHandler:
    """The function that does many `name` of one scope together."""
    return cast("BatchHandler", _function(BATCHES[name]))


def _function(path: str) -> Callable[..., object]:
    module, _, name = path.partition(":")
    return cast("Callable[..., object]", getattr(import_module(module), name))
