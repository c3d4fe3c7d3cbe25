"""The migrations make what the models say, and can be taken back."""

from importlib import import_module

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import inspect, text

from app.infra import migrate
from app.infra.database import Base
from tests.architecture.sources import ROOT

SHAPE = """
select 'column', table_name || '.' || column_name,
  data_type || is_nullable || coalesce(column_default, '')
from information_schema.columns where table_schema = 'public'
union all select 'constraint', conrelid::regclass || '.' || conname, pg_get_constraintdef(oid)
from pg_constraint where connamespace = 'public'::regnamespace
union all select 'index', indexname, indexdef from pg_indexes where schemaname = 'public'
union all select 'policy', tablename || '.' || policyname,
  coalesce(qual, '') || coalesce(with_check, '')
from pg_policies where schemaname = 'public'
union all select 'trigger', tgrelid::regclass || '.' || tgname, pg_get_triggerdef(oid)
from pg_trigger where not tgisinternal
union all select 'secured', relname, relrowsecurity::text || relforcerowsecurity::text
from pg_class where relnamespace = 'public'::regnamespace and relkind = 'r'
"""


@pytest.fixture(scope="module")
def models():
    """All tables of the code."""
    for path in sorted((ROOT / "app").glob("*/models*")):
        import_module(f"app.{path.parent.name}.models")
    return Base.metadata


def shape_of(engine):
    with engine.connect() as connection:
        return {tuple(row) for row in connection.execute(text(SHAPE))}


def test_the_newest_schema_is_what_the_models_say(engine_on_empty, models):
    migrate.upgrade(engine_on_empty)

    with engine_on_empty.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        differences = compare_metadata(context, models)

    assert differences == []


def test_down_and_up_again_gives_the_same_schema(engine_on_empty):
    migrate.upgrade(engine_on_empty)
    before = shape_of(engine_on_empty)

    migrate.downgrade(engine_on_empty, "base")
    left = inspect(engine_on_empty).get_table_names()
    migrate.upgrade(engine_on_empty)

    assert left == ["alembic_version"]
    assert shape_of(engine_on_empty) == before


def test_migrating_twice_changes_nothing(engine_on_empty):
    migrate.upgrade(engine_on_empty)
    before = shape_of(engine_on_empty)

    migrate.upgrade(engine_on_empty)

    assert shape_of(engine_on_empty) == before


JOURNALS = ("audit_event", "seal", "promise_movement", "movement")
MAY_REWRITE = """
select r || ' may ' || p || ' ' || t
from unnest(array['nc_web', 'nc_worker']) r, unnest(array['update', 'delete', 'truncate']) p,
     unnest(cast(:tables as text[])) t
where has_table_privilege(r, t, p)
"""


def test_web_and_worker_cannot_rewrite_the_journals(engine):
    with engine.connect() as connection:
        allowed = list(connection.scalars(text(MAY_REWRITE), {"tables": list(JOURNALS)}))

    assert allowed == []


def test_whoever_owns_a_secured_table_is_held_by_its_policy_too(engine):
    query = "select relname from pg_class where relrowsecurity and not relforcerowsecurity"

    with engine.connect() as connection:
        assert list(connection.scalars(text(query))) == []


def test_every_scope_by_ward_is_written_in_the_one_fast_form(engine):
    query = "select distinct qual from pg_policies where policyname = 'ward_scope'"

    with engine.connect() as connection:
        (form,) = connection.scalars(text(query)).all()

    assert "IN ( SELECT unnest(" in form
