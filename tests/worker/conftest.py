"""A job of each kind, owed and claimed, whose worker is then killed or frozen."""

import pytest

from app.households.actions import committing
from tests.worker.job_cases import CASES
from tests.worker.taking import claim
from worker import runner
from worker.jobs import households, matching


@pytest.fixture
def small_chunks(monkeypatch):
    """Work that a test can wait for is stored in more than one piece."""
    for module in (households, committing, matching):
        monkeypatch.setattr(module, "CHUNK", 2)


@pytest.fixture
def owed_job(request, app, session, small_chunks):
    """Owe a job of that kind and do what comes before it; its lease, and what reads the facts."""

    def owe(name):
        facts = CASES[name].owe(request.getfixturevalue)
        session.commit()
        while (lease := claim(name)).name is not name:
            runner.do(lease)
        return lease, facts

    with app.app_context():
        yield owe
