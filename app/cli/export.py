"""`export`: the book of a ward as a file, taken in the name of one of its officers."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from app.cli.deployment import data_option, running_settings

if TYPE_CHECKING:
    from app.infra.sheets import Sheet


@click.command("export")
@click.argument("kind", type=click.Choice(["households"]))
@click.option("--ward", required=True, metavar="CODE", help="The ward's five digits.")
@click.option("--officer", metavar="NAME", required=True, help="Sign-in name of who takes it.")
@click.option("--search", default="", help="Only households with these words; no accents needed.")
@click.option("--out", required=True, type=click.Path(path_type=Path, dir_okay=False))
@data_option
def command(  # noqa: PLR0913 - one parameter an option.
    *,
    kind: str,  # noqa: ARG001 - the one kind there is; the word keeps the command readable.
    ward: str,
    officer: str,
    search: str,
    out: Path,
    data: Path | None,
) -> None:
    """Write a ward's households to FILE, .xlsx or .csv, with names, addresses and telephones.

    `import` reads such a file again. Who took whom is written into the journal first.
    """
    if out.suffix not in {".xlsx", ".csv"}:
        raise click.BadParameter("the file's name ends in .xlsx or .csv", param_hint="--out")
    from app.infra.sheets import as_csv, as_xlsx

    with running_settings(data) as settings:
        from app.cli.household_book import take

        sheet: Sheet = take(settings, ward, officer, search)
    out.touch(mode=0o600)
    out.write_bytes(as_xlsx([sheet]) if out.suffix == ".xlsx" else as_csv(sheet))
    click.echo(f"{len(sheet.rows)} households in {out}", err=True)
