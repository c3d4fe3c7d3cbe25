"""Channels in order, quiet hours, and what an SMS costs."""

from datetime import UTC, datetime

import pytest

from app.kernel.vietnamese import without_accents
from app.notices.rules import (
    TRANSITIONS,
    Channel,
    NoticeState,
    RecipientKind,
    channel_after,
    channel_order,
    send_at,
)
from app.notices.sms import sms_size

BHYT = (
    "UBND phường Khương Đình: Thẻ BHYT của ông/bà Tím hết hạn ngày 01/12/2026. "
    "Đề nghị gia hạn trước hạn. Hỗ trợ: 0900000001"
)


@pytest.mark.parametrize(
    ("kind", "email", "phone", "order"),
    [
        (RecipientKind.HOUSEHOLD, False, True, ["zalo", "sms", "in-app"]),
        (RecipientKind.HOUSEHOLD, False, False, ["in-app"]),
        (RecipientKind.DONOR, True, True, ["email", "sms", "in-app"]),
        (RecipientKind.DONOR, False, True, ["sms", "in-app"]),
        (RecipientKind.ACCOUNT, True, True, ["email", "in-app"]),
    ],
)
def test_each_kind_of_person_has_its_order_of_channels(kind, email, phone, order):
    assert list(channel_order(kind, has_email=email, has_phone=phone)) == order


def test_after_the_last_channel_there_is_none():
    order = channel_order(RecipientKind.HOUSEHOLD, has_email=False, has_phone=True)

    assert channel_after(Channel.ZALO, order) is Channel.SMS
    assert channel_after(Channel.IN_APP, order) is None


@pytest.mark.parametrize(
    ("utc", "leaves"),
    [
        ("2026-11-23T13:59", "2026-11-23T13:59"),  # 20:59 in Vietnam
        ("2026-11-23T14:00", "2026-11-24T00:00"),  # 21:00
        ("2026-11-23T20:00", "2026-11-24T00:00"),  # 03:00 on the 24th
        ("2026-11-23T23:59", "2026-11-24T00:00"),  # 06:59
        ("2026-11-24T00:00", "2026-11-24T00:00"),  # 07:00
    ],
)
def test_phones_are_left_alone_at_night(utc, leaves):
    moment, expected = (datetime.fromisoformat(t).replace(tzinfo=UTC) for t in (utc, leaves))

    assert send_at(moment, Channel.SMS) == expected
    assert send_at(moment, Channel.EMAIL) == moment


def test_accents_double_the_price_of_an_sms():
    assert sms_size(BHYT).parts == 2
    assert sms_size(without_accents(BHYT)).parts == 1


@pytest.mark.parametrize(
    ("text", "plain", "places", "parts"),
    [
        ("a" * 160, True, 160, 1),
        ("a" * 161, True, 161, 2),
        ("a" * 307, True, 307, 3),
        ("€" * 80, True, 160, 1),
        ("ă" * 70, False, 70, 1),
        ("ă" * 71, False, 71, 2),
        ("😀" * 36, False, 72, 2),
        ("", True, 0, 1),
    ],
)
def test_an_sms_is_counted_as_operators_do(text, plain, places, parts):
    size = sms_size(text)

    assert (size.is_plain, size.places, size.parts) == (plain, places, parts)


def test_what_has_ended_never_moves_again():
    for state in (NoticeState.ABANDONED, NoticeState.SKIPPED, NoticeState.FAILED):
        assert TRANSITIONS[state] == frozenset()


def test_an_uncertain_notice_is_never_queued_again():
    assert NoticeState.QUEUED not in TRANSITIONS[NoticeState.UNCERTAIN]
