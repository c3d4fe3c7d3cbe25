"""`audit verify`: the proof that the journal was not changed behind anyone's back."""

import json
from pathlib import Path

import click

from app.cli.deployment import data_option, running_settings
from app.infra.roles import READER


@click.group("audit")
def command() -> None:
    """Check the journal of who did what."""


@command.command("verify")
@click.option("--anchor", help="A head printed earlier; finds a tail that was cut off.")
@click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
@data_option
def verify(*, anchor: str | None, as_json: bool, data: Path | None) -> None:
    """Recompute every seal and every kept detail; exit 1 if one does not hold."""
    from dataclasses import asdict

    from app.audit.queries import verify_chain
    from app.infra import database
    from app.infra.transaction import transaction

    with running_settings(data, role=READER) as settings:
        database.bind(database.make_engine(settings))
        with transaction(read_only=True, repeatable=True) as session:
            found = verify_chain(session, anchor)
    if as_json:
        click.echo(json.dumps({"sound": found.is_sound, **asdict(found)}))
    elif found.is_sound:
        click.echo(f"sound: {found.events} events under {found.seals} seals")
        click.echo(f"head: {found.head}")
        click.echo(f"not sealed yet: {found.unsealed}")
    else:
        click.echo(f"BROKEN at seal {found.bad_seal}; changed details: {list(found.bad_events)}")
    raise SystemExit(0 if found.is_sound else 1)
