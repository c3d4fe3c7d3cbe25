"""Which reminder is due, what a list holds, and the lengths of story 3."""

from datetime import date, timedelta

import pytest

from app.campaigns import texts
from app.campaigns.lists import read_cards
from app.campaigns.rules import INSURANCE, KINDS, Coverage, needs_agreement, step_due
from app.notices.rules import TEMPLATES, Channel, Template, Topic
from app.notices.sms import sms_size
from app.notices.wording import words_of

TODAY = date(2026, 11, 23)


@pytest.mark.parametrize(
    ("left", "step"),
    [(31, None), (30, 30), (16, 30), (15, 15), (8, 15), (7, 7), (2, 7), (1, 1), (0, 1), (-1, None)],
)
def test_a_reminder_is_due_from_its_day_until_the_next_one(left, step):
    assert step_due(TODAY + timedelta(days=left), TODAY, INSURANCE.steps) == step


def test_each_card_has_four_reminders_however_days_are_missed():
    expiry = TODAY + timedelta(days=40)
    days = [TODAY + timedelta(days=n) for n in range(50) if n % 3]

    assert {step_due(expiry, day, INSURANCE.steps) for day in days} - {None} == set(INSURANCE.steps)


@pytest.mark.parametrize(
    ("people", "agreed", "needs"),
    [
        (0, 0, False),
        (200, 0, False),
        (201, 0, True),
        (460, 460, False),
        (461, 460, True),
        (200, 150, False),
        (201, 150, True),
    ],
)
def test_a_second_person_agrees_above_200_people_and_again_when_there_are_more(
    people, agreed, needs
):
    assert needs_agreement(people, agreed) is needs


def test_cover_is_rounded_to_two_places():
    cover = Coverage(10_000, 8_363, 8_700)

    assert [str(x) for x in (cover.share_before, cover.share_after, cover.points)] == [
        "83.63",
        "87.00",
        "3.37",
    ]


def test_the_reminder_of_131_characters_is_one_part_without_accents_and_two_with():
    facts = {
        "ward": "phường Vạn Thạnh",
        "name": "Nguyễn Thị Tím",
        "on": "2026-12-24",
        "phone": "0275 3812 345",
    }
    text = words_of(Template.INSURANCE_RENEWAL, Channel.ZALO, "vi", facts).text
    plain = words_of(Template.INSURANCE_RENEWAL, Channel.SMS, "vi", facts).text

    assert (len(text), sms_size(text).parts) == (131, 2)
    assert (len(plain), sms_size(plain).parts) == (131, 1)


def test_a_list_says_which_rows_it_leaves_out_and_why():
    body = (
        "UBND phường,,\n"
        "Họ và tên,Số thẻ BHYT,Hết hạn\n"
        "Lan,GD4010000000001,24/12/2026\n"
        "Hoa,GD4010000000001,24/12/2026\n"
        "Minh,12,24/12/2026\n"
        "Tâm,GD4010000000004,31/02/2026\n"
        ",,\n"
    ).encode()

    sheet = read_cards(body, "the.csv", TODAY)

    assert list(sheet.rows) == ["GD4010000000001"]
    assert [code for _row, code in sheet.refused] == [
        "card-twice",
        "card-unreadable",
        "expiry-unreadable",
    ]


def test_a_list_without_the_two_columns_is_refused():
    with pytest.raises(ValueError, match="no-card-columns"):
        read_cards(b"Ten,Tuoi\nLan,30\n", "the.csv", TODAY)


@pytest.mark.parametrize("header", ["Tổ dân phố", "TDP", "Tổ/thôn/ấp", "Ấp", "KHU PHỐ"])
def test_a_column_of_groups_is_known_by_its_words(header):
    body = f"Số thẻ BHYT,{header},Hết hạn\nGD4010000000001,Tổ 5,24/12/2026\n".encode()

    [row] = read_cards(body, "the.csv", TODAY).rows.values()

    assert row.group == "Tổ 5"


def test_a_column_that_only_begins_like_a_group_is_none():
    body = "Số thẻ BHYT,Tổng tiền,Hết hạn\nGD4010000000001,500,24/12/2026\n".encode()

    [row] = read_cards(body, "the.csv", TODAY).rows.values()

    assert not row.group


def test_insurance_is_a_kind_with_its_own_words_and_refusal():
    assert KINDS == {"insurance-renewal": INSURANCE}
    assert INSURANCE.steps == (30, 15, 7, 1)
    assert INSURANCE.topic is Topic.INSURANCE


@pytest.mark.parametrize("kind", KINDS.values(), ids=lambda kind: kind.key)
def test_every_kind_has_words_and_steps_that_come_nearer(kind):
    assert texts.KINDS[kind.key]
    assert kind.template in TEMPLATES
    assert list(kind.steps) == sorted(set(kind.steps), reverse=True)
