"""Needs that two households would ask for twice if they were one."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.needs.models import Need
from app.needs.rules import LIVE


@dataclass(frozen=True, slots=True)
class TwinNeeds:
    """Two live needs of one kind, person and programme; promised: both hold gifts already."""

    kept_id: str
    kept_code: str
    closed_id: str
    closed_code: str
    kind_code: str
    promised: bool


def twin_needs(
    session: Session, kept_id: str, closed_id: str, same: Mapping[str, str]
) -> list[TwinNeeds]:
    """The pairs of live needs that one household may not have at once, by the kept one's code.

    same: whom of the kept household each person of the closed one is.
    """
    live = (
        select(Need)
        .where(Need.household_id.in_((kept_id, closed_id)), Need.state.in_(LIVE))
        .order_by(Need.code)
    )
    needs = session.scalars(live).all()
    asked = {
        (n.kind_code, n.member_id, n.programme_id): n for n in needs if n.household_id == kept_id
    }
    found = []
    for need in needs:
        if need.household_id == kept_id:
            continue
        person = same.get(need.member_id or "", need.member_id)
        twin = asked.get((need.kind_code, person, need.programme_id))
        if twin is not None:
            promised = bool(twin.covered and need.covered)
            pair = TwinNeeds(twin.id, twin.code, need.id, need.code, need.kind_code, promised)
            found.append(pair)
    return sorted(found, key=lambda pair: pair.kept_code)
