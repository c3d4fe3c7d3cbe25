"""`bench`: the figures of DESIGN.md, measured here against yardsticks in the same run."""

import importlib
import json
import sys
from types import ModuleType
from typing import TYPE_CHECKING

import click

from app.cli.assets import build_if_needed
from app.cli.deployment import ROOT

if TYPE_CHECKING:
    from benchmarks.figures import Figure


def known() -> list[str]:
    """The benchmarks there are: each is `benchmarks/<name>/bench.py` with a `measure()`."""
    return sorted(path.parent.name for path in (ROOT / "benchmarks").glob("*/bench.py"))


@click.command("bench")
@click.argument("names", default="all")
@click.option("--json", "as_json", is_flag=True, help="Print the figures as JSON.")
@click.option("--scale", help="For matching, comma-separated: ward, district, province, region.")
def command(names: str, *, as_json: bool, scale: str | None) -> None:
    """Measure NAMES (comma-separated, default all): such as web,queue,matching.

    Exit code 1 if a goal is missed. Ratios travel between machines; seconds do not.
    """
    chosen = known() if names == "all" else names.split(",")
    if unknown := sorted(set(chosen) - set(known())):
        raise click.BadParameter(f"no {', '.join(unknown)}; there are {', '.join(known())}")
    sys.path.insert(0, str(ROOT))
    build_if_needed()
    facts: dict[str, list[dict[str, object]]] = {}
    met = True
    for name in chosen:
        figures = _measured(importlib.import_module(f"benchmarks.{name}.bench"), scale)
        facts[name] = [figure.facts() for figure in figures]
        met = met and all(figure.is_met for figure in figures)
        if not as_json:
            click.secho(f"\n{name}", bold=True)
            click.echo("\n".join(figure.line() for figure in figures))
    if as_json:
        click.echo(json.dumps(facts, ensure_ascii=False, indent=2))
    sys.exit(0 if met else 1)


def _measured(benchmark: ModuleType, scale: str | None) -> list["Figure"]:
    """The figures of one benchmark, at the scales asked for where it knows scales."""
    scales: tuple[str, ...] = getattr(benchmark, "SCALES", ())
    asked = [name for name in (scale or "").split(",") if name] if scales else []
    if unknown := sorted(set(asked) - set(scales)):
        raise click.BadParameter(f"no scale {', '.join(unknown)}; there are {', '.join(scales)}")
    figures: list[Figure] = benchmark.measure(asked) if asked else benchmark.measure()
    return figures
