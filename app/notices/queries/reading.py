"""Reading notices: the next to send, the ward's list, a person's own inbox, the demo's inbox."""

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from sqlalchemy import (
    ColumnElement,
    ScalarSelect,
    Select,
    SQLColumnExpression,
    and_,
    case,
    false,
    func,
    or_,
    select,
)
from sqlalchemy.orm import Session

from app.accounts.models import Account, Assignment
from app.accounts.rules import Actor, Role
from app.infra.crypto import cipher
from app.kernel.errors import NotFound
from app.notices.models import Notice
from app.notices.queries.needing import GOES_ON, needs_a_person, of_wards
from app.notices.rules import TEMPLATES, Channel, NoticeState, RecipientKind, Template

PAGE = 25
# What follows the dedupe key of a second try: by another channel, or as a person asked.
SECOND = "+"
PRIVATE = tuple(t.value for t, facts in TEMPLATES.items() if facts.is_private)


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A notice as its sender needs to know it; no address, no name."""

    id: int
    state: NoticeState
    template: Template
    channel: Channel
    cause: str
    cause_id: str
    recipient_kind: RecipientKind
    recipient_id: str
    ward_code: str | None
    language: str
    parameters: dict[str, object]
    attempts: int
    not_before: datetime
    last_error: str | None
    created_at: datetime
    sent_at: datetime | None
    read_at: datetime | None

    @property
    def code(self) -> str:
        """The code by which staff know what it is about."""
        found = self.parameters.get("code") or self.parameters.get("pledge_code")
        return str(found or "–")

    @property
    def needs_a_person(self) -> bool:
        """Whether somebody of the ward has to decide or to call."""
        if self.state is NoticeState.UNCERTAIN:
            return True
        if self.read_at is not None or self.recipient_kind is RecipientKind.ACCOUNT:
            return False
        return self.is_task or (self.state is NoticeState.FAILED and self.last_error != GOES_ON)

    @property
    def is_task(self) -> bool:
        """Whether the person has no channel, so that staff tell them by paper or by voice."""
        kept = self.recipient_kind is not RecipientKind.ACCOUNT
        return kept and self.channel is Channel.IN_APP and self.state is NoticeState.SENT


@dataclass(frozen=True, slots=True)
class Shown(Outgoing):
    """A notice with its words; `address` only where the reader may see it."""

    subject: str
    text: str
    address: str


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a list, and the place to go on from."""

    rows: Sequence[Outgoing]
    after: int | None


def outgoing(session: Session, notice_id: int) -> Outgoing | None:
    """One notice for its worker; None if there is no such notice.

    Its row stays in the session's memory, so that what asks about it next reads no second time.
    """
    notice = session.info["outgoing"] = session.get(Notice, notice_id)
    return Outgoing(**_facts(notice)) if notice is not None else None


def outgoing_all(session: Session, ids: Collection[int]) -> dict[int, Outgoing]:
    """Many of them, by their ids."""
    rows = session.scalars(select(Notice).where(Notice.id.in_(ids)))
    return {notice.id: Outgoing(**_facts(notice)) for notice in rows}


def notice_for(session: Session, actor: Actor, notice_id: int) -> Shown:
    """One notice of the actor's ward, with words and address. Raises NotFound for any other."""
    statement = select(Notice).where(Notice.id == notice_id, of_wards(actor))
    statement = statement.where(Notice.template.not_in(PRIVATE))
    notice = session.scalars(statement).one_or_none()
    if notice is None:
        raise NotFound("notice")
    return _shown(notice)


def waiting_for_staff(session: Session, actor: Actor, *, limit: int = 100) -> list[Outgoing]:
    """The notices of the ward that need a person: the uncertain first, then by age."""
    statement = select(Notice).where(of_wards(actor), needs_a_person())
    is_uncertain = case((Notice.state == NoticeState.UNCERTAIN.value, 0), else_=1)
    statement = statement.order_by(is_uncertain, Notice.id).limit(limit)
    return [Outgoing(**_facts(n)) for n in session.scalars(statement)]


def outgoing_of(
    session: Session,
    actor: Actor,
    *,
    states: tuple[NoticeState, ...] = (),
    after: int | None = None,
) -> Page:
    """The ward's notices, newest first, a page at a time. states: only these; all if empty."""
    statement = select(Notice).where(of_wards(actor), Notice.template.not_in(PRIVATE))
    if states:
        statement = statement.where(Notice.state.in_([s.value for s in states]))
    return _page(session, statement, after)


def own_inbox(session: Session, actor: Actor, *, after: int | None = None) -> list[Shown]:
    """What this person was told, newest first, at most a page."""
    statement = select(Notice).where(_to(actor), *_readable())
    if after is not None:
        statement = statement.where(Notice.id < after)
    return [_shown(n) for n in session.scalars(statement.order_by(Notice.id.desc()).limit(PAGE))]


