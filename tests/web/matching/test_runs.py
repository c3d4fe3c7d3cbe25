"""The pages of runs: asked for, waited for, read with their figures, stopped."""

import re

from app.kernel.clock import now
from app.matching import actions
from app.matching.models import MatchRun

FIGURES = {
    "needs": 5,
    "asked": 8,
    "lines": 2,
    "offered": 4,
    "proposed": 4,
    "households": 3,
    "barred": 1,
    "kinds": {"qua_tet": {"asked": 8, "offered": 4, "proposed": 4}},
    "areas": [{"id": "", "asked": 8, "proposed": 4}],
    "safe_groups": [{"id": "poor", "asked": 8, "proposed": 4}],
    "fairness": {"least": 0.5, "gini": 0.0},
    "price": {"best": 640, "evenest": 512, "first": 64, "last": 4},
    "churn": {"before": 2, "kept": 1, "moved": 1},
    "seconds": {"solve": 0.01},
}


def test_an_officer_starts_a_run_and_waits_for_it(signed_in, session, cast):
    browse = signed_in("minh")
    page = browse.get("matching.runs")

    answer = browse.submit(page, to="/runs")

    run = session.query(MatchRun).one()
    assert (run.state, run.requested_by) == ("pending", cast.minh.account_id)
    assert "Đang chờ chạy" in browse.follow(answer).text
    assert "Đang chờ chạy" in browse.client.get(f"/runs/{run.id}/progress").text


def test_a_second_run_of_the_same_ward_is_refused_while_one_waits(signed_in, session, cast):
    actions.request_run(session, cast.minh, "00364", now=now())

    page = signed_in("tam").post("matching.start_run", {"ward_code": "00364"}, expect=409)

    assert "đang có một lượt ghép nối" in page.text


def test_a_run_shows_its_figures_and_how_fair_it_is(signed_in, make_run, make_line):
    make_line()
    run = make_run(figures=FIGURES, engine="thử 1", digest="abc", finished_at=now())

    page = signed_in().get("matching.run", run_id=run.id)

    assert "Đã chứng minh là cách chia tốt nhất" in page.text
    assert "giữ 1 trên 2 đề xuất" in page.text


def test_the_places_with_the_least_of_what_they_ask_for_stand_first(
    signed_in, make_run, make_group
):
    groups = [make_group(number=number).id for number in (10, 1, 2)]
    proposed = (1, 4, 1)
    areas = [
        {"id": group, "asked": 8, "proposed": got}
        for group, got in zip(groups, proposed, strict=True)
    ]
    run = make_run(figures={**FIGURES, "areas": areas})

    page = signed_in().get("matching.run", run_id=run.id)

    found = re.findall(r"Tổ dân phố \d+", page.text)
    assert found[-3:] == ["Tổ dân phố 2", "Tổ dân phố 10", "Tổ dân phố 1"]


def test_a_run_says_the_price_of_evenness_in_households(signed_in, make_run):
    run = make_run(figures=FIGURES)

    page = signed_in().get("matching.run", run_id=run.id)

    assert "còn 512 điểm, kém 128 điểm" in page.text
    assert "bằng phần đầu của 2 hộ mức A" in page.text


def test_a_run_under_a_floor_says_what_the_floor_brings_and_what_it_costs(signed_in, make_run):
    floor = {"unfloored": 800, "least_unfloored": 0.25, "gini_unfloored": 0.125}
    costly = make_run(figures={**FIGURES, "price": {**FIGURES["price"], **floor}})
    free = {**FIGURES["price"], **floor, "unfloored": 640}
    at_no_cost = make_run(figures={**FIGURES, "price": free})
    browse = signed_in()

    page = browse.get("matching.run", run_id=costly.id)

    assert (
        "ít nhất được 50%, độ chênh 0; không có sàn thì nơi ít nhất được 25%, độ chênh 0,125"
        in page.text
    )
    assert "640 điểm ưu tiên, kém 160 điểm (20%) so với không có sàn" in page.text
    assert "chỉ xét sau mức ưu tiên" not in page.text
    page = browse.get("matching.run", run_id=at_no_cost.id)
    assert "bằng khi không có sàn" in page.text


def test_a_run_without_its_price_yet_says_that_it_is_being_found(signed_in, make_run):
    figures = {name: value for name, value in FIGURES.items() if name != "price"}
    run, unknown = make_run(figures=figures), make_run(figures={**figures, "price": {}})

    page = signed_in().get("matching.run", run_id=run.id)

    assert "Máy đang tính xem nếu chia đều trước" in page.text
    page = signed_in().get("matching.run", run_id=unknown.id)
    assert "chia đều trước" not in page.text


def test_a_run_that_is_over_makes_the_waiting_page_show_it_whole(signed_in, make_run):
    waiting, over = make_run(state="pending", certified=False), make_run(figures=FIGURES)
    client = signed_in().client

    assert "HX-Refresh" not in client.get(f"/runs/{waiting.id}/progress").headers
    assert client.get(f"/runs/{over.id}/progress").headers["HX-Refresh"] == "true"


def test_the_provinces_office_asks_for_whole_nights_and_takes_it_back(signed_in):
    browse = signed_in("quan")

    answer = browse.submit(browse.get("matching.runs"), to="/runs/nights/01")
    page = browse.follow(answer)
    assert "được ghép nối chung mỗi đêm, từ" in page.text
    page = browse.follow(browse.submit(page, to="/runs/nights/01"))
    assert "được ghép nối chung mỗi đêm, từ" not in page.text


def test_a_ward_cannot_speak_for_its_province(signed_in):
    browse = signed_in("minh")

    browse.post("matching.change_nights", {"wanted": "whole"}, expect=404, province_code="01")


def test_the_province_asks_for_a_run_sees_its_parts_and_stops_it(
    signed_in, session, make_open_need, make_line
):
    make_open_need()
    make_line()
    browser = signed_in("quan")
    browser.submit(browser.get("matching.runs"), {"ward_code": "province-01"}, to="/runs")
    run = session.query(MatchRun).one()
    actions.split_run(session, run.id)

    page = browser.get("matching.run", run_id=run.id)

    assert "Từng phần của lượt này" in page.text
    assert "đã xong 0 trên" in page.text
    browser.submit(page, to="/cancel")
    session.refresh(run)
    assert run.state == "cancelled"
