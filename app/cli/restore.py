"""`restore`: a backup brought into an empty database, and made safe to serve."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from app.cli.backup import KEY_FILE
from app.cli.deployment import data_option, default_state, running_settings
from app.cli.migrate import bring_up_to_date, make_roles
from app.config import Settings

if TYPE_CHECKING:
    from app.infra.sealed_file import Manifest
    from app.operations.actions import Settled


@click.command("restore")
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option(
    "--identity",
    type=click.Path(path_type=Path, dir_okay=False),
    help="The file with the secret key; a demo's own key by default.",
)
@data_option
def command(*, file: Path, identity: Path | None, data: Path | None) -> None:
    """Bring FILE into an empty database, prove it whole, and let nothing leave from it.

    The sealed journal begins a new epoch; everybody signs in again; messages are held until
    two people let them go (page "Việc nền"). Exit code 1 if anything does not hold.
    """
    from app.infra.backup import key_mark, restore_backup
    from app.infra.migrate import directory_has
    from app.infra.sealed_file import BackupRefused, read_identity, read_manifest

    try:
        key = read_identity(identity or (data or default_state()).resolve() / KEY_FILE)
        manifest = read_manifest(file, key)
        if not directory_has(manifest.revision):
            message = f"made by a newer version ({manifest.revision}): update this one first"
            raise BackupRefused(message)
        with running_settings(data) as settings:
            if manifest.key_mark != key_mark(settings):
                message = (
                    "this deployment has other keys than the one that was backed up: set its"
                    " FIELD_KEYS and INDEX_KEY (a demo keeps them in secrets.env) and try again"
                )
                raise BackupRefused(message)
            make_roles(settings)
            restore_backup(settings, file, key)
            sound = _prove_and_settle(settings, manifest)
    except BackupRefused as error:
        raise click.ClickException(str(error)) from error
    raise SystemExit(0 if sound else 1)


def _prove_and_settle(settings: Settings, manifest: "Manifest") -> bool:
    """Compare, migrate, settle, check; prints a line for each. True if all holds."""
    from app.infra import database
    from app.infra.backup import tables_that_differ
    from app.infra.crypto import FieldCipher, use_cipher
    from app.infra.transaction import scoped

    wanted, wrong = manifest.counts, tables_that_differ(settings, manifest)
    _say(not wrong, "rows", f"{sum(wanted.values()):,} in {len(wanted)} tables")
    for name, (count, got) in wrong.items():
        click.echo(f"       {name}: {count} in the backup, {got} here")
    bring_up_to_date(settings)
    use_cipher(FieldCipher(settings.field_keys, settings.index_key))
    database.bind(engine := database.make_engine(settings))
    try:
        with scoped({"*"}):
            return _checked(_settle(manifest), manifest) and not wrong
    finally:
        engine.dispose()


def _settle(manifest: "Manifest") -> "Settled":
    from app.infra.transaction import transaction
    from app.kernel.clock import now
    from app.operations.actions import settle_restored

    with transaction() as session:
        return settle_restored(session, made_at=manifest.made_at, now=now())


def _checked(settled: "Settled", manifest: "Manifest") -> bool:
    from app.audit.queries import verify_chain
    from app.infra.invariants import broken
    from app.infra.transaction import transaction

    with transaction(read_only=True, repeatable=True) as session:
        chain = verify_chain(session, manifest.head or None)
        violated = broken(session)
    _say(chain.is_sound, "journal", f"{chain.events} events, epoch {settled.epoch} begins")
    _say(not violated, "ledger", "every invariant holds" if not violated else str(violated))
    _say(fine=True, part="sessions", words=f"{settled.sessions} ended; everybody signs in again")
    held = f"{settled.notices} held; two people let them go on the page /jobs"
    _say(fine=True, part="messages", words=held)
    click.echo(f"\nas of {manifest.made_at}")
    return chain.is_sound and not violated


def _say(fine: bool, part: str, words: str) -> None:  # noqa: FBT001 - the mark of the line.
    click.echo(f"{'ok   ' if fine else 'WRONG'}  {part:<9} {words}")
