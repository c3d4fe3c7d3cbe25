"""A worker does once, before it forks, what each of its forks would otherwise do again."""

import logging

import pytest
from sqlalchemy import func, select

from app.audit.models import AuditEvent
from app.infra.database import bind, engine_in_use, make_engine
from app.infra.jobs import JobName, Lane, enqueue
from app.infra.models import Job
from app.matching.models import MatchRun, Policy, RunSnapshot
from tests.harness.database import settings_for
from worker import registry
from worker.jobs import matching


@pytest.fixture
def as_worker(app, servers):
    """The role that a worker has, which row-level security binds."""
    engine, before = make_engine(settings_for(servers, role="nc_worker")), engine_in_use()
    bind(engine)
    yield
    bind(before)
    engine.dispose()


def test_reading_solving_and_storing_nothing_leaves_nothing(as_worker, session):
    matching.warm_up()

    for table in (MatchRun, Policy, RunSnapshot, Job, AuditEvent):
        assert session.scalar(select(func.count()).select_from(table)) == 0


def test_a_job_that_is_due_stays_due(as_worker, session):
    enqueue(session, JobName.RUN_MATCHING, "-")
    session.commit()

    matching.warm_up()

    assert session.execute(select(Job.state, Job.attempts)).all() == [("pending", 0)]


def test_a_worker_that_cannot_warm_up_starts_cold(app, monkeypatch, caplog):
    monkeypatch.setitem(registry.WARM_UPS, Lane.MATCH, "worker.registry:is_not_there")

    with caplog.at_level(logging.WARNING, logger="worker.registry"):
        registry.make_ready(Lane.MATCH)

    assert "starts cold" in caplog.text


@pytest.mark.parametrize("lane", Lane)
def test_every_lane_can_be_made_ready(app, lane, caplog):
    with caplog.at_level(logging.WARNING, logger="worker.registry"):
        registry.make_ready(lane)

    assert not caplog.text
