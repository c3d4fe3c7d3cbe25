"""What anyone may read: the front page, the board, one card, and how to ask for help."""

from datetime import timedelta

import pytest

from app.catalogue.queries import all_kinds
from app.kernel.clock import today
from app.needs.models import NeedCard
from app.programmes.actions import load_programmes
from tests.architecture.sources import ROOT


@pytest.fixture
def card(session, make_need):
    need_id = make_need(kind_code="xe_lan", urgency=3, story="Sống một mình, đi lại khó")
    return session.get_one(NeedCard, need_id)


def english(browse):
    browse.client.set_cookie("nc-lang", "en")
    return browse


def test_the_front_page_says_what_is_needed_and_has_two_doors(browse, card):
    page = browse.get("publicity.home")

    doors = " ".join(page.links())
    assert "Tôi muốn giúp" in doors
    assert "Tôi cần giúp" in doors
    assert page.says("Xe lăn")
    assert page.says("Vì sao tin được")


def test_an_empty_site_says_so(browse, kinds):
    assert browse.get("publicity.home").says("Chưa có nhu cầu nào được công bố")


def test_few_donors_are_no_public_figure(browse, make_line):
    make_line()

    page = browse.get("publicity.home")

    assert not page.says("5.000.000")


def test_who_is_signed_in_goes_to_the_days_work(browse, cast):
    browse.sign_in(cast.minh)

    assert browse.get("publicity.home", expect=303).response.headers["Location"] == "/desk"


def test_a_card_tells_who_checked_it_and_when(browse, card):
    page = browse.visit(browse.get("publicity.board").link("Xe lăn"))

    assert page.says("Đã xác minh bởi UBND Phường A ngày")
    assert page.says("Bề rộng mặt ngồi")
    assert page.says("40 cm")
    assert page.says(card.code)


def test_a_card_leads_to_a_pledge_for_it(browse, card):
    page = browse.get("publicity.card", code=card.code)

    assert page.link("Cam kết giúp").endswith(f"need={card.code}")


@pytest.mark.parametrize("secret", ["Trần Thị Thử", "37 cm", "00364"])
def test_no_public_page_knows_the_household(browse, card, secret):
    pages = [browse.get("publicity.board"), browse.get("publicity.card", code=card.code)]

    assert not any(page.says(secret) for page in pages)


@pytest.mark.parametrize(("covered", "words"), [(0, "đã khép lại"), (1, "đã có người giúp")])
def test_of_a_card_that_is_over_only_that_is_told(browse, session, card, covered, words):
    card.is_open, card.covered, card.story = False, covered * card.units, "Nhà dột khi mưa lớn"
    session.flush()

    page = browse.get("publicity.card", code=card.code, expect=410)

    assert page.says(words)
    assert not any(page.says(told) for told in ("Nhà dột", "40 cm", "Phường A", "Xe lăn"))
    assert "Cam kết giúp" not in page.links()


def test_a_card_past_its_day_is_over_too(browse, session, card):
    card.deadline_on = today() - timedelta(days=1)
    session.flush()

    page = browse.get("publicity.card", code=card.code, expect=410)

    assert page.says("Phiếu này đã khép lại")


def test_an_unknown_card_is_not_found(browse):
    browse.visit("/board/NC-XXXXXX", expect=404)


def test_the_board_is_narrowed_in_its_address(browse, card, make_need):
    make_need()

    page = browse.get("publicity.board", kind="xe_lan", urgency="2", search="phuong a")

    assert page.says("1 nhu cầu đã xác minh")
    assert browse.get("publicity.board", search="khong co").says("Không có nhu cầu nào khớp")


def test_a_programmes_needs_have_an_address_of_their_own(browse, session, make_need):
    load_programmes(session, 2026)

    page = browse.get("publicity.board")

    assert page.says("Siêu thị 0 đồng 2026")


STRANGE = [
    "/board?urgency=9&kind=x&programme=x&ward=%27%3B--",
    "/board?after=|",
    "/board?after=9999-99-99|x",
    "/board?search=%25%5C_%00",
    "/board?kind=%00&ward=%00&programme=%00",
    "/board?search=" + "a" * 4000,
]


@pytest.mark.parametrize("path", STRANGE)
def test_a_strange_address_is_no_fault(browse, card, path):
    browse.visit(path)


def test_whoever_needs_help_reads_whom_to_call(browse):
    page = browse.get("publicity.get_help")

    assert page.says("111")
    assert page.says("không cần tài khoản")


@pytest.mark.parametrize("name", ["home", "board", "get_help", "card"])
def test_each_page_speaks_english(browse, session, card, name):
    values = {"code": card.code} if name == "card" else {}

    page = english(browse).get(f"publicity.{name}", **values)

    assert next(page.all("html")).get("lang") == "en"


def test_every_kind_has_a_picture_that_exists(session, kinds):
    icons = set((ROOT / "app/static/src/icons.txt").read_text(encoding="utf-8").split())

    assert {kind.icon for kind in all_kinds(session)} <= icons
