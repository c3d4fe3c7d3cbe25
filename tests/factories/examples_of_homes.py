"""Examples for the forms of places, programmes, households and needs."""

from datetime import date

import pytest
from sqlalchemy import select

from app.households import actions as households
from app.households.models import Consent, ImportRow, Member
from app.households.queries import kin_of
from app.households.rules import (
    ConsentDraft,
    ConsentMethod,
    ConsentPurpose,
    MemberDraft,
    MergeDraft,
)
from app.kernel.clock import now, today
from tests.harness.examples import Example, Upload, give_up

WARD = "00364"


@pytest.fixture
def place_examples(session, cast, make_group):
    """The ward's groups and its own programme."""
    one, two = make_group(number=71), make_group(number=72)
    return {
        "places.open_group": Example(cast.minh, ("places.groups", {}), typed={"name": "Tổ 99"}),
        "places.rename_group": _at_group(cast, one, {"name": "Tổ 98"}),
        "places.close_group": _at_group(cast, two, {}),
    }


def _at_group(cast, group, typed):
    where = {"group_id": group.id}
    return Example(cast.minh, ("places.group", where), where, typed)


PROGRAMME = {
    "name_vi": "Tết ấm", "theme": "tet", "aim_vi": "Mỗi hộ một phần quà", "kinds": ["qua_tet"],
    "starts_on": "2026-12-01", "handover_from": "2027-01-20", "handover_to": "2027-02-03",
    "ends_on": "2027-02-05", "once_per_household": "y",
}  # fmt: skip


@pytest.fixture
def programme_examples(session, cast, kinds):
    """Opening a programme of the ward, and closing it."""
    from app.programmes.actions import open_programme
    from app.programmes.rules import ProgrammeDraft

    days = {k: date.fromisoformat(v) for k, v in PROGRAMME.items() if v[:2] == "20"}
    draft = ProgrammeDraft(
        code="CT-VIDU", theme="tet", name_vi="Ví dụ", name_en="Example", aim_vi="Quà",
        aim_en="Gifts", kinds=("qua_tet",), ward_code=WARD, once_per_household=True, **days,
    )  # fmt: skip
    where = {"programme_id": open_programme(session, cast.minh, draft)}
    return {
        "programmes.create": Example(cast.minh, ("programmes.new", {}), typed=PROGRAMME),
        "programmes.close": Example(cast.minh, ("programmes.show", where), where),
    }


@pytest.fixture
def household_examples(session, cast, make_household):
    """A household of its own for each thing that is done to one."""
    home, moving = make_household(name="Bà Một"), make_household(name="Bà Hai")
    number = "001150000001"
    known = make_household(name="Bà Ba", citizen_number=number)
    member = _member(session, cast, home, "Cháu Bốn")
    leaving = _member(session, cast, home, "Cháu Năm")
    consent = _consent(session, cast, make_household(name="Bà Sáu"))
    shown, at = "households.show", {"household_id": home}
    change = "households.change_member"
    of_member, of_leaving = at | {"member_id": member}, at | {"member_id": leaving}
    minh = cast.minh
    fact = {"kind": "poor", "source": "QĐ 12", "valid_from": "2026-01-01"}
    person = {"name": "Lê Văn Ví Dụ", "year": "1950"}
    looked = {"household_id": known}
    head = households_head(session, known)
    agreed = {"purpose": "show-anonymous-card", "answer": "yes", "method": "paper"}
    apart = {"confirmed": "y"}
    moved = {"reason": "Đã chuyển vào Nam"}
    return {
        "households.register": Example(minh, ("households.new", {}), typed=person | apart),
        "households.save": Example(minh, ("households.change", looked), looked),
        "households.add_member": Example(
            minh, ("households.new_member", at), at, person | {"relation": "con"}
        ),
        "households.save_member": Example(minh, (change, of_member), of_member),
        "households.member_leaves": Example(minh, (change, of_leaving), of_leaving),
        "needs.move_away": Example(
            minh, (shown, {"household_id": moving}), {"household_id": moving}, moved
        ),
        "households.give_consent": Example(minh, (shown, at | {"part": "consents"}), at, agreed),
        "households.withdraw_consent": Example(
            minh, (shown, {"household_id": consent[0], "part": "consents"}),
            {"household_id": consent[0], "consent_id": consent[1]},
        ),
        "households.reveal": Example(
            minh, (shown, looked), looked,
            {"member": head, "purpose": REVEAL},
        ),
        "households.claim": Example(minh, ("households.new_standing", at), at, fact),
    }  # fmt: skip


