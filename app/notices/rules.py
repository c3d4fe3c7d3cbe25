"""Notices, pure: their states, which channel in which order, quiet hours, length of an SMS."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from enum import StrEnum
from functools import partial
from types import MappingProxyType

from app.kernel.clock import VIETNAM


class NoticeState(StrEnum):
    """Where one message is on its way; see TRANSITIONS."""

    QUEUED = "queued"
    SENDING = "sending"
    SENT = "sent"
    DELIVERED = "delivered"
    FAILED = "failed"
    UNCERTAIN = "uncertain"
    ABANDONED = "abandoned"
    HELD = "held"
    SKIPPED = "skipped"


_S = NoticeState
# `sending -> queued`: refused before it was taken; `sent -> skipped`: a call not needed any more.
TRANSITIONS: Mapping[NoticeState, frozenset[NoticeState]] = MappingProxyType(
    {
        _S.QUEUED: frozenset({_S.SENDING, _S.HELD, _S.SKIPPED}),
        _S.SENDING: frozenset({_S.SENT, _S.FAILED, _S.UNCERTAIN, _S.QUEUED, _S.HELD}),
        _S.SENT: frozenset({_S.DELIVERED, _S.FAILED, _S.SKIPPED}),
        _S.UNCERTAIN: frozenset({_S.SENT, _S.DELIVERED, _S.ABANDONED}),
        _S.HELD: frozenset({_S.QUEUED, _S.SKIPPED}),
        _S.DELIVERED: frozenset(),
        _S.FAILED: frozenset(),
        _S.ABANDONED: frozenset(),
        _S.SKIPPED: frozenset(),
    }
)


# Why a channel pauses that a person let pause.
PAUSED_BY_PERSON = "paused-by-person"
# Why a notice is held that its campaign will let go.
PAUSED = "campaign-paused"


class Channel(StrEnum):
    """How a message travels. IN_APP: the person's own inbox, or a task for the ward's staff."""

    EMAIL = "email"
    SMS = "sms"
    ZALO = "zalo"
    IN_APP = "in-app"


# What leaves the house, and may therefore have to pause.
OUTWARD = (Channel.EMAIL, Channel.ZALO, Channel.SMS)


class RecipientKind(StrEnum):
    """Whom a message is for. HOLDER: a person on a list of the ward, such as of cards."""

    ACCOUNT = "account"
    DONOR = "donor"
    HOUSEHOLD = "household"
    HOLDER = "holder"


class Template(StrEnum):
    """A moment at which somebody is told; its words stand in templates/notices/<name>/."""

    PLEDGE_ACCEPTED = "pledge-accepted"
    MATCH_FOUND = "match-found"
    INVITATION = "invitation"
    APPOINTMENT_CHANGED = "appointment-changed"
    APPOINTMENT_REMINDER = "appointment-reminder"
    GIFT_RECEIVED = "gift-received"
    HANDED_OVER = "handed-over"
    CORRECTION_ASKED = "correction-asked"
    PASSWORD_RESET = "password-reset"  # noqa: S105 - a moment's name, no secret.
    ACCOUNT_OPENED = "account-opened"
    EMAIL_CONFIRM = "email-confirm"
    EMAIL_KNOWN = "email-known"
    INSURANCE_RENEWAL = "insurance-renewal"
    DIGEST = "digest"


class Topic(StrEnum):
    """What a person may ask not to be told about."""

    PLEDGES = "pledges"
    VISITS = "visits"
    INSURANCE = "insurance"
    DIGEST = "digest"


@dataclass(frozen=True, slots=True)
class TemplateFacts:
    """What a template needs and allows.

    needs: names that its words fill in, from the parameters or the personal ones. is_private:
    it goes by its first channel or not at all, and is kept out of every inbox. topic: what a
    person turns off to get it no more; None if it cannot be turned off. is_urgent: it may be a
    person's second of the day, and is told by voice to who turned the topic off.
    """

    needs: frozenset[str]
    is_harmless_twice: bool = False
    is_private: bool = False
    topic: Topic | None = None
    is_urgent: bool = False


_PLEDGE = frozenset({"pledge_code", "pledge_id"})
_VISIT = frozenset({"code", "at", "place"})
_LINK, _WORK = frozenset({"token", "until"}), frozenset({"work", "on"})
_CARD = frozenset({"name", "on", "ward", "phone"})
_letter = partial(TemplateFacts, is_harmless_twice=True, is_private=True)
TEMPLATES: Mapping[Template, TemplateFacts] = MappingProxyType(
    {
        Template.PLEDGE_ACCEPTED: TemplateFacts(_PLEDGE, topic=Topic.PLEDGES),
        Template.MATCH_FOUND: TemplateFacts(_PLEDGE | {"need_code"}, topic=Topic.PLEDGES),
        Template.INVITATION: TemplateFacts(_VISIT | {"name"}, topic=Topic.VISITS, is_urgent=True),
        Template.APPOINTMENT_CHANGED: TemplateFacts(_VISIT, topic=Topic.VISITS, is_urgent=True),
        Template.APPOINTMENT_REMINDER: TemplateFacts(_VISIT | {"name"}, topic=Topic.VISITS),
        Template.GIFT_RECEIVED: TemplateFacts(
            _PLEDGE | {"what", "number", "on", "receipt_id"}, topic=Topic.PLEDGES
        ),
        Template.HANDED_OVER: TemplateFacts(_PLEDGE | {"on"}, topic=Topic.PLEDGES),
        Template.CORRECTION_ASKED: TemplateFacts(frozenset({"code"})),
        Template.PASSWORD_RESET: _letter(frozenset({"token"})),
        Template.ACCOUNT_OPENED: _letter(_LINK),
        Template.EMAIL_CONFIRM: _letter(_LINK),
        Template.EMAIL_KNOWN: _letter(frozenset()),
        Template.INSURANCE_RENEWAL: TemplateFacts(_CARD, topic=Topic.INSURANCE),
        Template.DIGEST: TemplateFacts(_WORK, is_harmless_twice=True, topic=Topic.DIGEST),
    }
)


@dataclass(frozen=True, slots=True)
class NoticeDraft:
    """A message that an event owes to one person.

    cause, cause_id: the event; with template and recipient they make the message unique.
    email, phone: in plain, encrypted when written down. parameters: facts that are not
    personal; personal: those that are, encrypted too. Dates may be dates or aware datetimes.
    group_id: the residential group whose head tells the person if no channel does. in_person: no
    channel may, for want of consent; the phone is for the head's call.
    """

    template: str
    cause: str
    cause_id: str
    recipient_kind: str
    recipient_id: str
    ward_code: str | None
    language: str
    email: str | None = None
    phone: str | None = None
    parameters: Mapping[str, object] = field(default_factory=dict)
    personal: Mapping[str, object] = field(default_factory=dict)
    group_id: str | None = None
    in_person: bool = False

    @property
    def dedupe_key(self) -> str:
        """What makes a second one of the same event, template and person impossible."""
        parts = (self.template, self.cause, self.cause_id, self.recipient_kind, self.recipient_id)
        return ":".join(parts)


@dataclass(frozen=True, slots=True)
class Letter:
    """A message in its final words, ready to leave. `key` is our id for it, the same each time.

    facts: what a provider fills into the template it approved. opt_out_url: where its reader
    says that no more of these are wanted.
    """

    key: str
    template: Template
    channel: Channel
    address: str
    subject: str
    text: str
    html: str | None
    facts: Mapping[str, str] = field(default_factory=dict)
    opt_out_url: str = ""


AT_HOME = frozenset({RecipientKind.HOUSEHOLD, RecipientKind.HOLDER})


def channel_order(kind: RecipientKind, *, has_email: bool, has_phone: bool) -> tuple[Channel, ...]:
    """The channels to try, in order; the last is always IN_APP, which needs no address.

    Households and people on lists: Zalo, then SMS; donors: e-mail, then SMS; accounts: e-mail.
    """
    order: list[Channel] = []
    if has_email and kind not in AT_HOME:
        order.append(Channel.EMAIL)
    if has_phone and kind in AT_HOME:
        order.append(Channel.ZALO)
    if has_phone and kind is not RecipientKind.ACCOUNT:
        order.append(Channel.SMS)
    return (*order, Channel.IN_APP)


def channel_after(channel: Channel, order: tuple[Channel, ...]) -> Channel | None:
    """The channel to try when `channel` has failed for good; None after the last."""
    later = order[order.index(channel) + 1 :] if channel in order else ()
    return later[0] if later else None


# So often somebody calls or knocks in vain before the ladder goes on to paper.
MOST_MISSES = 3


class Outcome(StrEnum):
    """What came of one step of telling somebody whom no channel reached."""

    TOLD = "told"
    MISSED = "missed"
    PRINTED = "printed"
    ANNOUNCED = "announced"


@dataclass(frozen=True, slots=True)
class TryDraft:
    """What came of a call or a knock. seen: how many misses the page showed."""

    outcome: Outcome
    note: str
    seen: int


class Rung(StrEnum):
    """Where the telling of a person stands: a head calls, paper is due, a slip is to be brought."""

    CALL = "call"
    PAPER = "paper"
    BRING = "bring"


def rung_of(*, has_head: bool, misses: int, is_printed: bool) -> Rung:
    """The head calls first; nobody to call, or met too seldom, makes it a slip."""
    if is_printed:
        return Rung.BRING
    return Rung.CALL if has_head and misses < MOST_MISSES else Rung.PAPER


DAY_BEGINS, DAY_ENDS = time(7), time(21)
DISTURBING = frozenset({Channel.SMS, Channel.ZALO})
# A telephone gets one message a day, urgent ones aside, and so many in thirty days.
MONTH, MOST_A_MONTH = timedelta(days=30), 8


def day_began(moment: datetime) -> datetime:
    """Midnight in Vietnam before `moment`."""
    return moment.astimezone(VIETNAM).replace(hour=0, minute=0, second=0, microsecond=0)


def next_morning(moment: datetime) -> datetime:
    """07:00 in Vietnam on the day after `moment`."""
    return day_began(moment) + timedelta(days=1, hours=DAY_BEGINS.hour)


def send_at(moment: datetime, channel: Channel) -> datetime:
    """When a message may leave: `moment` itself, or the next 07:00 in Vietnam.

    Phones are left alone between 21:00 and 07:00; letters and the inbox wake nobody.
    """
    local = moment.astimezone(VIETNAM)
    if channel not in DISTURBING or DAY_BEGINS <= local.time() < DAY_ENDS:
        return moment
    morning = local.replace(hour=DAY_BEGINS.hour, minute=0, second=0, microsecond=0)
    return morning if local.time() < DAY_BEGINS else morning + timedelta(days=1)
