"""Reads of handovers: days, who is expected, what waits to be invited and to be confirmed."""

from app.handovers.queries.confirming import ToConfirm, to_confirm
from app.handovers.queries.days import DayRow, day_for, days_seen_by, hold_day
from app.handovers.queries.reminding import Reminders, next_day_to_remind, reminders_of
from app.handovers.queries.roster import (
    Guest,
    ListRow,
    Parcel,
    guest_of,
    list_rows,
    roster,
    when_and_where,
)
from app.handovers.queries.waiting import Waiting, uninvited, waiting_to_invite

__all__ = [
    "DayRow",
    "Guest",
    "ListRow",
    "Parcel",
    "Reminders",
    "ToConfirm",
    "Waiting",
    "day_for",
    "days_seen_by",
    "guest_of",
    "hold_day",
    "list_rows",
    "next_day_to_remind",
    "reminders_of",
    "roster",
    "to_confirm",
    "uninvited",
    "waiting_to_invite",
    "when_and_where",
]
