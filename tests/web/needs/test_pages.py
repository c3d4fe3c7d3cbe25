"""Staff write needs down, decide on them, and read why something is refused."""

from datetime import timedelta

import pytest

from app.kernel.clock import today
from app.needs.models import Need


@pytest.fixture
def officer(browse, cast):
    browse.sign_in(cast.minh)
    return browse


def stored(session, need_id):
    session.expire_all()
    return session.get_one(Need, need_id)


def english(browse):
    browse.client.set_cookie("nc-lang", "en")
    return browse


def filled(**typed):
    known = {"units": "1", "urgency": "1", "starts_on": today().isoformat()}
    return known | {"evidence": ["in-group-list", "not-yet-given"]} | typed


def test_an_officer_chooses_a_kind_and_writes_the_need_down(officer, make_home, session):
    home = make_home()
    page = officer.get("needs.new", household_id=home)
    form = officer.visit(page.link("Quà Tết, lễ"))

    answer = officer.submit(form, filled(story="Nhà neo người"), to="/needs/new")

    page = officer.follow(answer)
    assert page.says("Chờ xác minh")
    assert page.says("Nhà neo người")
    assert session.query(Need).one().cost_dong == 500_000


def test_a_wheelchair_asks_whose_it_is_and_says_which_fits(officer, make_home, session):
    home = make_home()
    form = officer.get("needs.new", household_id=home, kind="xe_lan")
    typed = filled(spec_type="standard", spec_hip_cm="36", evidence=["measured"])

    refused = officer.submit(form, typed, to="/needs/new", expect=422)
    person = next(o.get("value") for o in refused.all("option") if "Thử" in (o.text or ""))
    page = officer.follow(officer.submit(refused, typed | {"member_id": person}, to="/needs/new"))

    assert page.says("Mặt ngồi rộng 38–39 cm")
    assert page.says("Trần Thị Thử")


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"cost": "một đống"}, "Hãy nhập số tiền"),
        ({"starts_on": "31/02/2027"}, ""),
        ({"units": "-1"}, ""),
        ({"units": "١٢"}, "Số lượng phải từ 1"),
        ({"urgency": "9"}, ""),
        ({"programme_id": "x"}, ""),
        ({"evidence": ["unknown"]}, ""),
        ({"story": "a" * 301}, ""),
        ({"deadline_on": "2020-01-01"}, "Hạn chót phải sau ngày bắt đầu."),
    ],
)
def test_what_cannot_be_is_refused_and_what_was_typed_is_kept(officer, make_home, typed, words):
    form = officer.get("needs.new", household_id=make_home(), kind="qua_tet")

    page = officer.submit(form, filled(story="Giữ lại tôi") | typed, to="/needs/new", expect=422)

    assert page.says(words)
    assert "Giữ lại tôi" in page.html or "story" in typed


def test_the_same_need_twice_is_refused_on_the_form(officer, make_need, make_home):
    home = make_home()
    make_need("submitted", home=home)
    form = officer.get("needs.new", household_id=home, kind="qua_tet")

    page = officer.submit(form, filled(), to="/needs/new", expect=409)

    assert page.says("Hộ này đang có nhu cầu")


def test_a_stale_form_shows_both_versions_and_can_be_sent_again(officer, make_need, session):
    need_id = make_need("draft", kind_code="nhu_yeu_pham", units=2)
    old = officer.get("needs.edit", need_id=need_id)
    new = officer.get("needs.edit", need_id=need_id)
    officer.submit(new, {"units": "3"}, to="/edit")
    browse_back(session, need_id)

    page = officer.submit(old, {"units": "4"}, to="/edit", expect=409)
    officer.submit(page, {}, to="/edit")

    assert page.says("Vừa nhập")
    assert stored(session, need_id).units == 4


def browse_back(session, need_id):
    """Somebody sent it back meanwhile, so that it is a draft again."""
    need = stored(session, need_id)
    need.state, need.version = "draft", need.version + 1
    session.flush()


def test_one_verifies_another_approves_and_the_need_is_open(browse, session, cast, duc, make_need):
    need_id = make_need("submitted", kind_code="the_bhyt")
    browse.sign_in(duc)
    browse.submit(browse.get("needs.show", need_id=need_id), to="/verify")
    browse.sign_in(cast.tam)

    page = browse.follow(browse.submit(browse.get("needs.show", need_id=need_id), to="/approve"))

    assert page.says("Đang cần")
    assert stored(session, need_id).approved_by == cast.tam.account_id


def test_a_page_that_is_too_old_decides_nothing(browse, session, cast, make_need):
    need_id = make_need("verified")
    browse.sign_in(cast.tam)
    page = browse.get("needs.show", need_id=need_id)
    stored(session, need_id).version += 1
    session.flush()

    answer = browse.submit(page, to="/approve", expect=409)

    assert answer.says("vừa được người khác xử lý")
    assert stored(session, need_id).state == "verified"


@pytest.fixture
def approver(browse, cast):
    browse.sign_in(cast.tam)
    return browse


