"""What the desk counts of matching: proposals to decide, versions of the policy to approve."""

from dataclasses import replace

import pytest

from app.accounts.rules import POLICY, Action
from app.desk.queries import waiting_for, waiting_in_all
from app.desk.rules import QUEUES, Queue
from app.kernel.clock import now, today
from app.matching.actions.policies import approve_policy, propose_policy
from app.matching.models import MatchRun
from app.matching.rules.policy import DEFAULT_POLICY
from app.matching.rules.policy_versions import PolicyDraft
from app.matching.rules.shares import PAID_TOGETHER
from app.needs.models import Need


def waits(session, actor, queue):
    return [one.count for one in waiting_for(session, actor, now=now()) if one.queue is queue]


def versions_for(session, actor):
    return waits(session, actor, Queue.POLICIES_TO_APPROVE)


@pytest.fixture
def propose(session):
    """A version of somebody's; its number."""

    def do(actor, name="Thử"):
        draft = PolicyDraft(replace(DEFAULT_POLICY, name=name), today(), "Vì thế")
        return propose_policy(session, actor, draft, now=now())

    return do


def test_a_proposed_version_waits_for_those_who_may_approve_it(session, cast, propose):
    propose(cast.minh)

    found = [versions_for(session, who) for who in (cast.tam, cast.quan, cast.minh)]

    assert found == [[1], [1], []]


def test_what_many_may_settle_is_in_nobodys_letter(session, cast, propose):
    propose(cast.minh)

    letter = waiting_in_all(session, [cast.tam], now=now())

    assert Queue.POLICIES_TO_APPROVE not in {one.queue for one in letter}


def test_ones_own_version_waits_for_others(session, cast, propose):
    propose(cast.quan)

    assert [versions_for(session, who) for who in (cast.tam, cast.quan)] == [[1], []]


def test_a_version_that_was_overtaken_waits_for_nobody(session, cast, propose):
    propose(cast.minh, "Cũ")
    newer = propose(cast.minh, "Mới")
    both = versions_for(session, cast.tam)
    approve_policy(session, cast.quan, newer, now=now())
    session.expire_all()

    assert (both, versions_for(session, cast.tam)) == ([2], [])


def test_a_project_that_several_pledges_pay_for_is_one_decision(session, cast, make_proposal):
    first = make_proposal(reason={"code": PAID_TOGETHER, "facts": {}})
    run, need = session.get(MatchRun, first.run_id), session.get(Need, first.need_id)
    make_proposal(run=run, need=need, reason={"code": PAID_TOGETHER, "facts": {}})
    make_proposal(run=run)

    assert waits(session, cast.tam, Queue.PROPOSALS_TO_DECIDE) == [2]


def test_proposals_wait_for_nobody_who_may_not_decide_them(session, cast, make_proposal):
    make_proposal()

    deciding = [role for role in QUEUES if Queue.PROPOSALS_TO_DECIDE in QUEUES[role]]

    assert deciding == list(POLICY[Action.DECIDE_PROPOSALS])
    assert waits(session, cast.quan, Queue.PROPOSALS_TO_DECIDE) == []
