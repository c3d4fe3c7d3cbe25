"""Which households are reminded of tomorrow's appointment, and what came of it."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.handovers.models import Appointment, HandoverDay
from app.handovers.queries.days import DayRow
from app.handovers.queries.people import ToTell, people_to_tell
from app.handovers.rules import LIVE, DayState, is_to_remind, remind_at, reminder_cause
from app.kernel.clock import VIETNAM, local_day
from app.matching.models import Allocation
from app.notices.models import Notice
from app.notices.rules import Channel, NoticeState, Template

TEMPLATE = Template.APPOINTMENT_REMINDER.value


@dataclass(frozen=True, slots=True)
class Reminders:
    """The reminders of a day: when they go out, to how many, and what came of those owed.

    results: counts by the state of each household's newest notice, without those who are told in
    person; told, to_tell: how many of these know, and how many somebody has yet to tell.
    """

    at: datetime
    households: int
    results: Mapping[NoticeState, int]
    told: int
    to_tell: int

    @property
    def owed(self) -> int:
        """How many reminders there are already."""
        return sum(self.results.values()) + self.told + self.to_tell


def next_day_to_remind(session: Session, on: date, after: str) -> tuple[str, str] | None:
    """Id and place of the next day, by its id, with somebody still to come on `on`."""
    begins = datetime.combine(on, time(), VIETNAM)
    statement = (
        select(HandoverDay.id, HandoverDay.place)
        .join(Appointment, Appointment.day_id == HandoverDay.id)
        .where(
            HandoverDay.id > after,
            HandoverDay.state.in_((DayState.PLANNED.value, DayState.OPEN.value)),
            Appointment.state.in_(LIVE),
            Appointment.slot_at >= begins,
            Appointment.slot_at < begins + timedelta(days=1),
        )
        .order_by(HandoverDay.id)
        .limit(1)
    )
    row = session.execute(statement).one_or_none()
    return (row[0], row[1]) if row is not None else None


def people_to_remind(session: Session, day_id: str, on: date) -> list[ToTell]:
    """Whom to remind of their slot on `on`, one row a household."""
    people = people_to_tell(session, day_id)
    return [one for one in people if is_to_remind(one.slot_at, one.invited_at, on)]


def reminders_of(session: Session, day: DayRow) -> Reminders:
    """What a day's page tells of its reminders; a moved appointment counts by its last time."""
    at = remind_at(day.starts_at)
    rows = session.execute(
        select(Appointment.id, Appointment.slot_at, Allocation.household_id)
        .join(Allocation, Allocation.id == Appointment.allocation_id)
        .where(Appointment.day_id == day.id)
    ).all()
    newest = {
        notice.cause_id: notice
        for notice in session.scalars(
            select(Notice)
            .where(
                Notice.recipient_kind == "household",
                Notice.recipient_id.in_({row.household_id for row in rows}),
                Notice.template == TEMPLATE,
                Notice.cause_id.in_({reminder_cause(row.id, row.slot_at) for row in rows}),
            )
            .order_by(Notice.id)
        )
    }
    tasks = [n for n in newest.values() if _is_task(n)]
    told = sum(n.read_at is not None for n in tasks)
    return Reminders(
        at=at,
        households=len(people_to_remind(session, day.id, local_day(day.starts_at))),
        results=Counter(NoticeState(n.state) for n in newest.values() if not _is_task(n)),
        told=told,
        to_tell=len(tasks) - told,
    )


def _is_task(notice: Notice) -> bool:
    in_person = notice.channel == Channel.IN_APP.value
    return in_person and notice.state == NoticeState.SENT.value
