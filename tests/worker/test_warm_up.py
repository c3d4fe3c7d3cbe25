"""A worker does once, before it forks, what each of its forks would otherwise do again."""

import logging

import pytest
from sqlalchemy import func, select

from app.infra.jobs import Lane
from app.matching.models import MatchRun
from worker import registry
from worker.jobs import matching


def test_reading_and_solving_nothing_leaves_nothing(app, session):
    matching.warm_up()

    assert session.scalar(select(func.count()).select_from(MatchRun)) == 0


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
