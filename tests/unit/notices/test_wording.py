"""Every notice in both languages and every channel: complete, short enough, and discreet."""

import re

import pytest

from app.notices.rules import TEMPLATES, Channel, Template
from app.notices.sms import sms_size
from app.notices.wording import CannotBeWorded, announcement, voice_of, words_of

VALUES = {
    "base_url": "https://nhipcau.example",
    "pledge_code": "CK-7K3F9Q",
    "pledge_id": "abcdefghijklmnop",
    "need_code": "NC-2H4KQ9",
    "name": "Nguyễn Thị Phương Thảo",
    "code": "TR-5T6Y7U",
    "at": "2026-11-28T01:30:00+00:00",
    "place": "Nhà văn hoá Tổ dân phố 12, ngõ 48",
    "on": "2026-11-28",
    "path": "/households/abcdefghijklmnop",
    "ward": "phường Vạn Thắng",
    "phone": "0258 3812 345",
    "token": "x" * 43,
    "what": "12 suất Quà Tết, lễ",
    "number": "PN-2026-000042",
    "receipt_id": "abcdefghijklmnop",
    "work": [{"task": "Cam kết chờ nhận lời", "count": 3}],
    "until": "2026-11-28T01:30:00+00:00",
}
SECRETS = re.compile(r"nghèo|khuyết tật|bệnh|da cam|poor|disab|illness|orange| đ\b", re.IGNORECASE)
CHANNELS = {
    Template.INVITATION: (Channel.ZALO, Channel.SMS, Channel.IN_APP),
    Template.APPOINTMENT_CHANGED: (Channel.ZALO, Channel.SMS, Channel.IN_APP),
    Template.APPOINTMENT_REMINDER: (Channel.ZALO, Channel.SMS, Channel.IN_APP),
    Template.INSURANCE_RENEWAL: (Channel.ZALO, Channel.SMS, Channel.IN_APP),
    Template.CORRECTION_ASKED: (Channel.EMAIL, Channel.IN_APP),
    Template.PASSWORD_RESET: (Channel.EMAIL,),
    Template.DIGEST: (Channel.EMAIL, Channel.IN_APP),
    Template.ACCOUNT_OPENED: (Channel.EMAIL,),
    Template.EMAIL_CONFIRM: (Channel.EMAIL,),
    Template.EMAIL_KNOWN: (Channel.EMAIL,),
}
FOR_DONORS = (Channel.EMAIL, Channel.SMS, Channel.IN_APP)
EVERY = [
    (template, channel, language)
    for template in Template
    for channel in CHANNELS.get(template, FOR_DONORS)
    for language in ("vi", "en")
]


@pytest.mark.parametrize(("template", "channel", "language"), EVERY)
def test_every_notice_says_all_it_needs(template, channel, language):
    words = words_of(template, channel, language, VALUES)

    assert words.subject
    assert "\n" not in words.subject
    assert not SECRETS.search(words.text)
    assert (words.html is not None) == (channel is Channel.EMAIL)
    shown = {"at": "08:30", "on": "28/11/2026", "until": "08:30"}
    shown |= {"work": "Cam kết chờ nhận lời: 3"}
    for name in TEMPLATES[template].needs:
        value = shown.get(name, VALUES[name])
        if channel is not Channel.SMS:
            assert value in words.text


@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize("template", [t for t, c, _ in EVERY if c is Channel.SMS])
def test_an_sms_has_no_accents_and_fits_two_parts(template, language):
    size = sms_size(words_of(template, Channel.SMS, language, VALUES).text)

    assert size.is_plain
    assert size.parts <= 2


def test_a_letters_html_escapes_what_people_typed():
    values = VALUES | {"pledge_code": "<script>"}

    words = words_of(Template.HANDED_OVER, Channel.EMAIL, "vi", values)

    assert "<script>" not in (words.html or "")


def test_a_missing_parameter_is_told_and_not_left_blank():
    with pytest.raises(CannotBeWorded) as refused:
        words_of(Template.INVITATION, Channel.SMS, "vi", {"name": "Hoa"})

    assert refused.value.code == "parameter-missing"


def test_a_text_of_more_than_three_parts_is_refused():
    with pytest.raises(CannotBeWorded) as refused:
        words_of(Template.INVITATION, Channel.SMS, "vi", VALUES | {"place": "x" * 500})

    assert refused.value.code == "too-long"


def test_a_cancelled_day_is_told_as_put_off():
    words = words_of(Template.APPOINTMENT_CHANGED, Channel.ZALO, "vi", VALUES | {"cancelled": True})

    assert "đã hoãn" in words.text


AT_HOME = (
    Template.INVITATION,
    Template.APPOINTMENT_CHANGED,
    Template.APPOINTMENT_REMINDER,
    Template.INSURANCE_RENEWAL,
)
GIVEN = re.compile(r"quà|gift|xe lăn|wheelchair|tiền mặt|cash", re.IGNORECASE)


@pytest.mark.parametrize("cancelled", [False, True])
@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize("template", AT_HOME)
def test_what_is_said_at_a_door_names_when_and_where_but_not_what_for(
    template, language, cancelled
):
    said = voice_of(template, language, {**VALUES, "cancelled": cancelled})

    assert "Nguyễn Thị Phương Thảo" in said
    assert "28/11/2026" in said
    assert not GIVEN.search(said)
    assert not SECRETS.search(said)


def test_a_voice_without_its_parameters_is_refused():
    with pytest.raises(CannotBeWorded):
        voice_of(Template.INVITATION, "vi", {"name": "Lan"})


@pytest.mark.parametrize("groups", [0, 1, 4, 30])
def test_words_for_the_loudspeakers_are_short(groups):
    names = [f"Tổ dân phố {n}" for n in range(groups)]

    said = announcement("phường Vạn Thắng", names, "0258 3812 345")

    assert len(said.split()) <= 120
    assert "phường Vạn Thắng" in said
    assert "  " not in said


def test_a_reminder_of_a_visit_can_be_refused_and_is_no_second_message_of_a_day():
    facts = TEMPLATES[Template.APPOINTMENT_REMINDER]

    assert facts.topic is TEMPLATES[Template.INVITATION].topic
    assert not facts.is_urgent
