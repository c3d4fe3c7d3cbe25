"""How long an SMS is, in places and in parts that are paid for. Pure."""

from dataclasses import dataclass

# 3GPP TS 23.038: the letters that fit seven bits, and those that take two places.
GSM_7 = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡"
    "ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
GSM_7_TWICE = frozenset("^{}\\[~]|€\f")
GSM_SINGLE, GSM_PART = 160, 153
UCS_SINGLE, UCS_PART = 70, 67
MOST_PARTS = 3


@dataclass(frozen=True, slots=True)
class SmsSize:
    """What an SMS costs: places taken, and parts that are paid for."""

    is_plain: bool
    places: int
    parts: int


def sms_size(text: str) -> SmsSize:
    """Count the places and parts of an SMS: seven-bit if every letter fits, else UCS-2."""
    if all(c in GSM_7 or c in GSM_7_TWICE for c in text):
        places = len(text) + sum(c in GSM_7_TWICE for c in text)
        return SmsSize(is_plain=True, places=places, parts=_parts(places, GSM_SINGLE, GSM_PART))
    places = len(text.encode("utf-16-le")) // 2
    return SmsSize(is_plain=False, places=places, parts=_parts(places, UCS_SINGLE, UCS_PART))


def _parts(places: int, single: int, part: int) -> int:
    return 1 if places <= single else -(-places // part)
