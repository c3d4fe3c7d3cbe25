"""Allocations whose households still have to be invited."""

from dataclasses import dataclass
from functools import cache

from sqlalchemy import ARRAY, String, bindparam, select
from sqlalchemy.orm import Session

from app.accounts.rules import Actor
from app.catalogue.models import SupportKind
from app.handovers.models import Appointment
from app.handovers.rules import LIVE
from app.households.models import Household
from app.infra.columns import among
from app.infra.prepared import Prepared
from app.matching.queries.allocations import AllocationRow, allocations_waiting_in
from app.places.models import ResidentialGroup


@dataclass(frozen=True, slots=True)
class Waiting:
    """An allocation to be handed over, with what an officer chooses by.

    Whether its goods are in, so that the household may be invited, the allocation itself knows.
    """

    allocation: AllocationRow
    head_name: str
    group_name: str | None
    label_vi: str
    label_en: str

    def label(self, language: str) -> str:
        """What is given, in a language."""
        return self.label_en if language == "en" else self.label_vi


def uninvited(session: Session, actor: Actor) -> list[AllocationRow]:
    """The allocations with no appointment to come, oldest approval first, at most 500."""
    allocations = allocations_waiting_in(session, actor)
    invited = {row[0] for row in _invited().rows(session, {"ids": [a.id for a in allocations]})}
    return [a for a in allocations if a.id not in invited]


@cache
def _invited() -> Prepared:
    """Of some allocations those that have an appointment to come."""
    return Prepared(
        select(Appointment.allocation_id)
        .where(among(Appointment.allocation_id, bindparam("ids", type_=ARRAY(String()))))
        .where(Appointment.state.in_(LIVE))
    )


def waiting_to_invite(session: Session, actor: Actor) -> list[Waiting]:
    """The uninvited with their households' names and what they are given."""
    allocations = uninvited(session, actor)
    people = _people(session, {a.household_id for a in allocations})
    kinds = {k.code: k for k in session.scalars(select(SupportKind))}
    return [
        Waiting(
            allocation=a,
            head_name=people[a.household_id][0],
            group_name=people[a.household_id][1],
            label_vi=kinds[a.kind_code].label_vi,
            label_en=kinds[a.kind_code].label_en,
        )
        for a in allocations
    ]


def _people(session: Session, household_ids: set[str]) -> dict[str, tuple[str, str | None]]:
    """Name and group of each household."""
    statement = (
        select(Household.id, Household.head_name, ResidentialGroup.name)
        .outerjoin(ResidentialGroup, ResidentialGroup.id == Household.group_id)
        .where(Household.id.in_(household_ids))
    )
    return {row[0]: (row[1], row[2]) for row in session.execute(statement)}
