"""Examines a deployment and says in plain words what is wrong and what to do about it."""

import os
import shutil
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

from app.config import Settings, SettingsError
from app.infra import assets
from app.infra.doctor_database import database_findings
from app.infra.doctor_findings import Finding, Part, doubtful, fine, wrong
from app.infra.doctor_queue import queue_findings

LEAST_FREE = 0.1
ROOT = Path(__file__).resolve().parents[2]


def examine(read: Callable[[], Settings]) -> Iterator[Finding]:
    """All findings, good and bad, as they are made. A missing setting ends the visit.

    read: gives the settings or raises SettingsError.
    """
    yield fine(Part.PYTHON, "Python " + ".".join(str(part) for part in sys.version_info[:3]))
    try:
        settings = read()
    except SettingsError as error:
        yield wrong(Part.SETTINGS, str(error))
        return
    yield from _settings(settings)
    yield _front_end()
    yield _disk(settings.data_dir)
    yield from database_findings(settings)
    yield from queue_findings(settings)


def _settings(settings: Settings) -> Iterator[Finding]:
    part = Part.SETTINGS
    yield fine(part, f"all that are needed are set (environment {settings.environment})")
    if settings.environment != "production":
        words = f"NHIPCAU_ENV is {settings.environment}: invented sign-ins are open to anybody"
        yield doubtful(part, words)
    if not settings.base_url.startswith("https:"):
        words = f"BASE_URL is {settings.base_url}: without https, sign-ins travel in the clear"
        yield doubtful(part, words)
    elif settings.trusted_proxies == 0:
        words = "TRUSTED_PROXIES is 0: behind a proxy, all people share one address and its limits"
        yield doubtful(part, words)
    if settings.smtp_url is None:
        yield doubtful(part, "SMTP_URL is not set: no e-mail is sent, not even to reset a password")
    if settings.secret_key == settings.index_key:
        yield wrong(part, "SECRET_KEY and INDEX_KEY are the same: make two, or one leak opens both")


def _front_end() -> Finding:
    if assets.is_built(ROOT):
        return fine(Part.FRONT_END, "built")
    return wrong(Part.FRONT_END, "not built: call ./nhipcau assets")


def _disk(folder: Path) -> Finding:
    place = folder if folder.exists() else folder.resolve().parent
    if not os.access(place, os.W_OK):
        return wrong(Part.DISK, f"DATA_DIR {folder} cannot be written by this user")
    usage = shutil.disk_usage(place)
    free = usage.free / usage.total
    words = f"{free:.0%} free where DATA_DIR is"
    return fine(Part.DISK, words) if free >= LEAST_FREE else wrong(Part.DISK, words)
