"""A ward's campaign from the list to its end, in the browser."""

import io

LIST = (
    "Họ và tên,Năm sinh,Số điện thoại,Số thẻ BHYT,Ngày hết hạn\n"
    "Nguyễn Thị Tím,1950,0912345678,GD4010000000001,31/12/2099\n"
    "Không có thẻ,1950,0912345679,,31/12/2099\n"
).encode()


def upload(browse, body=LIST, *, expect=303):
    file = (io.BytesIO(body), "the.csv")
    return browse.post("campaigns.take_list", {"kind": "cards", "file": file}, expect=expect)


def test_an_officer_takes_a_list_and_lets_a_campaign_run(browse, cast):
    browse.sign_in(cast.minh)
    upload(browse)
    assert "Sổ đang có 1 thẻ" in browse.get("campaigns.index").text

    facts = {"population": "10000", "covered": "8363", "hotline": "0258 3812 345"}
    page = browse.follow(browse.post("campaigns.create", facts))
    assert "chưa gửi cho ai" in page.text
    assert "83,63 %" in page.text
    page = browse.follow(browse.submit(page, to=f"{page.response.request.path}/start"))
    assert "Đang nhắc hằng ngày" in page.text
    page = browse.follow(browse.submit(page, to=f"{page.response.request.path}/pause"))
    page = browse.follow(browse.submit(page, to=f"{page.response.request.path}/stop"))
    assert "Đã dừng hẳn" in page.text


def test_the_same_file_is_not_taken_twice(browse, cast):
    browse.sign_in(cast.minh)
    upload(browse)

    assert "đã được nhập trước đây" in upload(browse, expect=409).text


def test_a_file_that_came_before_is_refused_without_being_read(browse, cast, monkeypatch):
    browse.sign_in(cast.minh)
    upload(browse)

    monkeypatch.setattr("app.households.sheets.workbook.MAX_BYTES", 1)

    assert "đã được nhập trước đây" in upload(browse, expect=409).text
    assert "Không đọc được tệp này" in upload(browse, LIST + b"\n", expect=422).text


def test_a_list_that_is_none_says_what_is_missing(browse, cast):
    browse.sign_in(cast.minh)
    file = (io.BytesIO(b"Ten,Tuoi\nLan,30\n"), "the.csv")

    page = browse.post("campaigns.take_list", {"kind": "cards", "file": file}, expect=422)

    assert "cột số thẻ" in page.text


def test_more_insured_than_people_is_refused(browse, cast):
    browse.sign_in(cast.minh)

    facts = {"population": "10", "covered": "11", "hotline": "0258"}
    page = browse.post("campaigns.create", facts, expect=422)

    assert "không thể lớn hơn số dân" in page.text


def test_a_campaign_of_another_ward_is_not_found(browse, cast):
    browse.sign_in(cast.minh)
    facts = {"population": "10000", "covered": "8363", "hotline": "0258 3812 345"}
    shown = browse.post("campaigns.create", facts)
    path = shown.response.headers["Location"]
    browse.sign_out()

    browse.sign_in(cast.hoa)
    browse.visit(path, expect=404)
