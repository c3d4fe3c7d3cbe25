"""What becomes of a household's needs when it turns out to be another household."""

from collections.abc import Collection, Mapping

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.needs.models import Need


def move_needs(
    session: Session,
    homes: tuple[str, str],
    same: Mapping[str, str],
    staying: Collection[str] = (),
) -> list[str]:
    """Bring the needs of a closed household to the one that is kept; returns their ids.

    homes: the kept and the closed one. same: whom of the kept household each person of the closed
    one is. staying: needs that remain as they were. Versions go up, so that a decision on what was
    read before has to be taken again. The caller holds both households and has asked
    twin_needs(); the cards follow by FOLLOW_CONSENT.
    """
    kept_id, closed_id = homes
    here = (Need.household_id == closed_id) & Need.id.not_in(staying)
    moved = session.scalars(select(Need.id).where(here).order_by(Need.id)).all()
    for twin, person in same.items():
        session.execute(update(Need).where(here, Need.member_id == twin).values(member_id=person))
    session.execute(update(Need).where(here).values(household_id=kept_id, version=Need.version + 1))
    return list(moved)
