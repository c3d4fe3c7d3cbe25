"""Opening programmes: those of each year, and a ward's own."""

from datetime import date, datetime

from sqlalchemy import update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app.accounts.rules import Actor
from app.audit.actions import Subject, record
from app.infra.transaction import rows_changed
from app.kernel.errors import Conflict, DomainError, NotFound
from app.kernel.ids import new_id
from app.programmes.models import Programme
from app.programmes.rules import TET, ProgrammeDraft, default_programmes, refusal_for


def load_programmes(session: Session, year: int) -> None:
    """Add the drives of a year that are missing. Repeatable."""
    for draft in default_programmes(year):
        session.execute(
            insert(Programme).values(_row(draft)).on_conflict_do_nothing(index_elements=["code"])
        )


def load_coming_programmes(session: Session, *, today: date) -> None:
    """Add the drives of this year and the next, as far as their Tết is known. Repeatable."""
    for year in (today.year, today.year + 1):
        if year in TET:
            load_programmes(session, year)


def open_programme(session: Session, actor: Actor, draft: ProgrammeDraft) -> str:
    """Open a ward's own programme; returns its id.

    Raises DomainError for what refusal_for() refuses, NotFound for a ward that is not the actor's,
    Conflict if the code is taken.
    """
    if refusal := refusal_for(draft):
        raise DomainError(refusal)
    if draft.ward_code not in actor.ward_codes:
        raise NotFound("programme-unknown")
    values = _row(draft)
    statement = insert(Programme).values(values).on_conflict_do_nothing(index_elements=["code"])
    if session.scalar(statement.returning(Programme.id)) is None:
        raise Conflict("programme-code-taken")
    subject = Subject("programme", str(values["id"]), draft.ward_code)
    record(session, actor, "open-programme", subject)
    return str(values["id"])


def close_programme(session: Session, actor: Actor, programme_id: str, *, now: datetime) -> None:
    """Close a ward's own programme for new needs and pledges; what is promised goes on."""
    statement = (
        update(Programme)
        .where(
            Programme.id == programme_id,
            Programme.ward_code.in_(actor.ward_codes),
            Programme.closed_at.is_(None),
        )
        .values(closed_at=now)
    )
    if rows_changed(session, statement) != 1:
        raise NotFound("programme-unknown")
    record(session, actor, "close-programme", Subject("programme", programme_id, actor.home_ward))


def _row(draft: ProgrammeDraft) -> dict[str, object]:
    return {
        "id": new_id(),
        "code": draft.code,
        "theme": draft.theme,
        "name_vi": draft.name_vi,
        "name_en": draft.name_en,
        "aim_vi": draft.aim_vi,
        "aim_en": draft.aim_en,
        "kinds": list(draft.kinds),
        "starts_on": draft.starts_on,
        "ends_on": draft.ends_on,
        "handover_from": draft.handover_from,
        "handover_to": draft.handover_to,
        "once_per_household": draft.once_per_household,
        "ward_code": draft.ward_code,
    }
