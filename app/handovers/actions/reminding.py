"""Reminding households, the day before, of an appointment that still stands."""

from datetime import date

from sqlalchemy.orm import Session

from app.handovers.actions.telling import remind_household
from app.handovers.queries.reminding import people_to_remind


def remind_visits_of(session: Session, day_id: str, place: str, *, on: date) -> int:
    """Owe the reminders of one day's slots on `on`; returns how many households they are for.

    Idempotent: an appointment and its time have one. Whether it still holds is asked as it leaves.
    """
    people = people_to_remind(session, day_id, on)
    for person in people:
        remind_household(session, person, place)
    return len(people)
