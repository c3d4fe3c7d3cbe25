"""`account add`: the first people of a deployment, who then let in the others."""

import secrets
from pathlib import Path

import click

from app.cli.deployment import data_option, running_settings
from app.infra.roles import WORKER


@click.group("account")
def command() -> None:
    """Open accounts from the machine itself."""


@command.command("add")
@click.argument("email")
@click.option("--name", required=True, help="As colleagues know the person.")
@click.option("--role", required=True, help="ward-officer, ward-approver, system-admin, …")
@click.option("--ward", help="The ward's code, for roles of a ward.")
@click.option("--province", help="The province's code, for roles of a province.")
@data_option
def add(  # noqa: PLR0913 - one parameter an option.
    *,
    email: str,
    name: str,
    role: str,
    ward: str | None,
    province: str | None,
    data: Path | None,
) -> None:
    """Open an account with one role and print a password, to be changed at once."""
    from app.accounts.actions import AccountDraft, RoleDraft, grant_role, open_account
    from app.accounts.names import sign_in_name
    from app.accounts.passwords import hash_password
    from app.accounts.rules import SYSTEM, Role
    from app.infra import database
    from app.infra.crypto import FieldCipher, use_cipher
    from app.infra.transaction import scoped, transaction
    from app.kernel.clock import now
    from app.kernel.errors import DomainError

    granted = {r.value for r in Role if r not in {Role.PUBLIC, Role.SYSTEM}}
    if role not in granted:
        raise click.ClickException(f"--role is one of {', '.join(sorted(granted))}")
    password = secrets.token_urlsafe(18)
    with running_settings(data, role=WORKER) as settings:
        database.bind(database.make_engine(settings))
        use_cipher(FieldCipher(settings.field_keys, settings.index_key))
        draft = AccountDraft(name, sign_in_name(email), None, hash_password(password))
        wanted = RoleDraft(Role(role), ward_code=ward, province_code=province)
        try:
            with scoped({"*"}), transaction() as session:
                account_id = open_account(session, draft, now=now())
                grant_role(session, SYSTEM, account_id, wanted, now=now())
        except DomainError as refused:
            raise click.ClickException(f"not opened: {refused.code}") from refused
    click.echo(f"{email} is {role}; password, to be changed at once: {password}")
