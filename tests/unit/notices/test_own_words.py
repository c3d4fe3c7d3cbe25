"""A ward's own words: the supplied ones pass, and what may not be sent is named."""

import pytest

from app.infra.i18n import LANGUAGES
from app.notices.own_words import BLANKS, Moment, Piece, faults_of, sample_of
from app.notices.rules import Channel, Template
from app.notices.wording import supplied, words_of

SITE = "https://nhipcau.example"
INVITED = "Mời {ten} đến {dia_diem} lúc {gio} ngày {ngay}, mã {ma}."
VALUES = {
    "name": "Nguyễn Thị Tím", "code": "TR-5HT2WX", "at": "2026-11-28T08:30:00+07:00",
    "place": "Nhà văn hoá", "base_url": SITE,
}  # fmt: skip


def codes(words, moment=Moment.INVITATION):
    return [fault.code for fault in faults_of(moment, words, SITE)]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("moment", Moment)
def test_the_supplied_words_are_without_fault(moment, language):
    words = supplied(moment, language)

    assert faults_of(moment, words, SITE) == []
    assert all(f"{{{blank}}}" in words for blank in BLANKS[moment])
    assert "{" not in sample_of(moment, words, SITE).text


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (INVITED.replace(", mã {ma}", ""), "blank-missing"),
        (INVITED + " {so_tien}", "blank-unknown"),
        (INVITED + " {", "brace-alone"),
        (INVITED + " Xem http://lua-dao.top/x", "link-foreign"),
        (INVITED + " Xem lua-dao.vn?nhipcau.example", "link-foreign"),
        (INVITED + " Xem https://lua-dao.example/nhipcau.example", "link-foreign"),
        (INVITED + " Quà cho hộ nghèo.", "word-sensitive"),
        (INVITED + " Mang CCCD.", "word-sensitive"),
        (INVITED + " Người KHUYẾT TẬT.", "word-sensitive"),
        (INVITED + " Nhận 500.000đ.", "amount-told"),
        (INVITED + " Nhận 2 triệu.", "amount-told"),
        (INVITED + " Rất mong gặp." * 30, "too-long"),
    ],
)
def test_what_may_not_be_sent_is_named(words, code):
    assert codes(words) == [code]


def test_a_link_to_this_site_may_stand():
    assert codes(INVITED + f" Xem {SITE}/help") == []


def test_a_donor_may_read_what_was_given():
    assert codes("Quà {ma_ck} trị giá 500.000 đồng đã trao ngày {ngay}.", Moment.HANDED_OVER) == []


def test_a_message_leaves_in_the_wards_words_without_accents():
    words = words_of(Template.INVITATION, Channel.SMS, "vi", VALUES, own={Piece.SMS: INVITED})

    assert words.text == (
        "Moi Nguyen Thi Tim den Nha van hoa luc 08:30 ngay 28/11/2026, ma TR-5HT2WX."
    )


def test_zalo_keeps_the_words_of_its_template():
    with_own = words_of(Template.INVITATION, Channel.ZALO, "vi", VALUES, own={Piece.SMS: INVITED})

    assert with_own == words_of(Template.INVITATION, Channel.ZALO, "vi", VALUES)


GIVEN = {
    "pledge_code": "CK-7K3F9Q", "pledge_id": "7k3f9q", "on": "2026-11-28", "base_url": SITE,
}  # fmt: skip


def test_a_letter_opens_in_the_wards_words_and_keeps_its_link():
    own = {
        Piece.SUBJECT: "Bà con cảm ơn quý vị ({ma_ck})",
        Piece.OPENING: "Ngày {ngay} bà con đã nhận quà của <b>{ma_ck}</b>.",
    }

    words = words_of(Template.HANDED_OVER, Channel.EMAIL, "vi", GIVEN, own)

    assert words.subject == "Bà con cảm ơn quý vị (CK-7K3F9Q)"
    assert "Ngày 28/11/2026 bà con đã nhận quà của <b>CK-7K3F9Q</b>." in words.text
    assert "&lt;b&gt;CK-7K3F9Q&lt;/b&gt;" in words.html
    assert f"{SITE}/pledges/7k3f9q" in words.text


@pytest.mark.parametrize(
    ("moment", "words", "code"),
    [
        (Moment.HANDED_OVER_SUBJECT, "Quà đã đến nơi", "blank-missing"),
        (Moment.HANDED_OVER_SUBJECT, "Cam kết {ma_ck} {link}", "blank-unknown"),
        (Moment.HANDED_OVER_SUBJECT, "Cam kết {ma_ck} " + "xin cảm ơn " * 12, "subject-too-long"),
        (Moment.HANDED_OVER_OPENING, "{ma_ck} {ngay} cho hộ nghèo", "word-sensitive"),
        (Moment.HANDED_OVER_OPENING, "{ma_ck} {ngay} xem lua-dao.vn", "link-foreign"),
    ],
)
def test_what_no_letter_may_say_is_named(moment, words, code):
    assert codes(words, moment) == [code]


def test_accents_double_the_parts_as_they_did_for_the_reminder_of_tan_dong():
    words = supplied(Moment.INSURANCE_RENEWAL, "vi")

    sample = sample_of(Moment.INSURANCE_RENEWAL, words, SITE)

    assert (sample.plain_size.parts, sample.accented_size.parts) == (1, 2)
