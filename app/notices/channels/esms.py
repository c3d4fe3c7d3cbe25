"""SMS through eSMS. It keeps one message a RequestId, so the same key sent twice arrives once."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from app.notices.channels.http import post
from app.notices.channels.outcomes import NotTaken, OutcomeUnknown, Then
from app.notices.rules import Letter
from app.notices.sms import sms_size

PATH = "/MainService.svc/json/SendMultipleMessage_V4_post_json/"
TAKEN, TAKEN_BEFORE = "100", "124"
CUSTOMER_CARE = "2"
# CodeResult -> what is wrong, and what follows (DOMAIN.md, 6.2).
REFUSALS: Mapping[str, tuple[str, Then]] = MappingProxyType(
    {
        "101": ("provider-key-wrong", Then.PAUSE_CHANNEL),
        "103": ("no-balance", Then.PAUSE_CHANNEL),
        "104": ("sender-name-wrong", Then.PAUSE_CHANNEL),
        "146": ("template-refused", Then.NEXT_CHANNEL),
        "177": ("network-not-served", Then.NEXT_CHANNEL),
    }
)


@dataclass(frozen=True, slots=True)
class Esms:
    """One account at eSMS. callback_for: our signed address for news of the message `key`."""

    base: str
    api_key: str
    secret_key: str
    brandname: str
    callback_for: Callable[[str], str]
    dedupes: bool = True

    def deliver(self, letter: Letter) -> str:
        """Hand over one SMS; "taken before" is as good as "taken"."""
        body = {
            "ApiKey": self.api_key,
            "SecretKey": self.secret_key,
            "Phone": letter.address.removeprefix("+"),
            "Content": letter.text,
            "Brandname": self.brandname,
            "SmsType": CUSTOMER_CARE,
            "IsUnicode": 0 if sms_size(letter.text).is_plain else 1,
            "Sandbox": 0,
            "RequestId": letter.key,
            "CallbackUrl": self.callback_for(letter.key),
        }
        answer = post(self.base + PATH, json=body)
        code = str(answer.get("CodeResult", ""))
        if code in {TAKEN, TAKEN_BEFORE}:
            return str(answer.get("SMSID") or letter.key)
        if not code:
            raise OutcomeUnknown("odd-answer")
        raise NotTaken(*REFUSALS.get(code, ("refused-by-provider", Then.NEXT_CHANNEL)))
