"""Story 3: 4,000 cards, a run at 22:30, the night, a second run, renewals, and cover that grows."""

import csv
import io
from dataclasses import replace
from datetime import datetime, time, timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select, text, update

from app.accounts.rules import Actor, Role
from app.campaigns import actions, queries
from app.campaigns.lists import read_cards
from app.campaigns.rules import INSURANCE, LARGEST_ALONE, CampaignDraft, ListKind
from app.infra.transaction import scoped, transaction
from app.kernel.clock import VIETNAM, local_day, today
from app.notices import actions as notices
from app.notices.models import Notice
from app.notices.rules import Topic
from app.notices.sms import sms_size
from tests.harness.providers import provider_server
from worker.jobs import campaigns as jobs
from worker.jobs import notice_checks, notice_refusals
from worker.jobs import notices as sending
from worker.runner import drain

pytestmark = pytest.mark.usefixtures("database", "ward_there")
WARD = "00364"
STEPS = (3, 1)
ACTOR = Actor("officer", Role.WARD_OFFICER, ward_codes=frozenset({WARD}))
APPROVER = Actor("approver", Role.WARD_APPROVER, ward_codes=frozenset({WARD}))
CARDS, POPULATION, COVERED, RENEWED = 4_000, 10_000, 8_363, 337
# Tomorrow: the database goes by its own clock, and would take a morning that is past for due.
BEGIN = today() + timedelta(days=1)
NIGHT = datetime.combine(BEGIN, time(22, 30), VIETNAM)
DUSK = {"now": NIGHT, "today": BEGIN}
MORNING = datetime.combine(BEGIN + timedelta(days=1), time(7), VIETNAM)


@pytest.fixture
def ward_there(database, session, wards):
    """The ward stands in the database for every transaction."""
    session.commit()
    return wards


def sheet_of(rows):
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(["Họ và tên", "Năm sinh", "Số điện thoại", "Số thẻ BHYT", "Ngày hết hạn"])
    writer.writerows(rows)
    return out.getvalue().encode()


def card(turn, expires_on):
    day = f"{expires_on:%d/%m/%Y}"
    return [f"Nguyễn Thị {turn}", "1950", f"0912{turn:06}", f"GD4{turn:012}", day]


def take(kind, rows, moment=NIGHT):
    body = sheet_of(rows)
    with scoped({WARD}), transaction() as session:
        file = actions.ListFile(WARD, kind, "the.csv", body)
        return actions.take_list(
            session, ACTOR, file, read_cards(body, "the.csv", BEGIN), now=moment
        )


@pytest.fixture
def at(monkeypatch):
    """Put every clock that matters to a moment."""

    def put(moment):
        for module in (jobs, notice_checks, notice_refusals, sending):
            if hasattr(module, "now"):
                monkeypatch.setattr(module, "now", lambda: moment)
            if hasattr(module, "database_now"):
                monkeypatch.setattr(module, "database_now", lambda _session: moment)
            if hasattr(module, "today"):
                monkeypatch.setattr(module, "today", lambda: local_day(moment))

    return put


@pytest.fixture
def lane(settings):
    with provider_server() as provider:
        app = Flask("worker")
        url = f"esms://key:secret@127.0.0.1:{provider.port}?brandname=UBND"
        app.config["NC"] = replace(settings, sms_url=url)

        def run(name, *, due=False):
            with app.app_context(), scoped({"*"}):
                if due:
                    with transaction() as session:
                        session.execute(text("update job set not_before = now()"))
                while drain(name):
                    pass

        run.provider = provider
        yield run


def count(*conditions):
    with transaction(read_only=True) as session:
        return session.scalar(select(func.count(Notice.id)).where(*conditions))


@pytest.fixture
def begun(at):
    """A running campaign over the cards taken in before: call it with their rows.

    A second person agrees where they are many.
    """

    def begin(rows):
        assert take(ListKind.CARDS, rows) == len(rows)
        at(NIGHT)
        with scoped({WARD}), transaction() as session:
            kind = replace(INSURANCE, steps=STEPS)
            draft = CampaignDraft(POPULATION, COVERED, "0258 3812 345", kind)
            campaign = actions.draft_campaign(session, ACTOR, WARD, draft, today=BEGIN)
            if len(rows) > LARGEST_ALONE:
                asked = actions.ask_agreement(session, ACTOR, campaign, **DUSK)
                actions.agree_to_campaign(session, APPROVER, (campaign, asked), **DUSK)
            else:
                actions.start_campaign(session, ACTOR, campaign, **DUSK)
        return campaign

    return begin