STEPS = [
    ("submitted", "return", "draft"),
    ("verified", "reject", "rejected"),
    ("approved", "suspend", "suspended"),
    ("approved", "withdraw", "withdrawn"),
    ("draft", "withdraw", "withdrawn"),
]


@pytest.mark.parametrize("way", STEPS)
def test_a_step_back_asks_for_its_reason(approver, session, make_need, way):
    browse, (state, step, after) = approver, way
    need_id = make_need(state)
    page = browse.get("needs.show", need_id=need_id)
    empty = browse.submit(page, to=f"/{step}", expect=422)

    shown = browse.follow(browse.submit(empty, {f"{step}-reason": "Thiếu ảnh"}, to=f"/{step}"))

    assert empty.says("Hãy ghi lý do")
    assert shown.says("Thiếu ảnh")
    assert stored(session, need_id).state == after


def test_a_suspended_need_is_taken_up_again(browse, session, cast, make_need):
    need_id = make_need()
    browse.sign_in(cast.tam)
    page = browse.get("needs.show", need_id=need_id)
    page = browse.follow(browse.submit(page, {"suspend-reason": "Đi vắng"}, to="/suspend"))

    browse.submit(page, to="/resume")

    assert stored(session, need_id).state == "approved"


def test_the_approver_ticks_many_and_reads_what_was_left(
    browse, session, cast, make_need, make_household
):
    good = [make_need("verified") for _ in range(2)]
    bad = make_need("verified", home=make_household(name="Lê Thị Thử"))
    browse.sign_in(cast.tam)
    page = browse.get("needs.index", state="verified")

    page = browse.follow(browse.submit(page, {"needs": [*good, bad]}, to="/needs/approve"))

    assert page.says("Đã xử lý 2 nhu cầu. 1 nhu cầu chưa xử lý được: Hộ chưa có hoàn cảnh")
    assert [stored(session, n).state for n in good] == ["approved"] * 2


def test_ticking_nothing_is_said(browse, cast, make_need):
    make_need("verified")
    browse.sign_in(cast.tam)
    page = browse.get("needs.index", state="verified")

    assert browse.submit(page, to="/needs/approve", expect=422).says("Chưa chọn nhu cầu nào")


def test_ones_own_work_cannot_be_ticked(officer, make_need):
    make_need("submitted", kind_code="the_bhyt")

    page = officer.get("needs.index", state="submitted")

    assert page.says("phần của mình")


def test_the_list_is_narrowed_in_its_address(officer, make_need):
    make_need("submitted")
    make_need("submitted", kind_code="the_bhyt", urgency=3)

    page = officer.get("needs.index", state="submitted", kind="the_bhyt", urgency="2")

    table = next(page.all("tbody"))
    assert len(list(table.iter("tr"))) == 1
    assert officer.get("needs.index", search="khongcoai").says("Không có nhu cầu nào khớp")


STRANGE = [
    "/needs?state=x&urgency=99&kind=%00&after=|",
    "/needs?after=2026|x",
    "/needs?search=%00'",
]


@pytest.mark.parametrize("path", STRANGE)
def test_a_strange_address_is_no_fault(officer, make_need, path):
    make_need("submitted")

    officer.visit(path)


def test_a_story_that_names_somebody_is_pointed_out(officer, make_need):
    page = officer.get("needs.show", need_id=make_need("submitted", story="Bà Thử ở ngõ 5"))

    assert page.says("Hoàn cảnh có tên người")
    assert page.says("Hoàn cảnh có địa chỉ")


def test_staff_read_what_the_public_would_read(officer, make_home, make_need):
    hidden = make_need("submitted", home=make_home(agrees=False))
    shown = make_need("submitted", story="Sống một mình")

    assert officer.get("needs.show", need_id=hidden).says("hộ chưa đồng ý hiện phiếu ẩn danh")
    assert officer.get("needs.show", need_id=shown).says("Một hộ trong phường")


PAGES = ["index", "show", "new", "form", "edit"]


@pytest.fixture
def visit(browse, cast, make_home, make_need, make_actor):
    home = make_home()
    need_id = make_need("draft", home=home, deadline_on=today() + timedelta(days=3))
    places = {
        "index": ("needs.index", {}),
        "show": ("needs.show", {"need_id": need_id}),
        "new": ("needs.new", {"household_id": home}),
        "form": ("needs.new", {"household_id": home, "kind": "xe_lan"}),
        "edit": ("needs.edit", {"need_id": need_id}),
    }

    def open_as(actor, name, expect=200):
        if actor is not None:
            browse.sign_in(actor)
        endpoint, values = places[name]
        return browse.get(endpoint, expect=expect, **values)

    return open_as


@pytest.mark.parametrize("name", PAGES)
def test_each_page_speaks_english(browse, cast, visit, name):
    english(browse)

    page = visit(cast.minh, name)

    assert next(page.all("html")).get("lang") == "en"


@pytest.mark.parametrize("name", PAGES)
def test_pages_are_their_wards_own(cast, visit, name):
    visit(None, name, expect=303)
    visit(cast.lan, name, expect=404)
    visit(cast.hoa, name, expect=200 if name == "index" else 404)
