"""`serve`: the web process of a deployment."""

import os
import sys
from pathlib import Path

import click

from app.cli.assets import build_if_needed
from app.cli.deployment import ROOT, deployed_settings
from app.infra.roles import WEB


@click.command("serve")
@click.option("--bind", envvar="BIND", default="127.0.0.1:8000", show_default=True)
@click.option("--workers", envvar="WEB_WORKERS", default=2, show_default=True)
@click.option("--threads", envvar="WEB_THREADS", default=4, show_default=True)
def command(bind: str, workers: int, threads: int) -> None:
    """Answer web requests; put a proxy that speaks TLS in front.

    Configured by the environment; `./nhipcau doctor` checks it. BIND is an address and port, or
    unix:PATH.
    """
    deployed_settings()
    build_if_needed()
    environment = os.environ | {"DATABASE_ROLE": os.environ.get("DATABASE_ROLE") or WEB}
    words = web_command(bind, workers=workers, threads=threads)
    os.execve(sys.executable, words, environment)  # noqa: S606 - it becomes the server.


def web_command(bind: str, *, workers: int = 2, threads: int = 4) -> list[str]:
    """The words that start gunicorn on the app; recycled, so that a leak cannot grow for ever."""
    words = [sys.executable, "-m", "gunicorn", "wsgi:app", "--bind", bind, "--chdir", str(ROOT)]
    words += ["--workers", str(workers), "--threads", str(threads), "--worker-class", "gthread"]
    words += ["--max-requests", "20000", "--max-requests-jitter", "2000"]
    words += ["--timeout", "30", "--graceful-timeout", "15", "--keep-alive", "5"]
    # A heartbeat file on a slow disk makes a healthy worker look dead.
    if Path("/dev/shm").is_dir():  # noqa: S108 - gunicorn makes an unlinked file in it.
        words += ["--worker-tmp-dir", "/dev/shm"]  # noqa: S108
    return [*words, "--no-control-socket", "--log-level", "warning"]
