"""Telling households when and where: codes, times and places, never what for."""

from datetime import datetime

from sqlalchemy.orm import Session

from app.handovers.queries.people import ToTell
from app.handovers.rules import reminder_cause
from app.households.queries import contact_for_notice
from app.households.rules import NO, Agreement
from app.notices.actions import NoticeDraft, owe


def invite_household(
    session: Session, household_id: str, appointment: tuple[str, str], slot_at: datetime, place: str
) -> bool:
    """Owe the invitation; whether it goes by phone. appointment: id and code to bring."""
    return _tell(session, "invitation", household_id, appointment[0], appointment, slot_at, place)


def tell_change(  # noqa: PLR0913 - whom, which appointment, and what is new.
    session: Session,
    household_id: str,
    appointment: tuple[str, str],
    slot_at: datetime,
    place: str,
    *,
    version: int,
    cancelled: bool = False,
) -> None:
    """Owe the news that time or place changed, once for each version of the day."""
    cause_id = f"{appointment[0]}:{version}" + (":cancelled" if cancelled else "")
    extra = {"cancelled": True} if cancelled else {}
    _tell(
        session, "appointment-changed", household_id, cause_id, appointment, slot_at, place, extra
    )


def remind_household(session: Session, person: ToTell, place: str) -> None:
    """Owe the reminder of an appointment, once for each time that it is moved to."""
    cause_id = reminder_cause(person.appointment_id, person.slot_at)
    appointment = (person.appointment_id, person.code)
    template, home = "appointment-reminder", person.household_id
    _tell(session, template, home, cause_id, appointment, person.slot_at, place)


def _tell(  # noqa: PLR0913, PLR0917 - the facts of one message.
    session: Session,
    template: str,
    household_id: str,
    cause_id: str,
    appointment: tuple[str, str],
    slot_at: datetime,
    place: str,
    extra: dict[str, bool] | None = None,
) -> bool:
    """Owe one message; without a phone or the household's consent, it is told in person.

    Whoever was never asked may be called; a number is not used whose owner said no.
    """
    contact = contact_for_notice(session, household_id)
    if contact is None:
        return False
    agreed = contact.messages is Agreement.GIVEN
    phone = contact.phone if contact.messages not in NO else None
    owe(
        session,
        NoticeDraft(
            template=template,
            cause="appointment",
            cause_id=cause_id,
            recipient_kind="household",
            recipient_id=household_id,
            ward_code=contact.ward_code,
            language=contact.language,
            phone=phone,
            in_person=not agreed,
            group_id=contact.group_id,
            parameters={"code": appointment[1], "at": slot_at, "place": place} | (extra or {}),
            personal={"name": contact.head_name},
        ),
    )
    return agreed and phone is not None
