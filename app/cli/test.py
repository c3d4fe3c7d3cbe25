"""`test`: every check, one after the other; all are run, and each says how long it took."""

import os
import subprocess
import sys
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import click

from app.cli.assets import build_if_needed
from app.cli.deployment import ROOT

SOURCES = ("app", "worker", "tests", "benchmarks", "migrations", "wsgi.py")
# More processes than this only take memory from each other.
PROCESSES = min(os.cpu_count() or 1, 4)
# Of faults; the short form that every run has is in tests/faults.
LONG_FORM = "200"
# It has no `python -m` of its own: that loads it, does nothing and says nothing.
LINT_IMPORTS = "from importlinter.cli import lint_imports_command as lint; lint()"


@dataclass(frozen=True, slots=True)
class Step:
    """One check: what follows `python` on its command line."""

    name: str
    words: Sequence[str]
    slow: bool = False


def steps(*, fast: bool) -> list[Step]:
    """The checks in order, cheapest first."""
    paths = [path for path in SOURCES if (ROOT / path).exists()]
    every = [
        Step("format", ["-m", "ruff", "format", "--check", *paths]),
        Step("lint", ["-m", "ruff", "check", *paths]),
        Step("templates", ["-m", "djlint", "templates", "--lint", "--quiet"]),
        Step("imports", ["-c", LINT_IMPORTS, "--no-logo"]),
        Step("types", ["-m", "mypy"]),
        Step("architecture", _pytest("architecture", fast=fast)),
        Step("unit", _pytest("unit", fast=fast, parallel=True)),
        Step("integration", _pytest("integration", fast=fast, parallel=True)),
        Step("worker", _pytest("worker", fast=fast, parallel=True)),
        Step("migrations", _pytest("migrations", fast=fast)),
        Step("web", _pytest("web", fast=fast, parallel=True)),
        Step("browser", _pytest("browser", fast=fast, parallel=True), slow=True),
        Step("faults", [*_pytest("faults", fast=fast), "-s"], slow=True),
    ]
    return [step for step in every if _exists(step) and not (fast and step.slow)]


MUTANTS = Step("mutants", ["-m", "pytest", "tests/faults/test_can_fail.py", "-q", "-s"])


@click.command("test")
@click.option("--fast", is_flag=True, help="Leave out the browser, the faults and slow tests.")
@click.option("--faults", is_flag=True, help="Only the faults, in their long form: 200 of them.")
@click.option(
    "--mutants", is_flag=True, help="Only whether the faults find planted bugs: 12 of them."
)
@click.option("--only", multiple=True, help="Run these steps alone, such as --only unit.")
def command(*, fast: bool, faults: bool, mutants: bool, only: Sequence[str]) -> None:
    """Run every check: format, lint, templates, imports, types, and all tests.

    All are run even if one fails; the exit code is 0 only if all passed.
    """
    if faults:
        only = ("faults",)
        os.environ.setdefault("FAULTS", LONG_FORM)
    chosen = [step for step in steps(fast=fast) if not only or step.name in only]
    if mutants:
        os.environ["MUTANTS"] = "all"
        chosen = [MUTANTS]
    if not chosen:
        names = ", ".join(step.name for step in steps(fast=fast))
        raise click.BadParameter(f"there are {names}", param_hint="--only")
    build_if_needed()
    outcomes = _outcomes(chosen)
    click.echo("")
    for step, passed, seconds in outcomes:
        click.echo(f"  {'passed' if passed else 'FAILED'}  {step.name:<13} {seconds:6.1f} s")
    failed = [step.name for step, passed, _seconds in outcomes if not passed]
    click.echo(f"\n{'all checks passed' if not failed else 'failed: ' + ', '.join(failed)}")
    sys.exit(1 if failed else 0)


def _pytest(folder: str, *, fast: bool, parallel: bool = False) -> list[str]:
    words = ["-m", "pytest", f"tests/{folder}", "-q"]
    if parallel:
        # By file, since what is dear is made once for a file: a served site, a browser, a run.
        words += ["-n", str(PROCESSES), "--dist", "loadfile"]
    if fast:
        words += ["-m", "not slow"]
    return words


def _exists(step: Step) -> bool:
    """Whether the step has anything to look at; a folder without tests is no failure."""
    if step.name == "templates":
        return any((ROOT / "templates").rglob("*.html"))
    if "pytest" not in step.words:
        return True
    return any((ROOT / "tests" / step.name).rglob("test_*.py"))


def _outcomes(chosen: Sequence[Step]) -> list[tuple[Step, bool, float]]:
    """Whether each passed, and its seconds: what only reads sources side by side, tests in turn."""
    reading = [step for step in chosen if "pytest" not in step.words]
    with ThreadPoolExecutor(PROCESSES) as pool:
        outcomes = list(pool.map(lambda step: _run(step, told_at_once=True), reading))
    return outcomes + [_run(step) for step in chosen if step not in reading]


def _run(step: Step, *, told_at_once: bool = False) -> tuple[Step, bool, float]:
    """Run one check; `told_at_once` keeps what it says until it has ended."""
    title = click.style(f"\n== {step.name}", bold=True)
    if not told_at_once:
        click.echo(title)
    started = time.monotonic()
    done = subprocess.run(
        [sys.executable, *step.words],
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        check=False,
        stdout=subprocess.PIPE if told_at_once else None,
        stderr=subprocess.STDOUT if told_at_once else None,
        text=True,
    )
    if told_at_once:
        click.echo(f"{title}\n{done.stdout}", nl=False)
    return step, done.returncode == 0, time.monotonic() - started