def waiting_until():
    statement = (
        "select distinct not_before from job where name = 'send-notice' and state = 'pending'"
    )
    with transaction(read_only=True) as session:
        return session.scalars(text(statement)).all()


def refuse_messages(people):
    with transaction() as session:
        for notice in session.scalars(select(Notice).order_by(Notice.id).limit(people)):
            notices.opt_out(session, f"number:{notice.number.hex()}", Topic.INSURANCE, "test")


def test_story_three(lane, at, begun):
    # 4,000 cards that run out over eight months; those with at most 3 days left are due.
    days = [BEGIN + timedelta(days=1 + turn % 240) for turn in range(CARDS)]
    due = sum((day - BEGIN).days <= 3 for day in days)
    campaign = begun([card(turn, day) for turn, day in enumerate(days)])
    lane("housekeeping")
    assert (count(), due) == (51, 51)

    # 22:30: nothing leaves, all of it waits for 07:00.
    lane("notify")
    assert (lane.provider.taken, waiting_until()) == ({}, [MORNING])
    with scoped({WARD}), transaction(read_only=True) as session:
        assert queries.progress_of(session, campaign).leaves_at == MORNING

    refuse_messages(3)
    at(MORNING + timedelta(minutes=1))
    lane("notify", due=True)
    sent = [body["Content"] for body in lane.provider.taken.values()]
    assert (len(sent), count(Notice.last_error == "opted-out")) == (due - 3, 3)
    assert {sms_size(words).parts for words in sent} == {1}

    # A second run, by a click and by the daily job, sends nothing.
    before = count()
    with scoped({WARD}), transaction() as session:
        actions.ask_for_reminders(session, campaign, WARD, "again")
    at(NIGHT)
    lane("housekeeping")
    lane("notify")
    assert (count(), len(lane.provider.taken)) == (before, due - 3)


def test_renewals_raise_cover_from_83_63_to_87_00_percent(begun):
    gone = BEGIN - timedelta(days=5)
    campaign = begun([card(turn, gone) for turn in range(RENEWED + 63)])

    renewed = BEGIN + timedelta(days=365)
    assert take(ListKind.RENEWALS, [card(turn, renewed) for turn in range(RENEWED)]) == RENEWED

    with scoped({WARD}), transaction(read_only=True) as session:
        cover = queries.campaign_for(session, ACTOR, campaign, today=BEGIN).coverage
    shares = (str(cover.share_before), str(cover.share_after), str(cover.points))
    assert shares == ("83.63", "87.00", "3.37")


def test_a_renewed_card_is_reminded_of_nothing(lane, at, begun):
    begun([card(1, BEGIN + timedelta(days=2))])
    lane("housekeeping")
    take(ListKind.RENEWALS, [card(1, BEGIN + timedelta(days=367))])

    at(MORNING)
    lane("notify", due=True)

    assert lane.provider.taken == {}
    assert count(Notice.last_error == "no-longer-true") == 1


def test_what_comes_up_while_its_campaign_pauses_waits_for_it(lane, at, begun):
    campaign = begun([card(1, BEGIN + timedelta(days=2))])
    lane("housekeeping")
    with scoped({WARD}), transaction() as session:
        actions.pause_campaign(session, ACTOR, campaign, today=BEGIN)
        # As a message that was on its way when the pause began, and was refused.
        session.execute(update(Notice).values(state="queued", last_error=None))
    at(MORNING)

    lane("notify", due=True)
    waited = (count(Notice.state == "held"), len(lane.provider.taken))
    with scoped({WARD}), transaction() as session:
        actions.start_campaign(session, ACTOR, campaign, now=MORNING, today=BEGIN)
    lane("notify", due=True)

    assert waited == (1, 0)
    assert len(lane.provider.taken) == 1


def test_a_pause_holds_what_has_not_left_and_a_stop_drops_it(lane, at, begun):
    campaign = begun([card(turn, BEGIN + timedelta(days=2)) for turn in range(5)])
    lane("housekeeping")
    with scoped({WARD}), transaction() as session:
        actions.pause_campaign(session, ACTOR, campaign, today=BEGIN)
    at(MORNING)
    lane("notify", due=True)
    assert (count(Notice.state == "held"), lane.provider.taken) == (5, {})

    with scoped({WARD}), transaction() as session:
        actions.start_campaign(session, ACTOR, campaign, now=MORNING, today=BEGIN)
    lane("notify", due=True)
    assert len(lane.provider.taken) == 5

    with scoped({WARD}), transaction() as session:
        actions.stop_campaign(session, ACTOR, campaign, today=BEGIN)
    assert count(Notice.state == "held") == 0
