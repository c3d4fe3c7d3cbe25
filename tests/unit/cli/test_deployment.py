"""A command works on the deployment that is named, and otherwise on the demo's own."""

import stat

import click
import pytest

from app.cli import deployment


@pytest.fixture(autouse=True)
def nothing_named(monkeypatch):
    for name in ("DATABASE_URL", "DATABASE_URL_FILE", "REDIS_URL", "REDIS_URL_FILE"):
        monkeypatch.delenv(name, raising=False)


@pytest.mark.parametrize("name", ["DATABASE_URL", "REDIS_URL", "DATABASE_URL_FILE"])
def test_one_named_server_is_a_deployment(monkeypatch, name):
    monkeypatch.setenv(name, "somewhere")

    assert deployment.is_deployed()


def test_no_named_server_is_none():
    assert not deployment.is_deployed()


def test_a_deployment_that_lacks_a_setting_is_refused_in_words(monkeypatch):
    monkeypatch.setenv("DATABASE_URL", "postgresql://127.0.0.1/x")

    with pytest.raises(click.ClickException) as refused:
        deployment.deployed_settings()

    assert "REDIS_URL is not set" in refused.value.message


def test_the_demos_secrets_are_made_once_and_for_its_owner_only(tmp_path):
    first = deployment.own_environment(tmp_path, "d", "r", "b")

    again = deployment.own_environment(tmp_path, "d", "r", "b")

    kept = tmp_path / deployment.SECRETS_FILE
    assert {k: first[k] for k in ("SECRET_KEY", "FIELD_KEYS", "INDEX_KEY")} == {
        k: again[k] for k in ("SECRET_KEY", "FIELD_KEYS", "INDEX_KEY")
    }
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    assert first["SECRET_KEY"] != first["INDEX_KEY"]
