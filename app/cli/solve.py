"""`solve`: solves a matching problem that is given as files, with the code that the worker runs."""

import json
import os
import sys
import time
from collections import defaultdict
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import IO, TYPE_CHECKING

import click

if TYPE_CHECKING:
    from app.matching.solver.files.solving import Solved

MALFORMED = 2
FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)
FILE = click.Path(dir_okay=False, writable=True, path_type=Path)


@click.command("solve")
@click.argument("folder", metavar="DIR", type=FOLDER)
@click.option("--out", required=True, type=FILE, help="Where the plan is written, as CSV.")
@click.option("--explain", type=FILE, help="Also write a reason for each row, as JSON lines.")
@click.option("--workers", type=click.IntRange(1, 8), default=1, help="Processes; same result.")
def command(folder: Path, *, out: Path, explain: Path | None, workers: int) -> None:
    """Solve the matching problem in DIR: needs, pledges, geo, blocked (CSV) and meta.json.

    Prints one JSON line. Exit code 2 and a sentence with file, line and cause if a file is
    malformed; the plan is only written whole.
    """
    from app.matching.solver.files.reading import read_instance
    from app.matching.solver.files.solving import solve_all
    from app.matching.solver.files.tables import FileFault

    started = time.perf_counter()
    try:
        instance = read_instance(folder)
    except FileFault as fault:
        click.echo(f"{folder}: {fault}", err=True)
        sys.exit(MALFORMED)
    read = time.perf_counter() - started
    asked = explain is not None
    solved = list(solve_all(instance, workers=workers, with_reasons=asked))
    written = time.perf_counter()
    _write(out, _plan_lines(solved))
    if explain is not None:
        _write(explain, _reason_lines(solved))
    seconds = {"read": read, **_added(solved), "write": time.perf_counter() - written}
    seconds["total"] = time.perf_counter() - started
    click.echo(json.dumps(_facts(solved, seconds, workers)))


def _plan_lines(solved: Sequence["Solved"]) -> Iterable[str]:
    yield "pledge_id,need_id,units\n"
    for category in solved:
        for pledge, need, units in category.rows.tolist():
            yield f"{pledge},{need},{units}\n"


def _reason_lines(solved: Sequence["Solved"]) -> Iterable[str]:
    for category in solved:
        for line in category.reasons or ():
            yield json.dumps(line) + "\n"


def _write(path: Path, lines: Iterable[str]) -> None:
    """Write beside the target and put it in place at once, so that half a plan is never read."""
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        with _opened(beside) as file:
            file.writelines(lines)
        beside.replace(path)
    except OSError as cause:
        beside.unlink(missing_ok=True)
        raise click.ClickException(f"{path}: cannot be written ({cause.strerror})") from cause


def _opened(path: Path) -> IO[str]:
    return path.open("w", encoding="utf-8", newline="")


def _added(solved: Iterable["Solved"]) -> dict[str, float]:
    """Seconds by stage; with several workers their sum, not the time that passed."""
    total: dict[str, float] = defaultdict(float)
    for category in solved:
        for stage, seconds in category.seconds.items():
            total[stage] += seconds
    return dict(total)


def _facts(
    solved: Sequence["Solved"], seconds: dict[str, float], workers: int
) -> dict[str, object]:
    categories = {c.name: c.facts for c in solved if "value" not in c.facts}
    levels = ("L1", "L2", "L3", "L4")
    return {
        "categories": categories,
        "total": {k: sum(int(str(facts[k])) for facts in categories.values()) for k in levels},
        "certified": all(facts["certified"] for facts in categories.values()),
        "housing": next(c.facts for c in solved if "value" in c.facts),
        "rows": sum(len(c.rows) for c in solved),
        "seconds": {stage: round(value, 4) for stage, value in seconds.items()},
        "peak_memory_mb": max(c.peak_mb for c in solved),
        "workers": workers,
    }
