"""Ward staff word their own messages; the page says what is wrong and what it costs."""

from dataclasses import replace

import pytest
from sqlalchemy import select

from app.accounts.rules import Role
from app.infra.transaction import transaction
from app.kernel.clock import now
from app.notices import actions
from app.notices.models import Notice, WardWords
from app.notices.rules import Channel
from tests.factories.cast import WARD_B
from tests.integration.notices.test_actions import BASE, draft

ADDRESS = {"moment": "invitation", "language": "vi"}
OWN = "Kính mời {ten} ghé {dia_diem} {gio} ngày {ngay}, mã {ma}."


@pytest.fixture
def officer(browse, cast):
    """The browser of an officer of ward A."""
    browse.sign_in(cast.minh)
    return browse


def keep(officer, words, expect=303, **more):
    page = officer.get("notices.word", **ADDRESS)
    return officer.submit(page, {"words": words, **more}, to="/invitation/vi", expect=expect)


def in_use():
    with transaction(read_only=True) as session:
        return list(session.scalars(select(WardWords.words).where(WardWords.ended_at.is_(None))))


def test_all_messages_are_listed_as_their_readers_get_them(officer):
    page = officer.get("notices.words")

    assert "Moi ho ong/ba Nguyen Thi Tim nhan qua luc 08:30" in page.text


def test_words_are_kept_and_the_next_message_uses_them(officer, session):
    keep(officer, OWN)

    with transaction() as own:
        notice_id = actions.owe(own, draft())
        own.get_one(Notice, notice_id).channel = Channel.SMS.value
    with transaction() as own:
        letter = actions.claim_notice(own, notice_id, base_url=BASE, now=now())
    assert letter.text.startswith("Kinh moi Nguyen Thi Tim ghe Nha van hoa")


def test_faulty_words_come_back_as_typed_with_what_is_wrong(officer):
    page = keep(officer, "Mời hộ nghèo {ten}", expect=422)

    assert "Mời hộ nghèo {ten}" in page.html
    assert "Thiếu ô {ma}" in page.text
    assert "Bỏ chữ “ngheo”" in page.text
    assert in_use() == []


def test_a_look_without_scripts_keeps_nothing(officer):
    page = keep(officer, OWN, expect=200, look="yes")

    assert "Kinh moi Nguyen Thi Tim ghe Nha van hoa to dan pho 5" in page.text
    assert in_use() == []


def test_the_meter_answers_while_one_types(officer):
    part = officer.client.get(officer.address("notices.look", words=OWN, **ADDRESS))

    assert "1 phần" in part.text


def test_who_was_slower_reads_that_somebody_else_changed_them(officer):
    page = officer.get("notices.word", **ADDRESS)
    keep(officer, OWN)

    officer.submit(page, {"words": OWN + " Xin cảm ơn."}, to="/invitation/vi", expect=409)

    assert in_use() == [OWN]


def test_one_goes_back_to_the_supplied_words(officer):
    keep(officer, OWN)
    page = officer.get("notices.word", **ADDRESS)
    officer.submit(page, to="/supplied")

    assert in_use() == []
    assert OWN in officer.get("notices.word", **ADDRESS).text


def test_another_ward_keeps_its_words(officer, browse, make_actor):
    keep(officer, OWN)
    browse.sign_in(make_actor(Role.WARD_OFFICER, "Xa", ward_code=WARD_B))

    assert "Kính mời" not in browse.get("notices.word", **ADDRESS).text


def test_a_letters_subject_is_worded_and_the_next_letter_bears_it(officer, session):
    address = {"moment": "handed-over-subject", "language": "vi"}
    page = officer.get("notices.word", **address)
    words = {"words": "Bà con phường cảm ơn quý vị, {ma_ck}"}
    officer.submit(page, words, to="/handed-over-subject/vi", expect=303)

    facts = {"pledge_code": "CK-AAAAAA", "pledge_id": "p1", "on": now().date()}
    letter = draft(
        template="handed-over", recipient_kind="donor", email="a@b.example", parameters=facts
    )
    with transaction() as own:
        notice_id = actions.owe(own, letter)
    with transaction() as own:
        sent = actions.claim_notice(own, notice_id, base_url=BASE, now=now())
    assert sent.subject == "Bà con phường cảm ơn quý vị, CK-AAAAAA"
    assert "trên 120 ký tự" in page.text


def test_zalos_templates_are_shown_with_their_facts_and_state(officer):
    page = officer.get("notices.words")

    assert "code" in page.text
    assert "Chưa khai báo mẫu, tin đi bằng SMS" in page.text


def test_the_meter_prices_both_ways_of_writing(officer, app):
    settings = app.config["NC"]
    app.config["NC"] = replace(settings, sms_price=800)
    try:
        part = officer.client.get(officer.address("notices.look", words=OWN, **ADDRESS))
    finally:
        app.config["NC"] = settings

    assert "1 phần · 800 đ mỗi tin" in part.text.replace("\xa0", " ")
    assert "2 phần · 1.600 đ mỗi tin" in part.text.replace("\xa0", " ")


@pytest.mark.parametrize("address", [{"moment": "digest"}, {"language": "fr"}])
def test_there_are_no_words_for_other_messages(officer, address):
    officer.get("notices.word", expect=404, **(ADDRESS | address))
