"""The morning's digest: one a person and day, none where nothing waits, none to who wants none."""

import pytest
from sqlalchemy import select, update

from app.accounts.models import Account
from app.accounts.rules import Role
from app.infra.jobs import LANES, JobName, claim_next, enqueue
from app.infra.transaction import transaction
from app.kernel.clock import now, today
from app.notices import actions as notices
from app.notices.models import Notice
from app.notices.queries import outgoing
from app.notices.rules import Topic
from app.pledges.rules import LineState
from tests.integration.notices.test_actions import BASE
from worker import runner
from worker.jobs.notice_checks import still_holds


@pytest.fixture
def write(app, session):
    """Do the morning's job, and return the digests there are then, by account."""

    def do(moment="m1"):
        session.commit()
        with app.app_context():
            with transaction() as own:
                enqueue(own, JobName.WRITE_DIGESTS, moment, wards="*")
            with transaction() as own:
                lease = claim_next(own, LANES[JobName.WRITE_DIGESTS])
            runner.do(lease)
        session.expire_all()
        rows = session.scalars(select(Notice).where(Notice.template == "digest"))
        return {row.recipient_id: row for row in rows}

    return do


@pytest.fixture
def offer(cast, make_line):
    return make_line(units=2, state=LineState.OFFERED)


def _work(notice):
    return {one["task"]: one["count"] for one in notice.parameters["work"]}


def test_who_may_move_something_on_is_told_what_and_nobody_else(write, cast, offer, make_actor):
    auditor = make_actor(Role.AUDITOR, "Sao")

    found = write()

    assert _work(found[cast.minh.account_id]) == {"Cam kết chờ nhận lời": 1}
    assert not {cast.hoa.account_id, auditor.account_id, cast.lan.account_id} & set(found)


def test_a_second_run_on_the_same_day_owes_nothing_more(write, cast, offer):
    first = write("m1")

    second = write("m2")

    assert {key: row.id for key, row in second.items()} == {k: row.id for k, row in first.items()}


def test_on_a_quiet_day_nobody_hears_anything(write, cast):
    assert write() == {}


def test_who_turned_it_off_gets_none(write, cast, offer, session):
    notices.choose_topics(session, cast.minh, {Topic.DIGEST})

    found = write()

    assert cast.minh.account_id not in found
    assert cast.tam.account_id in found


def test_a_donor_is_told_what_waits_to_be_brought(write, make_actor, make_donor, make_line):
    donor = make_donor()
    line = make_line(units=3, donor=donor)
    line.free, line.reserved = 1, 2
    person = make_actor(Role.DONOR, "Lan", donor_id=donor.id)

    found = write()

    assert _work(found[person.account_id]) == {"Cam kết đã ghép, chờ quý vị chuyển tới": 1}


def test_it_reads_as_a_letter_in_the_persons_language(write, cast, offer, session):
    session.execute(_speaks_english(cast.minh))

    notice = write()[cast.minh.account_id]
    letter = notices.claim_notice(session, notice.id, base_url=BASE, now=now())

    assert letter.subject.startswith("What waits for you")
    assert f"{BASE}/desk" in letter.text
    assert "Cam kết" not in letter.text


def _speaks_english(actor):
    return update(Account).where(Account.id == actor.account_id).values(language="en")


def test_yesterdays_is_not_sent_any_more(write, cast, offer, session):
    notice = write()[cast.minh.account_id]
    assert still_holds(session, outgoing(session, notice.id))
    notice.cause_id = today().replace(year=2020).isoformat()
    session.flush()
    assert not still_holds(session, outgoing(session, notice.id))
