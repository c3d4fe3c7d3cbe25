"""Reports of providers: only theirs are believed, each once, in any order."""

import json
from dataclasses import replace

import pytest

from app.infra.transaction import scoped, transaction
from app.kernel.clock import now
from app.notices import actions, queries
from app.notices.channels.chosen import mark_of
from app.notices.channels.zalo import signature_of
from app.notices.rules import NoticeState
from tests.integration.notices.test_actions import BASE, draft


@pytest.fixture
def sent(session):
    notice_id = actions.owe(session, draft())
    actions.claim_notice(session, notice_id, base_url=BASE, now=now())
    actions.record_sent(session, notice_id, "E1", now=now())
    session.commit()
    return notice_id


@pytest.fixture
def esms(browse, sent):
    def report(mark=None, **facts):
        key = f"nc-{sent}"
        mark = mark or mark_of(browse.app.config["NC"].secret_key, key)
        path = f"/notices/callbacks/esms/{key}/{mark}"
        return browse.client.get(path, query_string=facts).status_code

    return report


@pytest.fixture
def zalo(browse, sent):
    before = browse.app.config["NC"]
    url = "zalo://app-1:s@business.openapi.zalo.me?oa_secret=oa"
    browse.app.config["NC"] = replace(before, zalo_url=url)

    def report(oa_key="oa", event="user_received_message"):
        message = {"tracking_id": f"nc-{sent}", "msg_id": "m1"}
        facts = {"event_name": event, "message": message, "timestamp": "1764000000000"}
        body = json.dumps(facts)
        mark = f"mac={signature_of('app-1', body, '1764000000000', oa_key)}"
        headers = {"X-ZEvent-Signature": mark, "Content-Type": "application/json"}
        return browse.client.post("/notices/callbacks/zalo", data=body, headers=headers).status_code

    yield report
    browse.app.config["NC"] = before


def state_of(notice_id):
    with scoped({"*"}), transaction(read_only=True) as session:
        return queries.outgoing(session, notice_id).state


def test_an_sms_has_arrived_however_often_that_is_reported(esms, sent):
    answers = [esms(SendStatus="5", SendSuccess="1", SendFailed="0") for _turn in range(5)]

    assert answers == [200] * 5
    assert state_of(sent) is NoticeState.DELIVERED


def test_an_old_report_of_failure_does_not_undo_an_arrival(esms, sent):
    esms(SendStatus="5", SendSuccess="1")
    esms(SendStatus="5", SendSuccess="0", SendFailed="1")

    assert state_of(sent) is NoticeState.DELIVERED


def test_a_report_that_is_not_final_changes_nothing(esms, sent):
    assert esms(SendStatus="1") == 200
    assert state_of(sent) is NoticeState.SENT


def test_a_report_without_our_mark_is_not_found(esms, sent):
    assert esms(mark="0" * 32, SendStatus="5", SendSuccess="1") == 404
    assert state_of(sent) is NoticeState.SENT


def test_zalo_signs_what_it_reports(zalo, sent):
    assert zalo(oa_key="guessed") == 404
    assert state_of(sent) is NoticeState.SENT

    assert zalo(event="user_seen_message") == 200
    assert state_of(sent) is NoticeState.SENT

    assert zalo() == 200
    assert zalo() == 200
    assert state_of(sent) is NoticeState.DELIVERED


def test_zalo_is_not_heard_where_it_is_not_set_up(browse):
    assert browse.client.post("/notices/callbacks/zalo", data="{}").status_code == 404
