"""A project that several pledges pay for: accepted, declined and released as a whole."""

import pytest
from sqlalchemy import select

from app.catalogue.actions import load_catalogue
from app.infra.invariants import broken
from app.kernel.clock import now
from app.matching import actions
from app.matching.models import Allocation, Proposal
from app.matching.rules.decisions import ChangeDraft
from app.matching.rules.shares import PAID_TOGETHER
from app.needs.models import Need
from app.pledges.models import PledgeLine

FACTS = {"tier": "A", "composite": 90, "cost": 1_000_000, "parts": []}


@pytest.fixture
def project(session, make_open_need):
    load_catalogue(session)
    return make_open_need(kind_code="nha_sua", cost_dong=1_000_000)


@pytest.fixture
def parts(project, make_run, make_line, make_proposal, cast):
    """Two lines that pay for one project together, 6 and 4 shares."""
    run = make_run(requested_by=cast.minh.account_id)
    reason = {"code": PAID_TOGETHER, "facts": FACTS}

    def part(units, free):
        line = make_line(
            units=free, kind_code="gop_cong_trinh", given_as="cash", unit_value=100_000
        )
        return make_proposal(run=run, need=project, line=line, units=units, reason=reason)

    return part(6, 6), part(4, 9)


def test_accepting_one_part_reserves_all_of_them_and_covers_the_need_once(
    session, cast, project, parts
):
    outcome = actions.accept_proposals(session, cast.tam, [parts[0].id], now=now())

    assert sorted(outcome.done) == sorted(p.id for p in parts)
    session.expire_all()
    assert session.get_one(Need, project.id).covered == 1
    free = [session.get_one(PledgeLine, p.pledge_line_id).free for p in parts]
    assert free == [0, 5]


def test_a_project_that_is_paid_for_breaks_no_invariant(session, cast, project, parts):
    before = dict(broken(session))

    actions.accept_proposals(session, cast.tam, [parts[0].id], now=now())

    assert dict(broken(session)) == before


def test_a_part_that_cannot_be_reserved_leaves_all_as_they_were(session, cast, project, parts):
    line = session.get_one(PledgeLine, parts[1].pledge_line_id)
    line.free, line.reserved = 3, 6
    session.flush()

    outcome = actions.accept_proposals(session, cast.tam, [p.id for p in parts], now=now())

    assert outcome.done == []
    assert {r.code for r in outcome.refused} == {"pledge-no-longer-available"}
    session.expire_all()
    assert session.get_one(Need, project.id).covered == 0
    assert session.get_one(PledgeLine, parts[0].pledge_line_id).free == 6
    assert session.scalars(select(Allocation)).all() == []


def test_parts_that_no_longer_pay_for_the_whole_are_refused(session, cast, project, parts):
    project.cost_dong = 1_000_001
    session.flush()

    outcome = actions.accept_proposals(session, cast.tam, [parts[0].id], now=now())

    assert {r.code for r in outcome.refused} == {"project-not-complete"}


def test_declining_one_part_declines_the_project(session, cast, parts):
    actions.decline_proposals(session, cast.tam, [parts[1].id], reason="Chờ khảo sát", now=now())

    session.expire_all()
    assert {session.get_one(Proposal, p.id).state for p in parts} == {"declined"}


def test_a_part_cannot_be_changed_alone(session, cast, parts):
    draft = ChangeDraft(units=1, need_code=None, reason="Thử")

    with pytest.raises(actions.decisions.DomainError) as refused:
        actions.change_proposal(session, cast.minh, parts[0].id, draft, now=now())

    assert refused.value.code == "project-is-one"


def test_releasing_one_part_frees_the_whole_project(session, cast, project, parts):
    outcome = actions.accept_proposals(session, cast.tam, [parts[0].id], now=now())

    actions.release_allocation(
        session, cast.tam, outcome.allocation_ids[1], reason="Hộ hoãn sửa", now=now()
    )

    session.expire_all()
    assert session.get_one(Need, project.id).covered == 0
    free = [session.get_one(PledgeLine, p.pledge_line_id).free for p in parts]
    assert free == [6, 9]
