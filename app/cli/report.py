"""`report`: any report of the site as a file, with the very queries that its page uses."""

import json
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from app.cli.deployment import data_option, running_settings
from app.infra.roles import READER

if TYPE_CHECKING:
    from app.reports.rules import Question


@click.command("report")
@click.argument("name", type=click.Choice(["mobilised"]))
@click.option("--from", "first", type=click.DateTime(["%Y-%m-%d"]), required=True)
@click.option("--to", "last", type=click.DateTime(["%Y-%m-%d"]), required=True)
@click.option("--ward", "wards", multiple=True, required=True, help="Code; may be repeated.")
@click.option("--by", default="kind", show_default=True, help="kind, programme, donor-kind, …")
@click.option(
    "--format", "ending", type=click.Choice(["json", "csv", "xlsx", "pdf"]), default="json"
)
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), help="Default: print.")
@data_option
def command(  # noqa: PLR0913 - one option each.
    *,
    name: str,
    first: datetime,
    last: datetime,
    wards: tuple[str, ...],
    by: str,
    ending: str,
    out: Path | None,
    data: Path | None,
) -> None:
    """Print NAME between two days, both included, for one ward or several."""
    body = _body(_question(first.date(), last.date(), wards, by), ending, data)
    if out is not None:
        out.write_bytes(body)
        click.echo(f"{name}: {len(body)} bytes in {out}", err=True)
    elif ending in {"xlsx", "pdf"}:
        message = f"{ending} is not for the screen: name a file with --out"
        raise click.ClickException(message)
    else:
        click.echo(body.decode("utf-8-sig"), nl=False)


def _question(first: date, last: date, wards: tuple[str, ...], by: str) -> "Question":
    from app.reports.rules import Dimension, Question

    if last < first:
        raise click.ClickException("--to lies before --from")
    if by not in set(Dimension):
        raise click.ClickException(f"--by is one of {', '.join(Dimension)}")
    return Question(first, last, wards, Dimension(by))


def _body(question: "Question", ending: str, data: Path | None) -> bytes:
    """The report as bytes of the wanted format."""
    from app.infra import database
    from app.infra.sheets import as_csv, as_xlsx
    from app.infra.transaction import scoped, transaction
    from app.kernel.clock import VIETNAM, now, today
    from app.reports import queries
    from app.reports.exports import facts_of, figures_paper, figures_sheet

    with running_settings(data, role=READER) as settings:
        database.bind(database.make_engine(settings))
        with scoped(question.ward_codes), transaction(read_only=True) as session:
            lines = queries.mobilised(session, question)
            names = queries.ward_names(session, question.ward_codes)
    when = now().astimezone(VIETNAM).strftime("%H:%M %d/%m/%Y")
    sheet = figures_sheet(question, lines, facts_of(question, names, "nhipcau report", when))
    if ending == "json":
        rows = [dict(zip(sheet.headers, row, strict=True)) for row in sheet.rows]
        return (json.dumps(rows, ensure_ascii=False, indent=1) + "\n").encode()
    if ending == "pdf":
        return figures_paper(sheet, names, on=today())
    return as_csv(sheet) if ending == "csv" else as_xlsx([sheet])
