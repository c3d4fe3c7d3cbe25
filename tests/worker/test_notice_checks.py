"""Just before it leaves, a notice is checked: what does not hold any more is not sent."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from app.handovers import actions as handovers
from app.handovers.actions.days import Read
from app.handovers.models import Appointment
from app.handovers.rules import DayDraft
from app.households.models import Household
from app.infra.jobs import JobName, Lane, claim_next, enqueue
from app.infra.transaction import transaction
from app.kernel.clock import local_day, now
from app.matching import actions as matching
from app.notices import actions, queries
from app.notices.models import Notice
from app.notices.rules import NoticeDraft
from app.pledges.models import PledgeLine
from worker.jobs import notice_checks, notice_refusals, notices
from worker.runner import do

# Donors are told that their gifts are in, too; here it is about what may have changed.
OTHERS = Notice.template != "gift-received"


@pytest.fixture
def demo(app):
    """The application as the demonstration, in whose context jobs run."""
    settings = app.config["NC"]
    app.config["NC"] = replace(settings, environment="demo")
    with app.app_context():
        yield app
    app.config["NC"] = settings


@pytest.fixture
def send(demo, session, monkeypatch):
    """Send all that is owed, in daylight; returns each notice's template and state."""
    monkeypatch.setattr("worker.jobs.notice_refusals.send_at", lambda moment, _channel: moment)

    def drain():
        session.commit()
        while True:
            with transaction() as inner:
                lease = claim_next(inner, Lane.NOTIFY)
            if lease is None:
                break
            do(lease)
        session.expire_all()
        rows = session.execute(
            select(Notice.template, Notice.state).where(OTHERS).order_by(Notice.id)
        )
        return [tuple(row) for row in rows]

    return drain


@pytest.fixture
def day(make_day):
    return make_day()


@pytest.fixture
def invited(session, cast, day, make_allocation):
    allocation = make_allocation()
    handovers.invite(session, cast.minh, day.id, [allocation.id], now=now())
    return allocation


def test_a_machine_whose_clock_is_ahead_takes_no_appointment_for_over(send, invited, monkeypatch):
    ahead = now() + timedelta(hours=24)
    for module in (notice_checks, notice_refusals, notices):
        monkeypatch.setattr(module, "now", lambda: ahead, raising=False)

    assert ("invitation", "sent") in send()


def test_an_invitation_goes_out_and_is_kept_for_the_demonstrations_inbox(send, session, invited):
    assert send() == [("invitation", "sent")]
    notice = session.scalars(select(Notice).where(OTHERS)).one()
    assert (notice.provider_id, notice.provider_id_sent) == ("in-app", f"nc-{notice.id}")


def test_an_invitation_to_what_was_called_off_is_not_sent(send, session, cast, day, invited):
    appointment = session.scalars(select(Appointment.id)).one()
    handovers.cancel_appointment(session, cast.minh, day.id, appointment, reason="Chuyển nhà")

    assert send() == [("invitation", "skipped"), ("appointment-changed", "sent")]


def test_only_the_last_change_of_a_day_is_told(send, session, cast, day, invited):
    for version, place in ((1, "Trường học"), (2, "Sân đình")):
        read = Read(day.id, version)
        draft = DayDraft(day.title, place, day.starts_at, day.ends_at)
        handovers.change_day(session, cast.minh, read, draft, now=now())

    states = [state for _, state in send()]

    assert states == ["skipped", "skipped", "sent"]


def told_of(session, template, cause, cause_id, **parameters):
    draft = NoticeDraft(
        template, cause, cause_id, "donor", "d1", "00364", "vi", phone="+84900000001",
        parameters=parameters,
    )  # fmt: skip
    return actions.owe(session, draft)


def test_a_match_that_was_released_is_not_told(send, session, cast, make_allocation):
    allocation = make_allocation()
    facts = {"pledge_code": "CK-A", "pledge_id": "p", "need_code": "NC-A"}
    told_of(session, "match-found", "allocation", allocation.id, **facts)
    matching.release_allocation(session, cast.tam, allocation.id, reason="Nhầm", now=now())

    assert send() == [("match-found", "skipped")]


def test_an_acceptance_of_what_was_withdrawn_is_not_told(send, session, make_line):
    line = make_line()
    facts = {"pledge_code": "CK-A", "pledge_id": line.pledge_id}
    told_of(session, "pledge-accepted", "pledge", f"{line.pledge_id}:1", **facts)
    session.get(PledgeLine, line.id).state = "withdrawn"

    assert send() == [("pledge-accepted", "skipped")]


def test_at_night_a_message_waits_for_the_morning(demo, session, monkeypatch, invited):
    morning = now() + timedelta(days=1)
    monkeypatch.setattr("worker.jobs.notice_refusals.send_at", lambda _moment, _channel: morning)
    session.commit()
    with transaction() as inner:
        lease = claim_next(inner, Lane.NOTIFY)

    assert do(lease) == "put-off"

    session.expire_all()
    assert session.scalars(select(Notice.state).where(OTHERS)).one() == "queued"


def test_nobody_is_called_about_what_was_called_off(send, session, cast, day, make_allocation):
    allocation = make_allocation()
    session.get_one(Household, allocation.household_id).phone = None
    handovers.invite(session, cast.minh, day.id, [allocation.id], now=now())
    send()
    calls = queries.calls_of(session, cast.minh)
    _sweep(session)
    kept = queries.calls_of(session, cast.minh)
    appointment = session.scalars(select(Appointment.id)).one()
    handovers.cancel_appointment(session, cast.minh, day.id, appointment, reason="Chuyển nhà")
    session.commit()

    _sweep(session)

    assert [call.template for call in calls] == ["invitation"]
    assert kept == calls
    states = session.execute(
        select(Notice.template, Notice.state).where(OTHERS).order_by(Notice.id)
    ).all()
    assert ("invitation", "skipped") in [tuple(row) for row in states]


def _sweep(session):
    session.commit()
    with transaction() as own:
        enqueue(own, JobName.SWEEP, "now", wards="*")
    with transaction() as own:
        lease = claim_next(own, Lane.HOUSEKEEPING)
    do(lease)
    session.expire_all()


@pytest.fixture
def two_homes(make_allocation):
    return [make_allocation().id, make_allocation().id]


def test_a_reminder_leaves_only_while_its_appointment_stands_then(
    send, session, cast, make_day, two_homes
):
    day = make_day(starts_at=now() + timedelta(days=1), ends_at=now() + timedelta(days=1, hours=3))
    handovers.invite(session, cast.minh, day.id, two_homes, now=now())
    session.execute(update(Appointment).values(created_at=now() - timedelta(days=3)))
    on = local_day(day.starts_at)
    handovers.remind_visits_of(session, day.id, day.place, on=on)
    first = session.scalars(select(Appointment.id).where(Appointment.allocation_id == two_homes[0]))
    handovers.cancel_appointment(session, cast.minh, day.id, first.one(), reason="Chuyển nhà")

    told = [state for template, state in send() if template == "appointment-reminder"]

    assert sorted(told) == ["sent", "skipped"]
