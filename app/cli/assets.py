"""`assets`: the front end, built once into app/static/build."""

import fcntl

import click

from app.cli.deployment import ROOT


@click.command("assets")
@click.option("--force", is_flag=True, help="Build even if nothing has changed.")
def command(*, force: bool) -> None:
    """Build the front end with the machine's Node.js, or with the one from .venv."""
    build_if_needed(force=force)
    click.echo("the front end is built")


def build_if_needed(*, force: bool = False) -> None:
    """Build unless it is built; of several first calls one builds and the others wait."""
    from app.infra import assets

    if not (ROOT / "package.json").exists() or (assets.is_built(ROOT) and not force):
        return
    with (ROOT / "package.json").open("rb") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        if assets.is_built(ROOT) and not force:
            return
        click.echo("building the front end (once; under a minute)", err=True)
        try:
            assets.build(ROOT)
        except assets.AssetsError as error:
            raise click.ClickException(str(error)) from error
