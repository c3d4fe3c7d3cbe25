"""The yardstick: RQ jobs that do nothing, in one forking worker. Prints the seconds they took."""

import os
import sys
import time

from redis import Redis
from rq import Queue, Worker
from rq.serializers import JSONSerializer

QUEUE = "bench-empty"


def nothing() -> None:
    """Do nothing."""


def main(count: int) -> None:
    """Enqueue so many, then work them off, and print the seconds of the second part."""
    connection = Redis.from_url(os.environ["REDIS_URL"])
    queue = Queue(QUEUE, connection=connection, serializer=JSONSerializer)
    for _number in range(count):
        queue.enqueue("benchmarks.queue.empty.nothing", result_ttl=0)
    worker = Worker([queue], connection=connection, serializer=JSONSerializer)
    started = time.perf_counter()
    worker.work(burst=True, logging_level="ERROR")
    print(time.perf_counter() - started)


if __name__ == "__main__":
    main(int(sys.argv[1]))
