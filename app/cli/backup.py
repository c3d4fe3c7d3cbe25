"""`backup`: one encrypted file that a wrecked site comes back from."""

from pathlib import Path

import click

from app.cli.deployment import data_option, default_state, is_deployed, running_settings

KEY_FILE = "backup-key.txt"


@click.command("backup")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--recipient", "recipients", multiple=True, help="A public age key: age1…")
@click.option(
    "--recipients-file",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    envvar="BACKUP_RECIPIENTS_FILE",
    help="Public age keys, one a line. Also BACKUP_RECIPIENTS_FILE.",
)
@click.option("--new-key", is_flag=True, help="Only make a key: FILE is to hold the secret one.")
@data_option
def command(
    *,
    file: Path,
    recipients: tuple[str, ...],
    recipients_file: Path | None,
    new_key: bool,
    data: Path | None,
) -> None:
    """Write everything in the database, as it is at one moment, encrypted to FILE.

    The site goes on meanwhile. Whoever holds a recipient's secret key can open it; the machine
    that makes it needs the public key alone. Keep FIELD_KEYS and INDEX_KEY elsewhere: without
    them names and addresses inside stay unreadable.
    """
    from app.infra.backup import make_backup
    from app.infra.sealed_file import BackupRefused
    from app.kernel.clock import now

    if new_key:
        _make_key(file)
        return
    try:
        wanted = [*recipients, *_listed(recipients_file)] or _own_key(data)
        with running_settings(data) as settings:
            manifest = make_backup(settings, file, _recipients(wanted), now=now())
    except BackupRefused as error:
        raise click.ClickException(str(error)) from error
    rows, size = sum(manifest.counts.values()), file.stat().st_size / 1_000_000
    click.echo(f"{file}: {rows:,} rows of {len(manifest.counts)} tables, {size:.1f} MB")
    click.echo(f"journal's head: {manifest.head or 'none yet'}")


def _make_key(file: Path) -> None:
    from app.infra.sealed_file import make_identity

    try:
        public = make_identity(file)
    except OSError as error:
        raise click.ClickException(f"{file} cannot be made: {error.strerror}") from error
    click.echo(f"secret key: {file}   keep it off this machine; without it no backup opens")
    click.echo(f"public key: {public}")


def _listed(file: Path | None) -> list[str]:
    lines = file.read_text(encoding="utf-8").splitlines() if file else []
    return [line for line in lines if line.strip() and not line.startswith("#")]


def _own_key(data: Path | None) -> list[str]:
    """The demo's own public key, made once; a deployment has to name one."""
    from app.infra.sealed_file import make_identity, read_identity

    if is_deployed():
        message = "name who may open it: --recipient age1…, made by `backup --new-key KEYFILE`"
        raise click.UsageError(message)
    path = (data or default_state()).resolve() / KEY_FILE
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        make_identity(path)
        click.echo(f"made a key for this demo's backups: {path}")
    return [str(read_identity(path).to_public())]


def _recipients(wanted: list[str]) -> list[object]:
    from app.infra.sealed_file import read_recipient

    return [read_recipient(each) for each in wanted]
