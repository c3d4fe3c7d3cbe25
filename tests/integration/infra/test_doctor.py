"""The doctor finds what is wrong, says what to do, and changes nothing."""

from dataclasses import replace

import pytest

from app.config import SettingsError
from app.infra.doctor import examine
from app.infra.doctor_database import database_findings
from app.infra.doctor_findings import Verdict
from app.infra.doctor_queue import queue_findings
from tests.harness.database import fresh_database


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
