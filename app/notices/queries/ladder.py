"""Reading the lower rungs of the ladder: whom to call or visit, and what goes onto paper."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, select
from sqlalchemy.orm import Session

from app.accounts.queries import groups_with_a_head, names_of
from app.accounts.rules import Actor, Role
from app.infra.crypto import cipher
from app.kernel.errors import NotFound
from app.notices.models import Notice, NoticeStep
from app.notices.queries.needing import left_for_paper, of_wards, to_be_told
from app.notices.queries.reading import opened
from app.notices.rules import Outcome, RecipientKind, Rung, Template, rung_of
from app.notices.wording import voice_of

MOST_CALLS, MOST_BATCHES, MOST_LOOKED_AT = 200, 20, 2_000


@dataclass(frozen=True, slots=True)
class Call:
    """Somebody to be told in person. household_id: None for a person on a list."""

    id: int
    template: Template
    name: str
    household_id: str | None
    group_id: str | None
    rung: Rung
    misses: int
    since: datetime
    is_announced: bool


@dataclass(frozen=True, slots=True)
class Step:
    """What came of one try, by whom, with the note that they left."""

    outcome: Outcome
    by: str
    at: datetime
    note: str


@dataclass(frozen=True, slots=True)
class OpenedCall:
    """A call with the number, the words to say, and the tries so far, oldest first."""

    call: Call
    phone: str
    words: str
    steps: Sequence[Step]


@dataclass(frozen=True, slots=True)
class Batch:
    """Slips that were printed together."""

    id: str
    at: datetime
    count: int


@dataclass(frozen=True, slots=True)
class Slip:
    """One slip: whom it is for, of which group, and what it says."""

    notice_id: int
    name: str
    group_id: str | None
    text: str


def calls_of(session: Session, actor: Actor) -> list[Call]:
    """Whom the actor may call: a head their own group's, staff the ward's; by rung, then age."""
    has_head = Notice.group_id.in_(groups_with_a_head()).label("has_head")
    statement = (
        select(Notice, has_head)
        .where(_of(actor), to_be_told())
        .order_by(Notice.id)
        .limit(MOST_CALLS)
    )
    found = [_call(notice, bool(headed)) for notice, headed in session.execute(statement)]
    return sorted(found, key=lambda call: (tuple(Rung).index(call.rung), call.id))


def call_for(session: Session, actor: Actor, notice_id: int) -> OpenedCall:
    """One call with number and words. Raises NotFound unless somebody still has to tell it."""
    has_head = Notice.group_id.in_(groups_with_a_head()).label("has_head")
    statement = select(Notice, has_head).where(Notice.id == notice_id, _of(actor), to_be_told())
    row = session.execute(statement).one_or_none()
    if row is None:
        raise NotFound("notice")
    notice, headed = row
    said = voice_of(
        Template(notice.template),
        notice.language,
        {**notice.parameters, **opened(notice, "personal")},
    )
    phone = opened(notice, "address").get("phone", "")
    return OpenedCall(_call(notice, bool(headed)), phone, said, _steps(session, notice_id))


def calls_open(session: Session) -> list[int]:
    """The ids of all calls and slips that wait, to look whether they still hold; oldest first."""
    statement = select(Notice.id).where(to_be_told()).order_by(Notice.id).limit(MOST_LOOKED_AT)
    return list(session.scalars(statement))


def left_ids(session: Session, actor: Actor, how: Outcome) -> list[int]:
    """The notices that a slip, or a word on the loudspeakers, is due for; locked."""
    due = left_for_paper() if how is Outcome.PRINTED else _unannounced()
    statement = select(Notice.id).where(of_wards(actor), due).order_by(Notice.id)
    return list(session.scalars(statement.with_for_update()))


def count_left(session: Session, actor: Actor) -> int:
    """How many slips are due."""
    counted = select(func.count()).select_from(Notice).where(of_wards(actor), left_for_paper())
    return session.scalar(counted) or 0


def groups_to_announce(session: Session, actor: Actor) -> set[str | None]:
    """The residential groups in which somebody waits whom paper or nobody reached."""
    statement = select(Notice.group_id).where(of_wards(actor), _unannounced()).distinct()
    return set(session.scalars(statement))


def batches_of(session: Session, actor: Actor) -> list[Batch]:
    """The sheets printed for the actor's wards, the newest first."""
    statement = (
        select(NoticeStep.batch, func.max(NoticeStep.at).label("at"), func.count())
        .where(NoticeStep.batch.is_not(None), NoticeStep.ward_code.in_(sorted(actor.ward_codes)))
        .group_by(NoticeStep.batch)
        .order_by(func.max(NoticeStep.at).desc(), NoticeStep.batch)
        .limit(MOST_BATCHES)
    )
    return [Batch(str(batch), at, count) for batch, at, count in session.execute(statement)]


def slips_of(session: Session, actor: Actor, batch: str) -> list[Slip]:
    """The slips of one batch whose people have not been told yet. Raises NotFound for none."""
    on_sheet = select(NoticeStep.notice_id).where(NoticeStep.batch == batch)
    statement: Select[Any] = (
        select(Notice)
        .where(of_wards(actor), to_be_told(), Notice.id.in_(on_sheet))
        .order_by(Notice.group_id, Notice.id)
    )
    found = [
        Slip(n.id, _name(n), n.group_id, opened(n, "body").get("text", ""))
        for n in session.scalars(statement)
    ]
    if not found:
        raise NotFound("slips")
    return found


def note_place(notice_id: int) -> str:
    """What the encrypted note of a step is bound to."""
    return f"notice_step.note:{notice_id}"


def _of(actor: Actor) -> ColumnElement[bool]:
    if actor.role is not Role.GROUP_LEADER:
        return of_wards(actor)
    return and_(of_wards(actor), Notice.group_id.in_(sorted(actor.group_ids)))


def _unannounced() -> ColumnElement[bool]:
    """Left for paper or on paper, and not yet called out."""
    on_paper = and_(to_be_told(), Notice.printed_at.is_not(None))
    return and_(Notice.announced_at.is_(None), left_for_paper() | on_paper)


def _call(notice: Notice, has_head: bool) -> Call:  # noqa: FBT001 - a column of the row.
    at_home = notice.recipient_kind == RecipientKind.HOUSEHOLD.value
    printed = notice.printed_at is not None
    return Call(
        id=notice.id,
        template=Template(notice.template),
        name=_name(notice),
        household_id=notice.recipient_id if at_home else None,
        group_id=notice.group_id,
        rung=rung_of(has_head=has_head, misses=notice.misses, is_printed=printed),
        misses=notice.misses,
        since=notice.created_at,
        is_announced=notice.announced_at is not None,
    )


def _name(notice: Notice) -> str:
    return str(opened(notice, "personal").get("name", ""))


def _steps(session: Session, notice_id: int) -> list[Step]:
    statement = select(NoticeStep).where(NoticeStep.notice_id == notice_id)
    rows = session.scalars(statement.order_by(NoticeStep.id)).all()
    by = names_of(session, _people(rows))
    return [Step(Outcome(r.outcome), by.get(r.by_id, ""), r.at, _note(r)) for r in rows]


def _people(rows: Collection[NoticeStep]) -> set[str]:
    return {row.by_id for row in rows}


def _note(row: NoticeStep) -> str:
    return cipher().decrypt(row.note, note_place(row.notice_id)) if row.note else ""
