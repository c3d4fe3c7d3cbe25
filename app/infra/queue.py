"""The queue: it only wakes workers, so it may be full, stale, empty or away."""

import logging
from collections.abc import Callable

from redis import Redis
from redis.exceptions import RedisError
from rq import Queue, Worker
from rq.serializers import JSONSerializer

from app.infra.jobs import Lane

# More than a few wake-ups a worker would only be empty looks at the table: re-waking on a timer
# without this bound put 4,974 stale ones in a queue while nothing moved (TRUST.md, 0.1).
WAKE_UPS_PER_WORKER = 4
TIMEOUT_SECONDS = 1.0
# Above a drain's own 20 seconds; matching may solve for half an hour.
DRAIN_SECONDS = {Lane.MATCH: 1800, Lane.IMPORT: 900}
DRAIN = "worker.runner.drain"

log = logging.getLogger(__name__)


def connect(url: str, *, timeout: float | None = TIMEOUT_SECONDS) -> Redis:
    """A connection to the queue's server; wake-ups give up after a second."""
    connection: Redis = Redis.from_url(
        url, socket_timeout=timeout, socket_connect_timeout=TIMEOUT_SECONDS
    )
    return connection


def queue_of(connection: Redis, lane: Lane) -> Queue:
    """The one queue of a lane. JSON, so that no object can travel in it."""
    return Queue(lane.value, connection=connection, serializer=JSONSerializer)


def waker(connection: Redis) -> Callable[[Lane], None]:
    """How this process wakes a lane: best effort, the relay looks again within a second."""

    def wake(lane: Lane) -> None:
        try:
            queue = queue_of(connection, lane)
            if queue.count < WAKE_UPS_PER_WORKER * max(1, Worker.count(queue=queue)):
                queue.enqueue(
                    DRAIN,
                    lane.value,
                    job_timeout=DRAIN_SECONDS.get(lane, 60),
                    result_ttl=0,
                    failure_ttl=86_400,
                )
        except RedisError as error:
            log.warning("queue away: %s", type(error).__name__)

    return wake


def faults(url: str) -> list[str]:
    """What keeps work from being done, as short codes for `/readyz`."""
    try:
        with connect(url) as connection:
            return [] if Worker.count(connection=connection) else ["no-worker"]
    except RedisError:
        return ["queue-away"]
