"""What is asked for and what there is, by kind and spec."""

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, or_, select
from sqlalchemy.dialects.postgresql import array
from sqlalchemy.orm import Session

from app.accounts.rules import Actor
from app.catalogue.models import SupportKind
from app.catalogue.rules import fits
from app.needs.models import Need
from app.pledges.models import Pledge, PledgeLine


@dataclass(frozen=True, slots=True)
class Shortage:
    """One kind and spec: units that needs still lack, and free units that would fit.

    A unit that fits several specs counts for each, so `offered` is the most one spec can get.
    """

    kind: SupportKind
    spec: Mapping[str, object]
    needs: int
    asked: int
    offered: int

    @property
    def missing(self) -> int:
        """Units that cannot come from what is offered now; 0 if there is enough."""
        return max(0, self.asked - self.offered)


def shortages_in(session: Session, actor: Actor, on: date) -> list[Shortage]:
    """Open needs of the actor's wards against open lines meant for them; most missing first."""
    kinds = {k.code: k for k in session.scalars(select(SupportKind))}
    offered = _offered(session, actor, on)
    rows = [
        Shortage(kinds[code], spec, needs, asked, _fitting(kinds[code], spec, offered[code]))
        for code, spec, needs, asked in _asked(session, actor, on)
    ]
    return sorted(rows, key=lambda s: (-s.missing, s.kind.position, json.dumps(s.spec)))


_Spec = Mapping[str, object]


def _asked(session: Session, actor: Actor, on: date) -> list[tuple[str, _Spec, int, int]]:
    statement = (
        select(Need.kind_code, Need.spec, func.count(), func.sum(Need.units - Need.covered))
        .where(Need.state == "approved", Need.units > Need.covered)
        .where(Need.ward_code.in_(sorted(actor.ward_codes)))
        .where(or_(Need.deadline_on.is_(None), Need.deadline_on >= on))
        .group_by(Need.kind_code, Need.spec)
    )
    return [(row[0], row[1], row[2], int(row[3])) for row in session.execute(statement)]


def _offered(session: Session, actor: Actor, on: date) -> Mapping[str, list[tuple[_Spec, int]]]:
    meant_here = or_(
        func.jsonb_array_length(Pledge.wards) == 0,
        Pledge.wards.op("?|")(array(sorted(actor.ward_codes))),
    )
    statement = (
        select(PledgeLine.kind_code, PledgeLine.spec, func.sum(PledgeLine.free))
        .join(Pledge, Pledge.id == PledgeLine.pledge_id)
        .where(PledgeLine.state == "open", PledgeLine.free > 0, Pledge.available_to >= on)
        .where(meant_here)
        .group_by(PledgeLine.kind_code, PledgeLine.spec)
    )
    found: dict[str, list[tuple[_Spec, int]]] = defaultdict(list)
    for code, spec, units in session.execute(statement):
        found[code].append((spec, int(units)))
    return found


def _fitting(kind: SupportKind, asked: _Spec, offered: Iterable[tuple[_Spec, int]]) -> int:
    return sum(units for spec, units in offered if fits(kind.fit, spec, asked))
