"""`lock`: pins every package by version and hash, and names no host."""

import re
import subprocess
import sys

import click

from app.cli.deployment import ROOT

ADDRESS = re.compile(r"(https?|file)://")


@click.command("lock")
@click.option("--upgrade", is_flag=True, help="Take newer versions where pyproject.toml allows.")
def command(*, upgrade: bool) -> None:
    """Renew requirements.lock and requirements-dev.lock after a change in pyproject.toml."""
    more = ["--upgrade"] if upgrade else []
    _compile("requirements-dev.lock", ["--group", "dev", *more])
    # Bound to the other, so that `demo` after `test` changes nothing in .venv.
    _compile("requirements.lock", ["--constraints", "requirements-dev.lock", *more])
    for name in ("requirements-dev.lock", "requirements.lock"):
        if ADDRESS.search((ROOT / name).read_text()):
            raise click.ClickException(f"{name} names a host: remove the index from its settings")
    click.echo("requirements.lock and requirements-dev.lock are up to date")


def _compile(name: str, more: list[str]) -> None:
    arguments = ["pip", "compile", "pyproject.toml", "--universal", "--generate-hashes", "--quiet"]
    arguments += ["--python-version", "3.11", "--no-emit-index-url", "--no-emit-find-links"]
    arguments += ["--custom-compile-command", "./nhipcau lock", "--output-file", name]
    done = subprocess.run(
        [sys.executable, "-m", "uv", *arguments, *more],
        cwd=ROOT,
        stdout=subprocess.DEVNULL,
        check=False,
    )
    if done.returncode:
        raise click.ClickException(f"{name} could not be made (see above)")
