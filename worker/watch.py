"""Watched from outside: figures on an internal port, and a call when something goes wrong.

METRICS_BIND=127.0.0.1:9108 serves `/metrics` for Prometheus from the scheduler; ALARM_URL gets
one POST when the set of faults changes, however many schedulers run.
"""

import logging
import threading
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime

import httpx
from prometheus_client import CollectorRegistry, start_http_server
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from app.config import Settings
from app.infra import queue
from app.infra.database import DatabaseFault
from app.infra.transaction import scoped, transaction
from app.kernel.clock import now
from app.operations.actions import claim_news, forget_news
from app.operations.watching import Sample, alarms, samples

LOOK_SECONDS = 20.0
CALL_SECONDS = 5.0

log = logging.getLogger(__name__)


class SiteCollector(Collector):
    """Reads the figures when Prometheus asks; `nhipcau_up` tells which servers answered."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """The families, each with its samples; none is ever about a person."""
        up = GaugeMetricFamily("nhipcau_up", "1 if the server answers.", labels=["server"])
        try:
            with scoped({"*"}), transaction(read_only=True) as session:
                found = list(samples(session))
        except DatabaseFault:
            found = []
        up.add_metric(["database"], float(bool(found)))
        away = "queue-away" in queue.faults(self._settings.redis_url)
        up.add_metric(["queue"], float(not away))
        yield up
        yield from _families(found)


def _families(found: list[Sample]) -> Iterator[GaugeMetricFamily]:
    by_name: dict[str, list[Sample]] = defaultdict(list)
    for sample in found:
        by_name[sample.name].append(sample)
    for name, group in by_name.items():
        labels = [label for label, _value in group[0].labels]
        family = GaugeMetricFamily(name, HELP[name], labels=labels)
        for sample in group:
            family.add_metric([value for _label, value in sample.labels], sample.value)
        yield family


HELP = {
    "nhipcau_jobs": "Jobs that are not done.",
    "nhipcau_oldest_due_seconds": "How long the oldest due job of a lane has waited.",
    "nhipcau_notices": "Messages that have not arrived.",
    "nhipcau_open_sessions": "Sign-ins that have not ended.",
    "nhipcau_outbox_lag_seconds": "How long the oldest due job has waited.",
    "nhipcau_unsealed_seconds": "How long the oldest event has waited for its seal.",
}


@contextmanager
def watched(settings: Settings, stop: threading.Event) -> Iterator[None]:
    """Be watched for as long as the block runs, in the ways that the settings name."""
    end = serve_metrics(settings, settings.metrics_bind) if settings.metrics_bind else None
    if settings.alarm_url:
        arguments = (settings, settings.alarm_url, stop)
        threading.Thread(target=ring, args=arguments, daemon=True).start()
    try:
        yield
    finally:
        if end is not None:
            end()


def serve_metrics(settings: Settings, bind: str) -> Callable[[], None]:
    """Answer `/metrics` at HOST:PORT from a thread; returns what stops it. Raises OSError."""
    host, _, port = bind.rpartition(":")
    registry = CollectorRegistry()
    registry.register(SiteCollector(settings))
    server, thread = start_http_server(int(port), addr=host or "127.0.0.1", registry=registry)

    def stop() -> None:
        server.shutdown()
        server.server_close()
        thread.join()

    return stop


def ring(settings: Settings, url: str, stop: threading.Event) -> None:
    """Look every 20 seconds; POST the faults to `url` when they are others than before."""
    told: frozenset[str] = frozenset()
    while not stop.wait(LOOK_SECONDS):
        told = tell_change(settings, url, told, at=now())


def tell_change(
    settings: Settings, url: str, told: frozenset[str], *, at: datetime
) -> frozenset[str]:
    """Tell the watcher if something changed; returns what it knows now.

    A call that fails is made again at the next look, since then nothing counts as told.
    """
    found = alarms() | frozenset(queue.faults(settings.redis_url))
    if found == told:
        return told
    if "database-away" not in found and not _first_to_tell(found, at):
        return found
    news = {"site": settings.base_url, "at": at.isoformat(), "faults": sorted(found)}
    try:
        httpx.post(url, json=news, timeout=CALL_SECONDS).raise_for_status()
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        log.warning("alarm not taken: %s", type(error).__name__)
        _take_back(found, at)
        return told
    return found


def _first_to_tell(found: frozenset[str], at: datetime) -> bool:
    with transaction() as session:
        return claim_news(session, found, at)


def _take_back(found: frozenset[str], at: datetime) -> None:
    """Let the next look tell it, here or in another scheduler."""
    if "database-away" not in found:
        with transaction() as session:
            forget_news(session, found, at)
