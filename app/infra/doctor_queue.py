"""The queue of a deployment: reachable, set up to drop nothing, with a worker on each lane."""

from collections.abc import Iterator

from redis import Redis
from redis.exceptions import RedisError
from rq import Worker

from app.config import Settings
from app.infra.doctor_findings import Finding, Part, doubtful, fine, wrong
from app.infra.jobs import Lane
from app.infra.queue import connect, queue_of

PART = Part.QUEUE


def queue_findings(settings: Settings) -> Iterator[Finding]:
    """Connect and look around. Changes nothing."""
    try:
        connection = connect(settings.redis_url)
        connection.ping()
    except (RedisError, ValueError) as error:
        words = f"cannot be reached ({error}): check REDIS_URL and the server"
        yield wrong(PART, f"{words}; pages still work, background work waits")
        return
    yield fine(PART, "answers")
    yield from _keeping(connection)
    yield from _workers(connection)
    connection.close()


def _keeping(connection: Redis) -> Iterator[Finding]:
    try:
        policy = _setting(connection, "maxmemory-policy")
        appendonly = _setting(connection, "appendonly")
    except RedisError:
        yield doubtful(PART, "does not tell its settings; maxmemory-policy must be noeviction")
        return
    if policy != "noeviction":
        yield wrong(PART, f"maxmemory-policy is {policy}: set noeviction, or it drops wake-ups")
    if appendonly != "yes":
        yield doubtful(PART, "appendonly is off: after a crash, work starts a second or so later")


def _setting(connection: Redis, name: str) -> str:
    answer = connection.config_get(name)
    return str(dict(answer).get(name, ""))


def _workers(connection: Redis) -> Iterator[Finding]:
    idle = [lane.value for lane in Lane if not Worker.count(queue=queue_of(connection, lane))]
    if idle:
        words = f"no worker serves {', '.join(idle)}: start ./nhipcau worker {' '.join(idle)}"
        yield wrong(PART, words)
    else:
        yield fine(PART, "each lane has a worker")
