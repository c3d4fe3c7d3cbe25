"""Zalo template messages (ZBS). Its tracking id serves reconciliation only: it dedupes nothing."""

import hashlib
import hmac
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Protocol

from app.notices.channels.http import post
from app.notices.channels.outcomes import NotTaken, OutcomeUnknown, Then
from app.notices.rules import Letter

SEND_PATH = "/message/template"
TOKEN_PATH = "/v4/oa/access_token"  # noqa: S105 - an address, no secret.
LONGEST_FACT = 200
_TOKEN, _TEMPLATE, _NUMBER = (-124, -1241), "template-refused", "number-without-zalo"
_REFUSED, _BUSY, _BALANCE = "person-refused", "quota-used-up", "no-balance"
# Zalo's error -> what is wrong, and what follows (DOMAIN.md, 6.1).
REFUSALS: Mapping[int, tuple[str, Then]] = MappingProxyType(
    {-133: ("not-at-night", Then.NEXT_MORNING), -32: ("too-many-at-once", Then.TRY_AGAIN)}
    | dict.fromkeys(_TOKEN, ("token-refused", Then.PAUSE_CHANNEL))
    | dict.fromkeys((-108, -118, -119, -114), (_NUMBER, Then.NEXT_CHANNEL))
    | dict.fromkeys((-139, -141, -140), (_REFUSED, Then.OPTED_OUT))
    | dict.fromkeys(
        (-109, -111, -112, -1121, -1122, -1124, -130, -131, -146), (_TEMPLATE, Then.NEXT_CHANNEL)
    )
    | dict.fromkeys((-144, -147, -1441, -1471), (_BUSY, Then.NEXT_DAY))
    | dict.fromkeys((-115, -137, -126), (_BALANCE, Then.PAUSE_CHANNEL))
)


@dataclass(frozen=True, slots=True)
class Tokens:
    """An access token, good for `seconds`, and the one refresh token that follows it."""

    access: str
    refresh: str
    seconds: int


class TokenBook(Protocol):
    """Where the tokens are kept."""

    def current(self) -> str:
        """The access token; empty if there is none yet."""
        ...

    def renewed(self, refused: str, renew: Callable[[str], Tokens]) -> str:
        """An access token other than `refused`.

        Calls `renew` with the refresh token at most once in all processes, as that token works
        only once, and keeps both tokens of its answer in one write. Raises what `renew` raises.
        """
        ...


@dataclass(frozen=True, slots=True)
class Zalo:
    """One official account. templates: our template's name -> the id that Zalo approved."""

    base: str
    oauth_base: str
    app_id: str
    app_secret: str
    templates: Mapping[str, str]
    tokens: TokenBook
    dedupes: bool = False

    def deliver(self, letter: Letter) -> str:
        """Hand over one template message; a refused token is renewed once."""
        template_id = self.templates.get(letter.template.value)
        if template_id is None:
            raise NotTaken("template-not-registered", Then.NEXT_CHANNEL)
        if any(len(text) > LONGEST_FACT for text in letter.facts.values()):
            raise NotTaken("parameter-too-long", Then.NEXT_CHANNEL)
        body = {
            "phone": letter.address.removeprefix("+"),
            "template_id": template_id,
            "template_data": dict(letter.facts),
            "tracking_id": letter.key,
        }
        token = self.tokens.current() or self.tokens.renewed("", self._renew)
        answer = self._send(body, token)
        if answer.get("error") in _TOKEN:
            answer = self._send(body, self.tokens.renewed(token, self._renew))
        return _message_id(answer)

    def _send(self, body: Mapping[str, object], token: str) -> Mapping[str, object]:
        proof = hmac.digest(self.app_secret.encode(), token.encode(), hashlib.sha256).hex()
        headers = {"access_token": token, "appsecret_proof": proof}
        return post(self.base + SEND_PATH, json=body, headers=headers)

    def _renew(self, refresh_token: str) -> Tokens:
        """Exchange the refresh token. A lost answer loses it: somebody has to enter a new one."""
        form = {
            "app_id": self.app_id,
            "grant_type": "refresh_token",
            "refresh_token": refresh_token,
        }
        try:
            answer = post(
                self.oauth_base + TOKEN_PATH, data=form, headers={"secret_key": self.app_secret}
            )
        except OutcomeUnknown as error:
            raise NotTaken("token-not-renewed") from error
        access, refresh = answer.get("access_token"), answer.get("refresh_token")
        if not (isinstance(access, str) and isinstance(refresh, str)):
            raise NotTaken("token-refused", Then.PAUSE_CHANNEL)
        seconds = str(answer.get("expires_in", ""))
        return Tokens(access, refresh, int(seconds) if seconds.isdecimal() else 0)


def _message_id(answer: Mapping[str, object]) -> str:
    error = answer.get("error")
    if error == 0:
        data = answer.get("data")
        return str(data.get("msg_id", "")) if isinstance(data, dict) else ""
    if not isinstance(error, int):
        raise OutcomeUnknown("odd-answer")
    raise NotTaken(*REFUSALS.get(error, ("refused-by-provider", Then.NEXT_CHANNEL)))


def signature_of(app_id: str, body: str, timestamp: str, secret: str) -> str:
    """What Zalo signs its reports with; stands in X-ZEvent-Signature after `mac=`."""
    return hashlib.sha256(f"{app_id}{body}{timestamp}{secret}".encode()).hexdigest()
