"""SMS through SpeedSMS. It neither dedupes nor can be asked about a message by our id."""

from dataclasses import dataclass

from app.notices.channels.http import post
from app.notices.channels.outcomes import NotTaken, OutcomeUnknown, Then
from app.notices.rules import Letter

PATH = "/index.php/sms/send"
# Their words for an account that somebody has to mend.
OURS_TO_MEND = ("balance", "token", "access", "sender")


@dataclass(frozen=True, slots=True)
class SpeedSms:
    """One account at SpeedSMS. sms_type: 2 to 5, as the account is registered."""

    base: str
    token: str
    sender: str
    sms_type: int
    dedupes: bool = False

    def deliver(self, letter: Letter) -> str:
        """Hand over one SMS."""
        body = {
            "to": [letter.address.removeprefix("+")],
            "content": letter.text,
            "sms_type": self.sms_type,
            "sender": self.sender,
        }
        answer = post(self.base + PATH, json=body, auth=(self.token, "x"))
        if answer.get("status") == "success":
            data = answer.get("data")
            return str(data.get("tranId", "")) if isinstance(data, dict) else ""
        if answer.get("status") != "error":
            raise OutcomeUnknown("odd-answer")
        words = str(answer.get("message", "")).casefold()
        if any(word in words for word in OURS_TO_MEND):
            raise NotTaken("provider-account", Then.PAUSE_CHANNEL)
        raise NotTaken("refused-by-provider", Then.NEXT_CHANNEL)