def unread_of_holders() -> ScalarSelect[int]:
    """How many notices somebody has not read yet, of whom a statement about Account finds.

    For the bell; the statement also joins the Assignment that the person acts by.
    """
    donors = Assignment.role.in_([Role.DONOR.value, Role.DONOR_ADMIN.value])
    for_donor = and_(donors, _for("donor", Assignment.donor_id))
    to = or_(_for("account", Account.id), for_donor)
    unread = and_(to, Notice.read_at.is_(None), *_readable())
    number = select(func.count()).select_from(Notice).where(unread)
    return number.correlate(Account, Assignment).scalar_subquery()


def _for(kind: str, recipient_id: SQLColumnExpression[Any]) -> ColumnElement[bool]:
    return and_(Notice.recipient_kind == kind, Notice.recipient_id == recipient_id)


def own_unread(session: Session, actor: Actor, newest: int) -> list[int]:
    """The ids of this person's unread notices up to `newest`."""
    unread = (_to(actor), Notice.read_at.is_(None), Notice.id <= newest, *_readable())
    return list(session.scalars(select(Notice.id).where(*unread)))


def demo_inbox(session: Session, channel: Channel | None, *, after: int | None = None) -> Page:
    """Everything that the demonstration would have sent, newest first."""
    statement = select(Notice).where(Notice.state != NoticeState.SKIPPED.value)
    if channel is not None:
        statement = statement.where(Notice.channel == channel.value)
    page = _page(session, statement, after)
    ids = [row.id for row in page.rows]
    found = {n.id: n for n in session.scalars(select(Notice).where(Notice.id.in_(ids)))}
    return Page([_shown(found[i]) for i in ids], page.after)


def _page(session: Session, statement: Select[Notice], after: int | None) -> Page:
    if after is not None:
        statement = statement.where(Notice.id < after)
    statement = statement.order_by(Notice.id.desc()).limit(PAGE + 1)
    rows = [Outgoing(**_facts(n)) for n in session.scalars(statement)]
    return Page(rows[:PAGE], rows[PAGE - 1].id if len(rows) > PAGE else None)


def _to(actor: Actor) -> ColumnElement[bool]:
    """The condition that a notice is for this person: the account, and the donor it acts for."""
    if actor.account_id is None:
        return false()
    own = and_(Notice.recipient_kind == "account", Notice.recipient_id == actor.account_id)
    if actor.donor_id is None or actor.role not in {Role.DONOR, Role.DONOR_ADMIN}:
        return own
    return or_(own, and_(Notice.recipient_kind == "donor", Notice.recipient_id == actor.donor_id))


def _readable() -> tuple[ColumnElement[bool], ...]:
    """Worded, not withdrawn before it left, and not a secret link."""
    gone = (NoticeState.SKIPPED.value, NoticeState.HELD.value)
    first = Notice.dedupe_key.not_like(f"%{SECOND}%")
    return (
        Notice.body.is_not(None),
        Notice.state.not_in(gone),
        Notice.template.not_in(PRIVATE),
        first,
    )


def _facts(notice: Notice) -> dict[str, Any]:
    """The fields of Outgoing."""
    return {
        "id": notice.id,
        "state": NoticeState(notice.state),
        "template": Template(notice.template),
        "channel": Channel(notice.channel),
        "cause": notice.cause,
        "cause_id": notice.cause_id,
        "recipient_kind": RecipientKind(notice.recipient_kind),
        "recipient_id": notice.recipient_id,
        "ward_code": notice.ward_code,
        "language": notice.language,
        "parameters": notice.parameters,
        "attempts": notice.attempts,
        "not_before": notice.not_before,
        "last_error": notice.last_error,
        "created_at": notice.created_at,
        "sent_at": notice.sent_at,
        "read_at": notice.read_at,
    }


def opened(notice: Notice, column: str) -> dict[str, str]:
    """An encrypted column of a notice in plain: address, personal or body."""
    stored = cast("bytes | None", getattr(notice, column))
    if stored is None:
        return {}
    plain = cipher().decrypt(stored, f"notice.{column}:{notice.dedupe_key}")
    return cast("dict[str, str]", json.loads(plain))


def address_of(notice: Notice) -> str:
    """Where the notice goes: e-mail or phone; empty for an inbox."""
    kept = opened(notice, "address")
    key = "email" if notice.channel == Channel.EMAIL.value else "phone"
    return "" if notice.channel == Channel.IN_APP.value else kept.get(key, "")


def _shown(notice: Notice) -> Shown:
    text = opened(notice, "body").get("text", "")
    return Shown(
        **_facts(notice), subject=notice.subject or "", text=text, address=address_of(notice)
    )