def households_head(session, household_id):
    """The id of a household's head."""
    return session.query(Member.id).filter_by(household_id=household_id, is_head=True).scalar()


REVEAL = "check-papers"


def _member(session, cast, household_id, name):
    draft = MemberDraft(name, 2001, relation="cháu")
    return households.add_member(session, cast.minh, household_id, draft, now=now())


def _consent(session, cast, household_id):
    draft = ConsentDraft(ConsentPurpose.SHOW_CARD, ConsentMethod.PAPER)
    households.give_consent(session, cast.minh, household_id, draft, now=now())
    asked = select(Consent.id).where(Consent.household_id == household_id)
    return household_id, session.scalar(asked)


@pytest.fixture
def kin_examples(session, cast, make_household):
    """A household that turns out to be an officer's relatives', and one that does not."""
    home = {"household_id": make_household(name="Bà Con")}
    slip = {"household_id": make_household(name="Bà Nhầm")}
    households.declare_kin(session, cast.minh, slip["household_id"], now=now())
    [said] = kin_of(session, slip["household_id"])
    of_slip, why = slip | {"kin_id": said.id}, {"reason": "Bấm nhầm hộ"}
    return {
        "households.declare_kin": Example(cast.minh, ("households.show", home), home),
        "households.end_kin": Example(cast.tam, ("households.show", slip), of_slip, why),
    }


@pytest.fixture
def merge_examples(session, cast, make_household):
    """Pairs of households that are one: to be proposed, approved, declined, taken back."""
    from app.matching import actions as matching

    def pair(name):
        return make_household(name=name), make_household(name=name, birth_year=1951)

    def asked(name):
        homes, draft = pair(name), MergeDraft({}, "Một nhà")
        return {"merge_id": matching.propose_merge(session, cast.minh, *homes, draft, now=now())}

    def decided(who, where, typed=None):
        return Example(who, ("matching.merge", where), where, typed or {})

    new = dict(zip(("household_id", "twin_id"), pair("Bà Đôi"), strict=True))
    return {
        "matching.propose_merge": Example(
            cast.minh, ("matching.merge_form", new), new, {"reason": "Cùng căn cước"}
        ),
        "matching.approve_merge": decided(cast.tam, asked("Bà Cặp")),
        "matching.decline_merge": decided(cast.tam, asked("Bà Riêng"), {"reason": "Hai nhà"}),
        "matching.take_merge_back": decided(cast.minh, asked("Bà Rút")),
    }


@pytest.fixture
def standing_examples(session, cast, duc, make_household, claim):
    """A fact in the state that each decision waits for."""
    visit = {"visited_on": "2026-11-20", "no_kin": "y"}

    def fact(name, state="submitted"):
        standing = claim(make_household(name=name))
        if state != "submitted":
            households.verify_standing(session, duc, standing, now=now())
        if state == "approved":
            households.approve_standing(session, cast.tam, standing, now=now())
        return {"standing_id": standing}

    def decided(who, where, typed=None):
        return Example(who, ("households.standing", where), where, typed or {})

    why = {"reason": "Giấy tờ chưa đủ"}
    queue = "households.queue"
    return {
        "households.verify": decided(duc, fact("Ông Bảy"), visit),
        "households.reject": decided(duc, fact("Ông Tám"), why),
        "households.approve": decided(cast.tam, fact("Ông Chín", "verified")),
        "households.send_back": decided(cast.tam, fact("Ông Mười", "verified"), why),
        "households.end": decided(cast.tam, fact("Ông Trăm", "approved"), why),
        "households.verify_many": Example(
            duc, (queue, {"state": "submitted"}),
            typed={"standing": [fact("Ông Ngàn")["standing_id"]]},
        ),
        "households.approve_many": Example(
            cast.tam, (queue, {"state": "verified"}),
            typed={"standing": [fact("Ông Vạn", "verified")["standing_id"]]},
        ),
    }  # fmt: skip


