"""What the desk counts of the matching policy: versions that this person may approve."""

from dataclasses import replace

import pytest

from app.desk.queries import waiting_for
from app.desk.rules import Queue
from app.kernel.clock import now, today
from app.matching.actions.policies import approve_policy, propose_policy
from app.matching.rules.policy import DEFAULT_POLICY
from app.matching.rules.policy_versions import PolicyDraft


def versions_for(session, actor):
    found = waiting_for(session, actor, now=now())
    return [one.count for one in found if one.queue is Queue.POLICIES_TO_APPROVE]


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
