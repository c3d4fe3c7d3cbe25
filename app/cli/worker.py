"""`worker`: does the queued work of a deployment's lanes."""

import os
import sys

import click

from app.cli.deployment import deployed_settings


@click.command("worker")
@click.argument("lanes", nargs=-1)
def command(lanes: tuple[str, ...]) -> None:
    """Do the work of LANES (match, notify, import, housekeeping); all of them by default.

    One process serves one lane, so that a slow lane never holds up another.
    """
    from app.infra.jobs import Lane

    deployed_settings()
    unknown = sorted(set(lanes) - {lane.value for lane in Lane})
    if unknown:
        known = ", ".join(lane.value for lane in Lane)
        raise click.BadParameter(f"no lane is called {', '.join(unknown)}; there are {known}")
    os.execv(sys.executable, worker_command(*lanes))  # noqa: S606 - it becomes the worker.


def worker_command(*lanes: str) -> list[str]:
    """The words that start a worker on `lanes`."""
    return [sys.executable, "-m", "worker", *lanes]