@pytest.fixture
def import_examples(session, cast):
    """A list in each state that a button waits for."""
    from app.households.sheets import Draft, JudgedRow, Verdict

    def listed(body, verdict=Verdict.OK):
        upload = households.Upload("list.csv", body)
        import_id = households.start_import(session, cast.minh, WARD, upload, now=now())
        rows = [JudgedRow("Danh sách", 2, Draft(name=f"Lê {body!r}"), verdict=verdict)]
        households.store_rows(session, import_id, WARD, rows)
        households.finish_check(session, import_id, rows)
        return {"import_id": import_id}

    asked, twin, entered = (
        listed(b"a"), listed(b"b", Verdict.POSSIBLE_DUPLICATE), listed(b"c")
    )  # fmt: skip
    stopped = listed(b"d")
    households.request_commit(session, cast.minh, stopped["import_id"])
    give_up(session, stopped["import_id"])
    households.begin_commit(session, cast.minh, entered["import_id"])
    households.commit_import(session, cast.minh, entered["import_id"], now=now(), today=today())
    row = session.query(ImportRow.id).filter_by(import_id=twin["import_id"]).scalar()
    page = "households.import_"
    sheet = Upload("Họ tên,Năm sinh\nLê Một,1950\n".encode(), "list.csv")
    shown = twin | {"verdict": "possible_duplicate"}
    return {
        "households.upload": Example(cast.minh, ("households.imports", {}), typed={"file": sheet}),
        "households.decide_row": Example(
            cast.minh, (page, shown), twin | {"row_id": row}, {"decision": "take"}
        ),
        "households.commit_import": Example(cast.minh, (page, asked), asked),
        "households.resume_import": Example(cast.minh, (page, stopped), stopped),
        "households.undo_import": Example(cast.minh, (page, entered), entered),
    }


@pytest.fixture
def need_examples(session, cast, duc, make_home, make_need):
    """A need in the state that each decision waits for."""
    from app.needs import actions as needs

    home = {"household_id": make_home(agrees=True, name="Cụ Một")}
    minh, tam = cast.minh, cast.tam

    def need(state):
        return {"need_id": make_need(state, home=make_home(agrees=True, name="Cụ Hai"))}

    def decided(who, state, typed=None):
        where = need(state)
        return Example(who, ("needs.show", where), where, typed or {})

    def why(step):
        return {f"{step}-reason": "Cần thêm giấy tờ"}

    draft = need("draft")
    suspended = need("approved")
    needs.suspend_need(session, tam, suspended["need_id"], "Chờ giấy tờ")
    return {
        "needs.create": Example(
            minh, ("needs.new", home | {"kind": "qua_tet"}), home,
            {"evidence": EVIDENCE, "step": "submit"},
        ),
        "needs.change": Example(minh, ("needs.edit", draft), draft, {"units": "1"}),
        "needs.verify": decided(duc, "submitted"),
        "needs.approve": decided(tam, "verified"),
        "needs.send_back": decided(duc, "submitted", why("return")),
        "needs.reject": decided(duc, "submitted", why("reject")),
        "needs.suspend": decided(tam, "approved", why("suspend")),
        "needs.withdraw": decided(tam, "approved", why("withdraw")),
        "needs.resume": Example(tam, ("needs.show", suspended), suspended),
        "needs.verify_many": Example(
            duc, ("needs.index", {"state": "submitted"}),
            typed={"needs": [need("submitted")["need_id"]]},
        ),
        "needs.approve_many": Example(
            tam, ("needs.index", {"state": "verified"}),
            typed={"needs": [need("verified")["need_id"]]},
        ),
    }  # fmt: skip


EVIDENCE = ["in-group-list", "not-yet-given"]
