"""What is short: by kind, by the size in which things are sold, by group, in money."""

from app.pledges.models import Pledge


def test_what_is_short_is_said_in_one_line(signed_in, make_open_need, make_line):
    for _ in range(3):
        make_open_need()
    make_line(units=1)

    page = signed_in().get("matching.shortages")

    assert "cần 3 suất, có 1" in page.text


def test_chairs_are_short_by_the_size_in_which_they_are_sold(
    signed_in, kinds, make_open_need, make_line
):
    for hip in (47, 48):
        make_open_need(kind_code="xe_lan", spec={"type": "standard", "hip_cm": hip})
    make_line(kind_code="xe_lan", units=1, spec={"type": "standard", "seat_cm": 50})

    page = signed_in().get("matching.shortages")

    assert "cần 2 chiếc, có 1" in page.text
    assert "Bề rộng hông" not in page.text


def test_what_is_short_can_be_taken_home_by_group(signed_in, make_open_need, make_line):
    make_open_need()
    make_line(units=3)

    answer = signed_in().client.get("/runs/shortages.csv?each=group&kind=qua_tet")

    assert answer.content_type == "text/csv; charset=utf-8"
    assert ",1,1,3,0," in answer.get_data(as_text=True)


def test_projects_are_short_of_money(signed_in, kinds, make_open_need, make_line):
    make_open_need(kind_code="nha_sua", cost_dong=30_000_000)
    make_line(kind_code="gop_cong_trinh", units=120, spec={"for": "nha_sua"}, unit_value=100_000)

    page = signed_in().get("matching.shortages")

    assert "1 công trình cần 30.000.000 đ, tiền góp còn 12.000.000 đ" in page.text


def test_the_sizes_of_a_kind_stand_together_under_their_sum(
    signed_in, kinds, make_open_need, make_line
):
    for size in (38, 47, 48):
        make_open_need(kind_code="xe_lan", spec={"type": "standard", "hip_cm": size})
    make_line(kind_code="xe_lan", units=1, spec={"type": "standard", "seat_cm": 50})

    page = signed_in().get("matching.shortages")

    assert "Xe lăn, mọi quy cách" in page.text
    assert "cần 3 chiếc, có 1" in page.text


def test_a_province_reads_each_ward_with_what_is_meant_for_it(
    signed_in, session, make_household_of, make_open_need, make_line
):
    make_open_need()
    make_open_need(household=make_household_of(ward_code="00301"))
    line = make_line(units=7)
    session.get_one(Pledge, line.pledge_id).wards = ["00301"]

    page = signed_in("quan").get("matching.shortages", each="ward").text
    one = signed_in("quan").get("matching.shortages", ward="00364").text

    assert "cần 1 suất, có 0" in page
    assert "cần 1 suất, có 7" in page
    assert "cần 1 suất, có 7" not in one
    assert "Tổ dân phố" not in page


def test_a_filter_that_nothing_matches_is_told_from_enough_for_everybody(signed_in, make_open_need):
    enough = signed_in().get("matching.shortages")
    make_open_need()
    narrowed = signed_in().get("matching.shortages", kind="xe_lan")

    assert "Mọi nhu cầu đã duyệt đều đủ phần." in enough.text
    assert "Không có nhu cầu nào hợp điều kiện lọc" in narrowed.text
    assert "Mọi nhu cầu đã duyệt" not in narrowed.text


def test_a_scholarship_is_told_with_its_amount(signed_in, kinds, make_open_need):
    make_open_need(kind_code="hoc_bong", spec={"level": 2})
    browse = signed_in()
    vietnamese = browse.get("matching.shortages").text
    browse.client.set_cookie("nc-lang", "en")

    assert "Học bổng, Mức học bổng: 2 triệu đồng" in vietnamese
    assert "Scholarship, Amount: 2 million đồng" in browse.get("matching.shortages").text
