"""Letters through a mail server."""

import smtplib
import ssl
from collections.abc import Callable
from dataclasses import dataclass
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import formatdate
from urllib.parse import parse_qs, unquote, urlsplit

from app.config import Settings
from app.notices.channels.outcomes import (
    CONNECT_SECONDS,
    READ_SECONDS,
    NotTaken,
    OutcomeUnknown,
    Then,
)
from app.notices.rules import Letter


@dataclass(frozen=True, slots=True)
class Smtp:
    """Letters through one mail server. It neither dedupes nor can be asked about a letter.

    url: smtp://user:password@host:port?from=address, with &starttls=1 to insist on it, or
    smtps:// for TLS from the first byte.
    """

    url: str
    sender: str
    dedupes: bool = False

    def deliver(self, letter: Letter) -> str:
        """Hand over one letter; its Message-ID is the same at each try."""
        message = self._message(letter)
        server = self._before(self._connect)
        try:
            self._before(lambda: _address(server, self.sender, letter.address))
            _hand_over(server, message.as_bytes())
        finally:
            _close(server)
        return str(message["Message-ID"])

    def _connect(self) -> smtplib.SMTP:
        parts = urlsplit(self.url)
        host, options = parts.hostname or "localhost", parse_qs(parts.query)
        server: smtplib.SMTP
        if parts.scheme == "smtps":
            context = ssl.create_default_context()
            server = smtplib.SMTP_SSL(
                host, parts.port or 465, timeout=CONNECT_SECONDS, context=context
            )
        else:
            server = smtplib.SMTP(host, parts.port or 25, timeout=CONNECT_SECONDS)
        if server.sock is not None:
            server.sock.settimeout(READ_SECONDS)
        if "starttls" in options:
            server.starttls(context=ssl.create_default_context())
        if parts.username:
            server.login(unquote(parts.username), unquote(parts.password or ""))
        return server

    @staticmethod
    def _before(step: Callable[[], "smtplib.SMTP"]) -> smtplib.SMTP:
        """Run a step that comes before the letter itself: whatever fails here, it stayed."""
        try:
            return step()
        except smtplib.SMTPResponseException as error:
            if _is_ours(error):
                raise NotTaken("provider-account") from error
            raise NotTaken("refused-by-server", _then(error.smtp_code)) from error
        except (smtplib.SMTPException, OSError) as error:
            raise NotTaken("server-not-reached") from error

    def _message(self, letter: Letter) -> EmailMessage:
        message = EmailMessage(policy=SMTP.clone(cte_type="7bit"))
        message["From"], message["To"] = f"Nhịp Cầu <{self.sender}>", letter.address
        message["Subject"], message["Date"] = letter.subject, formatdate()
        message["Message-ID"] = f"<{letter.key}@{self.sender.partition('@')[2]}>"
        message["Auto-Submitted"] = "auto-generated"
        if letter.opt_out_url:
            message["List-Unsubscribe"] = f"<{letter.opt_out_url}>"
        message.set_content(letter.text)
        if letter.html:
            message.add_alternative(letter.html, subtype="html")
        return message


PERMANENT = 500


def _then(code: int) -> Then:
    return Then.NEXT_CHANNEL if code >= PERMANENT else Then.TRY_AGAIN


def _is_ours(error: smtplib.SMTPResponseException) -> bool:
    """A fault of our own set-up, such as a wrong password, which somebody will mend."""
    return isinstance(error, smtplib.SMTPAuthenticationError | smtplib.SMTPHeloError)


def _address(server: smtplib.SMTP, sender: str, recipient: str) -> smtplib.SMTP:
    server.ehlo_or_helo_if_needed()
    for code, answer in (server.mail(sender), server.rcpt(recipient)):
        if code >= TEMPORARY:
            raise smtplib.SMTPResponseException(code, answer)
    return server


TEMPORARY = 400


def _hand_over(server: smtplib.SMTP, body: bytes) -> None:
    """Send the letter itself. From its first byte on, silence means that nobody knows."""
    try:
        code, _answer = server.data(body)
    except smtplib.SMTPDataError as error:
        raise NotTaken("refused-by-server", _then(error.smtp_code)) from error
    except (smtplib.SMTPException, OSError) as error:
        raise OutcomeUnknown("no-answer") from error
    if code >= TEMPORARY:
        raise NotTaken("refused-by-server", _then(code))


def _close(server: smtplib.SMTP) -> None:
    """Say good-bye if the server still listens; the outcome is known without it."""
    try:
        server.quit()
    except (smtplib.SMTPException, OSError):
        server.close()


def sender_of(settings: Settings) -> str:
    """The address that letters come from: of the SMTP address, or no-reply at our own host."""
    given = parse_qs(urlsplit(settings.smtp_url or "").query).get("from", [""])[0]
    return given or f"no-reply@{urlsplit(settings.base_url).hostname or 'localhost'}"
