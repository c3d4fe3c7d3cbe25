"""For each kind of job: how it comes to be owed, and what stands when it was done exactly once.

A case asks for fixtures by name, so that only what it needs is made. `deaths` is how many commits
the job makes: it can die before each of them.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import func, select, update

from app.accounts.actions import AccountDraft, RoleDraft, grant_role, name_index, open_account
from app.accounts.actions import request_reset as ask_for_reset
from app.accounts.rules import SYSTEM, Role
from app.audit.models import AuditEvent
from app.campaigns import actions as campaigns
from app.campaigns.lists import read_cards
from app.campaigns.models import Reminder
from app.campaigns.rules import CampaignDraft, ListKind
from app.handovers import actions as handovers
from app.handovers.models import Appointment
from app.households import actions as households
from app.households.models import Household, HouseholdImport, ImportRow
from app.households.sheets import read_list
from app.infra.jobs import JobName, enqueue
from app.infra.models import Job
from app.kernel.clock import now, today
from app.matching import actions as matching
from app.matching.actions import shards as matching_shards
from app.matching.actions.comparisons import request_comparison
from app.matching.models import MatchRun, PolicyComparison, Proposal, Unmatched
from app.matching.rules.policy_versions import ComparisonDraft
from app.needs.models import NeedCard
from app.notices import actions as notices
from app.notices.models import Notice
from app.pledges.models import Pledge, PledgeLine
from app.pledges.rules import LineState
from worker import runner

WARD, PROVINCE = "00364", "01"
LIST = "Họ tên,Năm sinh,Diện hộ\n" + "".join(
    f"Lê Thị {word},1950,Hộ nghèo\n" for word in ("Một", "Hai", "Ba", "Bốn", "Năm")
)

Facts = Callable[[Any], Any]


@dataclass(frozen=True)
class Case:
    """`owe` puts the job among the rows, and returns what reads the facts when it is over."""

    owe: Callable[[Any], Facts]
    deaths: int
    facts: Any


def count(session, table, *where):
    return session.scalar(select(func.count()).select_from(table).where(*where))


def deeds(session, action):
    """How often the audit says that this was done."""
    return count(session, AuditEvent, AuditEvent.action == action)


def _uploaded(use):
    session, minh = use("session"), use("cast").minh
    upload = households.Upload("list.csv", LIST.encode())
    return households.start_import(session, minh, WARD, upload, now=now())


def _check_import(use):
    import_id = _uploaded(use)
    households.ask_for_check(use("session"), import_id, WARD)

    def facts(session):
        batch = session.get_one(HouseholdImport, import_id)
        return batch.state, count(session, ImportRow, ImportRow.import_id == import_id)

    return facts


def _commit_import(use):
    session, minh = use("session"), use("cast").minh
    import_id = _uploaded(use)
    rows = read_list(LIST.encode(), "list.csv", today())
    households.store_rows(session, import_id, WARD, rows)
    households.finish_check(session, import_id, rows)
    households.request_commit(session, minh, import_id)

    def facts(session):
        batch = session.get_one(HouseholdImport, import_id)
        entered = count(session, Household, Household.import_id == import_id)
        return batch.state, batch.number, entered, deeds(session, "commit-import")

    return facts


def _follow_consent(use):
    need_id = use("make_need")(home=use("make_home")(agrees=True))
    return lambda session: session.get(NeedCard, need_id) is not None


def _run_matching(use):
    for number in range(4):
        use("make_open_need")(urgency=number % 3)
    use("make_line")(units=3)
    matching.request_run(use("session"), use("cast").minh, WARD, now=now())
    return _matched


def _place_pledge(use):
    for number in range(4):
        use("make_open_need")(urgency=number % 3)
    line = use("make_line")(units=3)
    enqueue(use("session"), JobName.PLACE_PLEDGE, line.pledge_id, wards=WARD)
    return _matched


def _place_need(use):
    need = use("make_open_need")(urgency=3)
    use("make_line")(units=3)
    enqueue(use("session"), JobName.PLACE_NEED, need.id, wards=WARD)
    return _matched


def _matched(session):
    states = list(session.scalars(select(MatchRun.state)))
    return states, count(session, Proposal), count(session, Unmatched)


def _province_run(use):
    for number in range(4):
        use("make_open_need")(urgency=number % 3)
    use("make_line")(units=3)
    matching.request_province_run(use("session"), SYSTEM, [PROVINCE], now=now())
    return _matched


def _large_province_run(use):
    use("monkeypatch").setattr(matching_shards, "SMALL_PART", 0)
    return _province_run(use)


def _price_run(use):
    matched = _run_matching(use)

    def facts(session):
        figures = session.scalars(select(MatchRun.figures)).one()
        (kind,) = figures["kinds"].values()
        return figures["price"]["best"] == kind["levels"][0], matched(session)

    return facts


def _compare_policies(use):
    session, minh = use("session"), use("cast").minh
    _run_matching(use)
    session.commit()
    runner.drain("match")
    comparison_id = request_comparison(session, minh, ComparisonDraft(1), now=now())

    def facts(session):
        compared = session.get_one(PolicyComparison, comparison_id)
        return compared.failure, compared.result["gained_count"], _matched(session)

    return facts


def _withdraw_overtaken(use):
    line, minh = use("make_line")(units=1), use("cast").minh
    run = use("make_run")(requested_by=minh.account_id)
    first, second = (use("make_proposal")(line=line, run=run).id for _turn in range(2))
    matching.accept_proposals(use("session"), use("cast").tam, [first], now=now())

    def facts(session):
        asked = count(session, Job, Job.name == JobName.RUN_MATCHING.value)
        return session.get_one(Proposal, second).state != "proposed", asked

    return facts


def _nightly_runs(use):
    use("make_open_need")()
    use("make_line")()
    enqueue(use("session"), JobName.REQUEST_NIGHTLY_RUNS, now().isoformat(), wards="*")
    asked = Job.name == JobName.RUN_MATCHING.value
    return lambda session: (count(session, MatchRun), count(session, Job, asked))


def _campaign(use):
    session, minh = use("session"), use("cast").minh
    day = f"{today() + timedelta(days=10):%d/%m/%Y}"
    body = "Họ và tên,Năm sinh,Số điện thoại,Số thẻ BHYT,Ngày hết hạn\n" + "".join(
        f"Nguyễn Thị {turn},1950,091200000{turn},GD400000000000{turn},{day}\n" for turn in (1, 2)
    )
    file = campaigns.ListFile(WARD, ListKind.CARDS, "cards.csv", body.encode())
    sheet = read_cards(file.body, file.name, today())
    campaigns.take_list(session, minh, file, sheet, now=now())
    draft = CampaignDraft(population=100, covered=90, hotline="0258 3812 345")
    campaign_id = campaigns.draft_campaign(session, minh, WARD, draft, today=today())
    campaigns.start_campaign(session, minh, campaign_id, now=now(), today=today())
    return lambda session: (count(session, Notice), count(session, Reminder))


def _remind_daily(use):
    _campaign(use)
    enqueue(use("session"), JobName.REMIND_DAILY, now().isoformat(), wards="*")
    asked = Job.name == JobName.REMIND.value
    return lambda session: (count(session, Job, asked), count(session, Reminder))


def _send_notice(use):
    session = use("session")
    draft = notices.NoticeDraft(
        template="correction-asked", cause="need", cause_id="n1", recipient_kind="account",
        recipient_id=use("cast").minh.account_id, ward_code=WARD, language="vi",
        parameters={"code": "NC-AAAAAA"},
    )  # fmt: skip
    notices.owe(session, draft)
    return lambda session: [(n.channel, n.state) for n in session.scalars(select(Notice))]


def _password_reset(use):
    session = use("session")
    account_id = open_account(
        session, AccountDraft("Vy", "vy@example.com", None, "hash"), now=now()
    )
    role = RoleDraft(Role.WARD_OFFICER, ward_code=use("wards")[0])
    grant_role(session, SYSTEM, account_id, role, now=now())
    ask_for_reset(session, name_index("vy@example.com"), now=now())
    letter = Notice.template == "password-reset"
    return lambda session: count(session, Notice, letter)


def _sweep(use):
    session, line = use("session"), use("make_line")(units=4)
    pledge = session.get_one(Pledge, line.pledge_id)
    pledge.available_from = pledge.available_to = today() - timedelta(days=1)
    line_id = line.id
    enqueue(session, JobName.SWEEP, now().isoformat(), wards="*")

    def facts(session):
        swept = session.get_one(PledgeLine, line_id)
        return swept.state, swept.withdrawn

    return facts


def _write_digests(use):
    use("cast")
    use("make_line")(units=4, state=LineState.OFFERED)
    enqueue(use("session"), JobName.WRITE_DIGESTS, now().isoformat(), wards="*")
    digests = select(Notice.recipient_id).where(Notice.template == "digest")

    def facts(session):
        told = session.scalars(digests).all()
        return len(told), len(set(told))

    return facts


def _remind_visits(use):
    session, minh, due = use("session"), use("cast").minh, now()
    day = use("make_day")(
        starts_at=due + timedelta(days=1), ends_at=due + timedelta(days=1, hours=3)
    )
    early = due - timedelta(days=3)
    handovers.invite(session, minh, day.id, [use("make_allocation")().id], now=early)
    session.execute(update(Appointment).values(created_at=early))
    enqueue(session, JobName.REMIND_VISITS, due.isoformat(), wards="*")
    return lambda session: count(session, Notice, Notice.template == "appointment-reminder")


CASES = {
    JobName.CHECK_HOUSEHOLD_IMPORT: Case(_check_import, 6, ("checked", 5)),
    JobName.COMMIT_HOUSEHOLD_IMPORT: Case(_commit_import, 5, ("committed", 1, 5, 1)),
    JobName.FOLLOW_CONSENT: Case(_follow_consent, 1, True),
    JobName.RUN_MATCHING: Case(_run_matching, 5, (["ready"], 3, 1)),
    JobName.SPLIT_RUN: Case(_province_run, 1, (["ready"], 3, 1)),
    JobName.SOLVE_SHARD: Case(_large_province_run, 3, (["ready"], 3, 1)),
    JobName.SOLVE_SMALL_SHARD: Case(_province_run, 3, (["ready"], 3, 1)),
    JobName.MERGE_RUN: Case(_province_run, 1, (["ready"], 3, 1)),
    JobName.PRICE_RUN: Case(_price_run, 4, (True, (["ready"], 3, 1))),
    JobName.COMPARE_POLICIES: Case(_compare_policies, 4, (None, 0, (["ready"], 3, 1))),
    JobName.WITHDRAW_OVERTAKEN: Case(_withdraw_overtaken, 1, (True, 1)),
    JobName.PLACE_PLEDGE: Case(_place_pledge, 2, (["ready"], 3, 0)),
    JobName.PLACE_NEED: Case(_place_need, 2, (["ready"], 1, 0)),
    JobName.REQUEST_NIGHTLY_RUNS: Case(_nightly_runs, 1, (1, 1)),
    JobName.REMIND: Case(_campaign, 2, (2, 2)),
    JobName.REMIND_DAILY: Case(_remind_daily, 1, (2, 2)),
    JobName.REMIND_VISITS: Case(_remind_visits, 2, 1),
    JobName.SEND_NOTICE: Case(_send_notice, 2, [("in-app", "sent")]),
    JobName.SEND_PASSWORD_RESET: Case(_password_reset, 1, 1),
    # Minh, Tâm and Quân may accept the offer.
    JobName.WRITE_DIGESTS: Case(_write_digests, 2, (3, 3)),
    JobName.SWEEP: Case(_sweep, 1, ("expired", 4)),
}
