"""`migrate`: the database of a deployment, brought to this version's schema."""

from typing import TYPE_CHECKING

import click

from app.cli.deployment import running_settings
from app.config import Settings
from app.infra.roles import OWNER

if TYPE_CHECKING:
    from sqlalchemy import Engine


@click.command("migrate")
def command() -> None:
    """Bring the database to this version's schema, and bring wards, kinds and drives with it.

    Safe to call twice, and from two machines at once. A superuser's DATABASE_URL makes the
    roles too; any other needs them made before (`./nhipcau doctor` says how).
    """
    from app.infra import migrate

    with running_settings(role=OWNER) as settings:
        bring_up_to_date(settings)
    click.echo(f"the database stands at {migrate.newest_revision()}")


def bring_up_to_date(settings: Settings) -> None:
    """Make the roles where we may, then migrate as the tables' owner. Raises ClickException."""
    from sqlalchemy import create_engine
    from sqlalchemy.exc import OperationalError

    from app.infra import migrate

    options = f"-c role={OWNER} -c timezone=UTC"
    engine = create_engine(settings.database_url, connect_args={"options": options})
    try:
        make_roles(settings)
        migrate.upgrade(engine)
        _bring_reference_data(engine)
    except OperationalError as error:
        message = f"the database cannot be reached: {str(error.orig).strip()}"
        raise click.ClickException(message) from error
    finally:
        engine.dispose()


def _bring_reference_data(engine: "Engine") -> None:
    """Add the wards, kinds and drives that come with the product and are missing."""
    from sqlalchemy.orm import Session

    from app.catalogue.actions import load_catalogue
    from app.kernel.clock import today
    from app.places.actions import load_places
    from app.places.queries import count_wards
    from app.programmes.actions import load_coming_programmes

    with engine.begin() as connection, Session(connection) as session:
        if count_wards(session) == 0:
            load_places(session)
        load_catalogue(session)
        load_coming_programmes(session, today=today())


def make_roles(settings: Settings) -> None:
    """Make the database's roles if we may; say how if we may not. Raises ClickException."""
    import psycopg
    from sqlalchemy.engine import make_url

    from app.infra.roles import create_roles, missing_roles

    url = make_url(settings.database_url).set(drivername="postgresql")
    try:
        connection = psycopg.connect(url.render_as_string(hide_password=False), autocommit=True)
    except psycopg.OperationalError as error:
        raise click.ClickException(f"the database cannot be reached: {error}") from error
    with connection:
        row = connection.execute(
            "select rolsuper, session_user from pg_roles where rolname = session_user"
        ).fetchone()
        superuser, login = row or (False, "")
        if superuser:
            create_roles(connection, login)
        elif missing := missing_roles(connection):
            message = (
                f"these database roles are missing: {', '.join(missing)}. Call migrate once with "
                f"a superuser's DATABASE_URL; it makes them and lets that login take them on."
            )
            raise click.ClickException(message)
