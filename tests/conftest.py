"""Fixtures that every test may use. Factories stand in tests/factories, one file an area.

`session`   a database session in role nc_web that sees all wards; rolled back afterwards.
`database`  for code that itself calls transaction(): the database is put back afterwards.
            In a thread of your own, open `with scoped({"*"})` first.
`browse`    a signed-in or anonymous browser whose pages are checked; see tests/harness/.
"""

import os
import shutil
from pathlib import Path

import pytest
from hypothesis import settings as hypothesis_settings

from tests.harness.network import stay_at_home

FACTORIES = Path(__file__).parent / "factories"
pytest_plugins = [f"tests.factories.{path.stem}" for path in sorted(FACTORIES.glob("[a-z]*.py"))]

hypothesis_settings.register_profile("house", deadline=None, print_blob=True)
hypothesis_settings.load_profile("house")


def pytest_configure(config):
    """No deployment and no other machine is ever touched by a test."""
    for name in ("DATABASE_URL", "REDIS_URL", "SMTP_URL"):
        os.environ.pop(name, None)
        os.environ.pop(f"{name}_FILE", None)
    stay_at_home()


def pytest_collection_modifyitems(config, items):
    """Mark what drives a browser, and leave it out where there is none."""
    missing = shutil.which("chromium") is None and not os.environ.get("CI")
    for item in items:
        if "browser" in Path(item.path).relative_to(Path(__file__).parent).parts:
            item.add_marker(pytest.mark.browser)
        if missing and item.get_closest_marker("browser"):
            item.add_marker(pytest.mark.skip(reason="no chromium here; set CI=1 to insist"))


@pytest.fixture(scope="session")
def servers():
    """PostgreSQL and Valkey of this test process."""
    from tests.harness.database import migrate_up, servers

    with servers() as running:
        migrate_up(running.database_url)
        yield running


@pytest.fixture(scope="session")
def settings(servers):
    """The settings of a web process on these servers."""
    from tests.harness.database import settings_for

    return settings_for(servers)


@pytest.fixture(scope="session")
def engine(settings):
    """The engine that transaction() uses in this process; field encryption is ready too."""
    from app.infra.crypto import FieldCipher, use_cipher
    from app.infra.database import bind, make_engine

    engine = make_engine(settings)
    bind(engine)
    use_cipher(FieldCipher(settings.field_keys, settings.index_key))
    yield engine
    engine.dispose()


@pytest.fixture(scope="session")
def pristine(servers, engine):
    """What puts the database back to how the migrations left it."""
    from sqlalchemy import create_engine

    from tests.harness.database import Pristine

    admin = create_engine(servers.admin_url, pool_pre_ping=True)
    yield Pristine(admin)
    admin.dispose()


@pytest.fixture
def database(engine, pristine):
    """Let the test commit; put the database back afterwards."""
    from app.infra.transaction import scoped

    with scoped({"*"}):
        yield engine
    pristine.restore()


@pytest.fixture
def session(engine):
    """A session that sees all wards and whose work is rolled back."""
    from sqlalchemy import text
    from sqlalchemy.orm import Session

    with engine.connect() as connection:
        connection.execute(text("select set_config('nc.wards', '*', false)"))
        connection.commit()
        with Session(connection, expire_on_commit=False) as session:
            yield session
            session.rollback()
        connection.execute(text("reset nc.wards"))
        connection.commit()


@pytest.fixture(scope="session")
def flask_app(settings, engine):
    """The application, made once, with its front end built."""
    from app.cli.assets import build_if_needed
    from app.factory import create_app
    from app.infra.database import bind, engine_in_use

    build_if_needed()
    app = create_app(settings)
    engine_in_use().dispose()
    bind(engine)
    app.config["TESTING"] = True
    return app


@pytest.fixture
def app(flask_app, database):
    """The application on a database that is put back afterwards."""
    return flask_app


@pytest.fixture
def client(app):
    """A plain test client."""
    from tests.harness.browsing import HouseClient

    return HouseClient(app, app.response_class)


@pytest.fixture
def browse(app, client, session):
    """A browser whose pages are checked; what factories flush is there for it."""
    from tests.harness.browsing import Browser

    return Browser(app, client, session)
