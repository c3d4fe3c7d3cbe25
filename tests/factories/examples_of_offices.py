"""Examples for the forms of accounts, notices and operations."""

from dataclasses import replace

import pytest
from pyotp import TOTP

from app.accounts.actions import (
    AccountDraft,
    RoleDraft,
    StaffDraft,
    begin_factor,
    confirm_factor,
    grant_role,
    name_index,
    open_account,
    owe_confirmation,
    propose_account,
    request_reset,
    start_session,
)
from app.accounts.models import Account, Assignment, PasswordReset
from app.accounts.queries import factor_of
from app.accounts.rules import SYSTEM, Role
from app.infra.crypto import cipher
from app.infra.models import Job
from app.kernel.clock import now
from app.kernel.ids import new_id
from tests.harness.examples import Example

WARD = "00364"


@pytest.fixture
def account_examples(session, cast, make_actor):
    """Signing in and out, and what one does with one's own account."""
    person = make_actor(Role.WARD_OFFICER, "Na", ward_code=WARD)
    start_session(session, person.account_id, "another phone", now=now())
    email = _email(session, person)
    request_reset(session, name_index(email), now=now())
    reset = session.query(PasswordReset).one()
    token = cipher().decrypt(reset.token, f"password_reset.token:{reset.id}")
    asking, unsure = (_unconfirmed(session, n) for n in range(2))
    link = session.query(PasswordReset).filter_by(account_id=unsure).one()
    to_confirm = {"token": cipher().decrypt(link.token, f"password_reset.token:{link.id}")}
    both = make_actor(Role.INSPECTOR, "Hai Vai", ward_code=WARD)
    leader = RoleDraft(Role.GROUP_LEADER, ward_code=WARD)
    grant_role(session, SYSTEM, both.account_id, leader, now=now())
    chosen = session.query(Assignment.id).filter_by(role="group-leader").scalar()
    leaving = make_actor(Role.VOLUNTEER, "Về", ward_code=WARD)
    new = "chùm khế ngọt trèo hái mỗi ngày"
    return {
        "accounts.start": Example(
            None, ("accounts.sign_in", {}), typed={"name": "ai@example.com", "password": "x"},
            answer=422,
        ),
        "accounts.send_reset": Example(
            None, ("accounts.forgot", {}), typed={"name": "ai@example.com"}, answer=200
        ),
        "accounts.set_new": Example(
            None, ("accounts.reset", {"token": token}), {"token": token},
            {"password": new, "again": new},
        ),
        "accounts.confirm_email": Example(None, ("accounts.confirm", to_confirm), to_confirm),
        "accounts.send_confirmation": Example(
            replace(person, account_id=asking, role=Role.DONOR), ("accounts.own", {})
        ),
        "accounts.end": Example(person, ("accounts.own", {})),
        "accounts.switch": Example(both, ("accounts.own", {}), typed={"chosen": chosen}),
        "accounts.sign_out": Example(leaving, ("accounts.own", {})),
    }  # fmt: skip


def _unconfirmed(session, number):
    draft = AccountDraft("Chưa Rõ", f"chuaro{number}@example.com", None, "x", is_confirmed=False)
    account_id = open_account(session, draft, now=now())
    grant_role(session, SYSTEM, account_id, RoleDraft(Role.DONOR, donor_id=new_id()), now=now())
    owe_confirmation(session, account_id, now=now())
    return account_id


def _email(session, person):
    account = session.get_one(Account, person.account_id)
    return cipher().decrypt(account.email, f"account.email:{account.id}")


@pytest.fixture
def factor_examples(session, make_actor):
    """A second factor: begun, confirmed, typed at a sign-in, and lost.

    What a phone would show changes every half a minute, so a recovery code is typed, or a code
    that is too short to be right.
    """
    new, begun, one, two = (
        make_actor(Role.WARD_OFFICER, f"Hai bước {n}", ward_code=WARD) for n in range(4)
    )
    begin_factor(session, begun, now=now())
    codes = [switched_on(session, person) for person in (one, two)]
    whom, admin = {"account_id": two.account_id}, make_actor(Role.SYSTEM_ADMIN, "Đảo")
    own, short = ("accounts.second_factor", {}), {"code": "12345"}
    return {
        "accounts.begin_factor": Example(new, own),
        "accounts.confirm_factor": Example(begun, own, typed=short, answer=422),
        "accounts.pass_code": Example(one, ("accounts.code", {}), typed={"code": codes[0][0]}),
        "accounts.propose_forgetting": Example(
            admin, ("accounts.staff_member", whom), whom, {"lost": "Rơi xuống ao"}
        ),
    }


def switched_on(session, actor):
    """Switch a second factor on for an actor; returns its recovery codes."""
    moment = now()
    begin_factor(session, actor, now=moment)
    key = factor_of(session, actor.account_id).secret
    return confirm_factor(session, actor, TOTP(key).at(moment), now=moment)


