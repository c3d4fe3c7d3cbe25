"""A database that no migration has touched."""

import pytest
from sqlalchemy import create_engine

from app.infra.roles import OWNER
from tests.harness.database import fresh_database


@pytest.fixture
def engine_on_empty(servers):
    with fresh_database(servers, "migrations") as url:
        engine = create_engine(url, connect_args={"options": f"-c role={OWNER}"})
        yield engine
        engine.dispose()
