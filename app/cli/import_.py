"""`import`: judges a ward's list from the command line, and enters it in the book."""

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from app.cli.deployment import data_option, running_settings

if TYPE_CHECKING:
    from app.households.sheets import JudgedRow

MOST_SHOWN = 20


@click.command("import")
@click.argument("kind", type=click.Choice(["households"]))
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--ward", required=True, metavar="CODE", help="The ward's five digits.")
@click.option("--dry-run", is_flag=True, help="Judge the file alone; needs no database.")
@click.option("--json", "as_json", is_flag=True, help="Print verdicts as JSON.")
@click.option("--officer", metavar="NAME", help="Sign-in name of who enters it; else any officer.")
@data_option
def command(  # noqa: PLR0913 - one parameter an option.
    *,
    kind: str,  # noqa: ARG001 - the one kind there is; the word keeps the command readable.
    file: Path,
    ward: str,
    dry_run: bool,
    as_json: bool,
    officer: str | None,
    data: Path | None,
) -> None:
    """Take in a ward's list of households: KIND is `households`, FILE .xlsx, .xls, .ods or .csv.

    Each row is judged ok, warning, error, duplicate or possible_duplicate. Without --dry-run the
    good rows are entered in one transaction; duplicates of the ward's book stay out. Exit code 2
    if the file cannot be taken at all.
    """
    from app.households.sheets import FileRefused, read_list
    from app.households.texts import error_words
    from app.kernel.clock import today

    if not (ward.isascii() and ward.isdecimal() and len(ward) == len("00364")):
        raise click.BadParameter(
            "a ward's code has five digits, such as 00364", param_hint="--ward"
        )
    body = file.read_bytes()
    try:
        rows = read_list(body, file.name, today())
    except FileRefused as refused:
        click.echo(error_words(refused.code), err=True)
        sys.exit(2)
    if dry_run:
        _show(rows, as_json=as_json)
        return
    with running_settings(data) as settings:
        from app.cli.household_book import enter

        entered = enter(settings, ward, officer, (file.name, body, rows))
    _show(entered.rows, as_json=as_json)
    if not as_json:
        click.echo(f"Entered {entered.households} households under import no. {entered.number}.")


def _show(rows: "list[JudgedRow]", *, as_json: bool) -> None:
    """The counts, and each row's verdict with its reasons."""
    from app.households.sheets import counts_of

    if as_json:
        found = [
            {
                "sheet": row.sheet,
                "row": row.row,
                "verdict": row.verdict.value,
                "reasons": [{"code": r.code, **dict(r.facts)} for r in row.reasons],
            }
            for row in rows
        ]
        click.echo(json.dumps({"counts": counts_of(rows), "rows": found}, ensure_ascii=False))
        return
    for verdict, count in counts_of(rows).items():
        click.echo(f"{verdict:<20} {count:>6}")
    _show_faults(rows)


def _show_faults(rows: "list[JudgedRow]") -> None:
    from app.households.texts import reason_words

    faults = [row for row in rows if row.verdict.value != "ok"]
    for row in faults[:MOST_SHOWN]:
        words = " ".join(reason_words({"code": r.code, **dict(r.facts)}) for r in row.reasons)
        click.echo(f"{row.sheet}, {row.row}: {row.verdict.value}: {words}")
    if len(faults) > MOST_SHOWN:
        click.echo(f"… and {len(faults) - MOST_SHOWN} more; --json lists all.")
