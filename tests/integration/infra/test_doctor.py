"""The doctor finds what is wrong, says what to do, and changes nothing."""

from dataclasses import replace

import pytest
from sqlalchemy import text

from app.config import SettingsError
from app.infra.doctor import examine
from app.infra.doctor_database import database_findings
from app.infra.doctor_findings import Verdict
from app.infra.doctor_queue import queue_findings
from tests.harness.database import fresh_database

WRONG = Verdict.WRONG


def words(findings, verdict):
    return [finding.words for finding in findings if finding.verdict is verdict]


def test_a_sound_database_is_fine(settings):
    findings = list(database_findings(settings))

    assert any("newest migration" in said for said in words(findings, Verdict.FINE))
    # The tests' servers do not wait for the disk, and the doctor sees it.
    assert all("off" in said for said in words(findings, Verdict.WRONG))


def test_an_empty_database_is_to_be_migrated(servers, settings):
    with fresh_database(servers, "doctor_empty") as url:
        findings = list(database_findings(replace(settings, database_url=url)))

    assert "is empty: call ./nhipcau migrate" in words(findings, Verdict.WRONG)


def test_a_superusers_login_is_doubtful(servers, settings):
    findings = list(database_findings(replace(settings, database_url=servers.admin_url)))

    assert any("superuser" in said for said in words(findings, Verdict.DOUBTFUL))


@pytest.mark.parametrize("url", ["postgresql://x:secret-word@127.0.0.1:1/x"])
def test_a_database_that_is_away_is_named_without_its_password(settings, url):
    findings = list(database_findings(replace(settings, database_url=url)))

    assert len(findings) == 1
    assert "cannot be reached" in findings[0].words
    assert "secret-word" not in findings[0].words


def test_lanes_without_a_worker_are_named(settings):
    findings = list(queue_findings(settings))

    assert any("no worker serves match" in said for said in words(findings, Verdict.WRONG))


def test_a_queue_that_is_away_is_said_to_be(settings):
    findings = list(queue_findings(replace(settings, redis_url="redis://127.0.0.1:1")))

    assert [finding.verdict for finding in findings] == [Verdict.WRONG]


def test_a_missing_setting_ends_the_visit():
    def read():
        raise SettingsError("SECRET_KEY is not set")

    findings = list(examine(read))

    assert words(findings, Verdict.WRONG) == ["SECRET_KEY is not set"]


@pytest.fixture
def home_with_phone(database, session, cast, make_household):
    household_id = make_household(phone="0912345678")
    session.commit()
    return household_id


@pytest.fixture
def told(database, session):
    """Write rows as they would stand in a site's tables."""

    def write(statement, **values):
        session.execute(text(statement), values)
        session.commit()

    return write


def test_a_scheduler_that_is_silent_is_named(settings, told):
    told("insert into tick (name, due_at) values ('sweep', now() - interval '3 hours')")

    findings = words(database_findings(settings), Verdict.WRONG)

    assert any("is silent since" in said and "./nhipcau scheduler" in said for said in findings)


def test_a_scheduler_that_keeps_its_hours_is_fine(settings, told):
    told("insert into tick (name, due_at) values ('sweep', now() - interval '5 minutes')")

    assert "keeps its hours" in words(database_findings(settings), Verdict.FINE)


def test_a_channel_that_waits_for_somebody_is_named(settings, told):
    told(
        "insert into channel_trouble (channel, code, failures, since, needs_person)"
        " values ('sms', 'esms-103', 1, now(), true)"
    )

    findings = words(database_findings(settings), Verdict.DOUBTFUL)

    assert any("nothing goes by sms" in said and "/notices/channels" in said for said in findings)


def test_messages_held_after_a_restore_are_named(settings, told):
    told("insert into sending_hold (cause, began_at) values ('restored', now())")

    assert any("held" in said for said in words(database_findings(settings), Verdict.DOUBTFUL))


def test_a_ledger_that_does_not_hold_is_named(settings, told):
    told("insert into job (lane, name, arg, not_before) values ('match', 'x', 'y', '2020-01-01')")

    assert any("job-not-stuck (1)" in said for said in words(database_findings(settings), WRONG))


def test_keys_that_open_what_is_stored_are_fine(settings, home_with_phone):
    findings = words(database_findings(settings), Verdict.FINE)

    assert "open and find what is stored" in findings


@pytest.mark.parametrize(
    ("other", "said"),
    [
        ({"field_keys": {"test": b"x" * 32}}, "FIELD_KEYS do not open"),
        ({"field_keys": {"other": b"x" * 32}}, "FIELD_KEYS do not open"),
        ({"index_key": b"x" * 32}, "INDEX_KEY is not the one"),
    ],
)
def test_keys_of_another_deployment_are_found(settings, home_with_phone, other, said):
    findings = words(database_findings(replace(settings, **other)), WRONG)

    assert any(said in found for found in findings)
