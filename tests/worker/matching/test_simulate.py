"""`./nhipcau simulate`: what past runs saw, under another policy; and what it refuses to replay."""

import json
from datetime import timedelta
from types import SimpleNamespace

import pytest
from click.testing import CliRunner
from sqlalchemy import func, select

from app.cli.simulate import command
from app.infra.database import bind
from app.infra.models import Job
from app.kernel.clock import now, today
from app.matching import actions
from app.matching.models import MatchRun, Proposal, RunSnapshot
from tests.factories.cast import PROVINCE, WARD_A, WARD_B
from tests.harness.database import environment_for
from tests.worker.matching.working import work

DAYS = ("--from", str(today() - timedelta(days=1)), "--to", str(today() + timedelta(days=1)))


@pytest.fixture
def simulate(servers, engine):
    """The command on these servers, with the engine of this process put back after it."""

    def run(*options, code=0):
        told = CliRunner().invoke(
            command, options, env=environment_for(servers, role="nc_worker"), catch_exceptions=False
        )
        bind(engine)
        assert told.exit_code == code, told.output
        return told.output

    return run


@pytest.fixture
def past(session, cast, make_open_need, make_line, app):
    """One gift for two households: one in a hurry, one that has waited. A run, and its needs."""
    hasty = make_open_need(urgency=3)
    waits = make_open_need(urgency=0, approved_at=now() - timedelta(days=300))
    make_line(units=1)
    run_id = actions.request_run(session, cast.minh, WARD_A, now=now())
    session.commit()
    with app.app_context():
        work()
        yield SimpleNamespace(run=run_id, hasty=hasty.id, waits=waits.id)


@pytest.fixture
def calmer(tmp_path):
    """A file by which urgency counts nothing."""
    return written(tmp_path, {"urgency_points": 0})


def written(folder, rules):
    file = folder / "policy.json"
    file.write_text(json.dumps(rules), encoding="utf-8")
    return str(file)


def stored(session):
    session.expire_all()
    kept = (Job, MatchRun, Proposal, RunSnapshot)
    return [session.scalar(select(func.count()).select_from(table)) for table in kept]


def test_a_wards_past_is_replayed_and_says_who_gains_and_who_loses(simulate, session, past, calmer):
    before = stored(session)

    facts = json.loads(simulate("--ward", WARD_A, *DAYS, "--policy", calmer, "--json"))

    assert (facts["runs"], facts["run_ids"], facts["certified"]) == (1, [past.run], True)
    assert [row["need_id"] for row in facts["gained"]] == [past.waits]
    assert [row["need_id"] for row in facts["lost"]] == [past.hasty]
    assert facts["totals"]["before"]["units"] == facts["totals"]["after"]["units"] == 1
    assert stored(session) == before


def test_one_run_under_the_version_it_used_changes_nothing(simulate, past):
    told = simulate("--ward", WARD_A, "--run", past.run, "--policy", "1")

    assert "1 runs replayed; proven best: yes" in told
    assert "needs that gain: 0, that lose: 0" in told
    assert "units given: 1 -> 1" in told


def test_a_province_is_replayed_with_its_wards_and_its_parts(
    simulate, session, province_run, calmer
):
    work()

    facts = json.loads(simulate("--province", PROVINCE, *DAYS, "--policy", calmer, "--json"))

    assert (facts["runs"], facts["run_ids"]) == (2, [province_run])
    assert {row["id"] for row in facts["wards"]} == {WARD_A, WARD_B}
    assert facts["totals"]["after"]["units"] == 8


@pytest.mark.parametrize(
    ("rules", "words"),
    [
        ([], "not a policy"),
        ({"tier_weights": "high"}, "not a policy"),
        ({"tier_weights": [1, 2, 3, 4, 5]}, "contradicts itself"),
        ({"urgency_point": 0}, "a policy has no urgency_point"),
    ],
)
def test_a_policy_that_makes_no_sense_is_refused_in_a_sentence(
    simulate, tmp_path, past, rules, words
):
    file = written(tmp_path, rules)

    assert words in simulate("--ward", WARD_A, *DAYS, "--policy", file, code=2)


@pytest.mark.parametrize("version", ["77", "9" * 20])
def test_a_version_that_nobody_wrote_is_refused(simulate, past, version):
    told = simulate("--ward", WARD_A, *DAYS, "--policy", version, code=2)

    assert f"there is none of the number {version}" in told


@pytest.mark.parametrize("where", [("--ward", WARD_B), ("--province", "79")])
def test_where_no_run_is_kept_it_says_so(simulate, past, calmer, where):
    told = simulate(*where, *DAYS, "--policy", calmer, code=2)

    assert "no such run of these days and wards" in told


@pytest.mark.parametrize("missing", [("--ward", WARD_A), DAYS, ("--ward", WARD_A, *DAYS[:2])])
def test_what_is_not_named_is_asked_for(simulate, calmer, missing):
    simulate(*missing, "--policy", calmer, code=2)