@pytest.fixture
def staff_examples(session, cast, make_actor):
    """Accounts of staff: proposed by an administrator, decided by the ward's approver."""
    admin = make_actor(Role.SYSTEM_ADMIN, "Biển")
    people = [make_actor(Role.VOLUNTEER, f"Giúp {n}", ward_code=WARD) for n in range(2)]
    role = RoleDraft(Role.INSPECTOR, ward_code=WARD)
    drafts = [StaffDraft(role, "Theo quyết định", f"Mới {n}", f"moi{n}@example.com") for n in "ab"]
    ids = [{"account_proposal_id": propose_account(session, admin, d, now=now())} for d in drafts]
    shown, member = "accounts.staff_proposal", "accounts.staff_member"
    asked = {"role": "event-lead", "place": WARD, "reason": "Theo quyết định"}
    somebody = {"name": "Nguyễn Thị Sen", "email": "sen@example.com"}
    whom = [{"account_id": person.account_id} for person in people]
    return {
        "accounts.propose_staff": Example(
            admin, ("accounts.new_staff", {}), typed=asked | somebody
        ),
        "accounts.propose_role": Example(admin, (member, whom[0]), whom[0], asked),
        "accounts.suspend_staff": Example(
            cast.tam, (member, whom[1]), whom[1], {"why": "Nghỉ việc"}
        ),
        "accounts.agree_staff": Example(cast.tam, (shown, ids[0]), ids[0]),
        "accounts.decline_staff": Example(
            cast.tam, (shown, ids[1]), ids[1], {"reason": "Chưa có quyết định"}
        ),
    }


@pytest.fixture
def office_examples(session, cast, make_actor):
    """Notices that need a person, work that gave up, messages that are held."""
    from app.notices import actions as notices
    from app.notices.own_words import Moment, WordsDraft
    from app.notices.rules import Channel, Outcome
    from tests.integration.notices.test_actions import BASE, draft

    admin = make_actor(Role.SYSTEM_ADMIN, "Biển")
    notices.hold_sending(session, "restored", now=now())
    notices.ask_release(session, admin, sends_old=False, now=now())
    doubtful = []
    for n in range(3):
        notice = notices.owe(session, draft(cause_id=f"example-{n}"))
        notices.claim_notice(session, notice, base_url=BASE, now=now())
        notices.doubt(session, notice, "no-answer")
        doubtful.append({"notice_id": notice})
    to_minh = draft(cause_id="m", recipient_kind="account", recipient_id=cast.minh.account_id,
                    template="correction-asked", parameters={"code": "H-AAAAAA"},
                    email="minh@example.com")  # fmt: skip
    notices.claim_notice(session, notices.owe(session, to_minh), base_url=BASE, now=now())
    notices.pause_channel(session, Channel.EMAIL, "no-balance", now=now())
    notices.note_trouble(session, Channel.SMS, "server-trouble", now=now())
    job = Job(lane="import", name="check-household-import", arg="x", wards=WARD, state="dead")
    session.add(job)
    session.flush()
    jobs = ("operations.jobs", {})
    shown = "notices.show"
    for cause_id in ("on-paper", "by-voice"):
        called = notices.owe(session, draft(cause_id=cause_id, phone=None))
        notices.claim_notice(session, called, base_url=BASE, now=now())
        notices.record_sent(session, called, "in-app", now=now())
        if cause_id == "on-paper":
            notices.put_on_paper(session, cast.minh, Outcome.PRINTED, now=now())
    call = {"notice_id": called}
    kept = {"moment": "handed-over", "language": "vi"}
    thanks = WordsDraft(Moment.HANDED_OVER, "vi", "Quà {ma_ck} đã trao ngày {ngay}.", "")
    notices.keep_words(session, cast.minh, thanks, base_url=BASE, now=now())
    word = {"moment": "invitation", "language": "vi"}
    return {
        "notices.keep": Example(
            cast.minh,
            ("notices.word", word),
            word,
            {
                "words": "Mời {ten} đến {dia_diem} lúc {gio} ngày {ngay}, mã {ma}.",
            },
        ),
        "notices.use_supplied": Example(cast.minh, ("notices.word", kept), kept),
        "notices.tried": Example(
            cast.minh, ("notices.call", call), call, {"outcome": "missed", "note": "Đi vắng"}
        ),
        "notices.pause_channel": Example(
            cast.minh, ("notices.channels", {}), {"channel": "sms"}, {"reason": "Mẫu tin sai"}
        ),
        "notices.open_channel": Example(cast.minh, ("notices.channels", {}), {"channel": "email"}),
        "notices.enter_token": Example(
            admin, ("notices.channels", {}), typed={"refresh_password": "r" * 40}
        ),
        "notices.put_on_paper": Example(cast.minh, ("notices.paper", {})),
        "notices.told": Example(cast.minh, (shown, doubtful[0]), doubtful[0]),
        "notices.again": Example(
            cast.minh, (shown, doubtful[1]), doubtful[1], {"reason": "Chưa nhận được"}
        ),
        "notices.stop": Example(cast.minh, (shown, doubtful[2]), doubtful[2]),
        "notices.choose_topics": Example(cast.minh, ("notices.topics", {})),
        "notices.mark_read": Example(cast.minh, ("notices.inbox", {})),
        "operations.again": Example(cast.minh, jobs, {"job_id": job.id}),
        "operations.ask_release": Example(admin, jobs),
        "operations.release": Example(cast.tam, jobs),
    }
