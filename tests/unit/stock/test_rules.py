"""What may be taken in, and the numbers of receipts."""

from datetime import date, timedelta

import pytest

from app.stock.rules import Condition, PledgedLine, ReceiptDraft, receipt_number, refusal_of

DAY = date(2026, 11, 23)


def _line(kind="qua_tet", given_as="kind"):
    return PledgedLine("l", "p", "CK-1", "00364", "d", "Lan", None, kind, given_as, 1)


@pytest.mark.parametrize(
    ("line", "draft", "code"),
    [
        (_line(), ReceiptDraft(1, DAY, Condition.NEW), None),
        (_line("xe_lan"), ReceiptDraft(1, DAY, Condition.USED_GOOD), None),
        (_line(given_as="cash"), ReceiptDraft(1, DAY, Condition.MONEY_SEEN), None),
        (_line(given_as="cash"), ReceiptDraft(1, DAY, Condition.NEW), "condition-not-for-this"),
        (_line(), ReceiptDraft(1, DAY, Condition.USED_GOOD), "food-must-be-new"),
        (_line("nhu_yeu_pham"), ReceiptDraft(1, DAY, Condition.NEW), "food-needs-expiry"),
        (
            _line(),
            ReceiptDraft(1, DAY, Condition.NEW, DAY + timedelta(days=29)),
            "food-expires-soon",
        ),
        (_line(), ReceiptDraft(1, DAY, Condition.NEW, DAY + timedelta(days=30)), None),
        (
            _line("sach_vo"),
            ReceiptDraft(1, DAY, Condition.NEW, DAY - timedelta(days=1)),
            "goods-expired",
        ),
        (_line(), ReceiptDraft(1, DAY + timedelta(days=1), Condition.NEW), "received-in-future"),
    ],
)
def test_only_sound_goods_and_seen_money_come_in(line, draft, code):
    assert refusal_of(line, draft, DAY) == code


def test_a_receipt_is_numbered_within_its_year():
    assert receipt_number(2026, 123) == "PN-2026-000123"
