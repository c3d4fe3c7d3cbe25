"""`scheduler`: wakes the lanes, starts periodic work, seals the history of a deployment."""

import os
import sys

import click

from app.cli.deployment import deployed_settings


@click.command("scheduler")
def command() -> None:
    """Wake the lanes and start periodic work. Several may run: each due moment happens once."""
    deployed_settings()
    os.execv(sys.executable, scheduler_command())  # noqa: S606 - it becomes the scheduler.


def scheduler_command() -> list[str]:
    """The words that start a scheduler."""
    return [sys.executable, "-m", "worker", "--scheduler"]
