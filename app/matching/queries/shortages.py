"""What is asked for and what there is, by kind and size, and by residential group if wished."""

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
from app.households.models import Household
from app.matching.rules.shares import SHARE_DONG, pays_for
from app.needs.models import Need
from app.needs.queries.cards import public_spec
from app.places.models import ResidentialGroup
from app.pledges.models import Pledge, PledgeLine

PROJECT, MONEY = "project", "money"


@dataclass(frozen=True, slots=True)
class ShortageFilter:
    """What to narrow to. by_group: a row for each residential group too."""

    kind_code: str | None = None
    group_id: str | None = None
    by_group: bool = False


@dataclass(frozen=True, slots=True)
class Shortage:
    """One kind and size: what needs still lack, and what is free and would fit.

    asked, offered: units, or đồng where in_dong (projects that money pays together). What fits
    several rows counts for each, so `offered` is the most that one row can get.
    """

    kind: SupportKind
    spec: Mapping[str, object]
    group_name: str | None
    needs: int
    asked: int
    offered: int
    in_dong: bool

    @property
    def missing(self) -> int:
        """What cannot come from what is offered now; 0 if there is enough."""
        return max(0, self.asked - self.offered)


def shortages_in(
    session: Session, actor: Actor, on: date, wanted: ShortageFilter | None = None
) -> list[Shortage]:
    """Open needs of the actor's wards against open lines meant for them.

    The most missing first, projects last since they are counted in đồng. Sizes are those in
    which things are sold, not anybody's measures.
    """
    wanted = wanted or ShortageFilter()
    kinds = {k.code: k for k in session.scalars(select(SupportKind))}
    offered = _offered(session, actor, on)
    rows = []
    for (code, size, group), (needs, units, cost) in _asked(session, actor, on, wanted).items():
        kind, spec = kinds[code], json.loads(size)
        if kind.model == PROJECT:
            money = _money(kinds, code, offered)
            rows.append(Shortage(kind, spec, group, needs, cost, money, in_dong=True))
        else:
            there = _fitting(kind, spec, offered[code])
            rows.append(Shortage(kind, spec, group, needs, units, there, in_dong=False))
    return sorted(
        rows,
        key=lambda s: (
            s.in_dong, -s.missing, s.kind.position, json.dumps(s.spec, sort_keys=True),
            s.group_name or "",
        ),
    )  # fmt: skip


def groups_asking(session: Session, actor: Actor) -> list[tuple[str, str]]:
    """Id and name of the residential groups of the actor's wards, by name."""
    statement = (
        select(ResidentialGroup.id, ResidentialGroup.name)
        .where(ResidentialGroup.ward_code.in_(sorted(actor.ward_codes)))
        .order_by(ResidentialGroup.sort_key, ResidentialGroup.id)
    )
    return [(row.id, row.name) for row in session.execute(statement)]


_Spec = Mapping[str, object]
_Row = tuple[str, str, str | None]


def _asked(
    session: Session, actor: Actor, on: date, wanted: ShortageFilter
) -> dict[_Row, tuple[int, int, int]]:
    """(kind, size as JSON, group) -> needs, units and đồng that they still lack."""
    statement = (
        select(
            Need.kind_code,
            Need.spec,
            ResidentialGroup.name,
            func.count(),
            func.sum(Need.units - Need.covered),
            func.sum(Need.cost_dong),
        )
        .join(Household, Household.id == Need.household_id)
        .outerjoin(ResidentialGroup, ResidentialGroup.id == Household.group_id)
        .where(Need.state == "approved", Need.units > Need.covered)
        .where(Need.ward_code.in_(sorted(actor.ward_codes)))
        .where(or_(Need.deadline_on.is_(None), Need.deadline_on >= on))
        .group_by(Need.kind_code, Need.spec, ResidentialGroup.name)
    )
    if wanted.kind_code is not None:
        statement = statement.where(Need.kind_code == wanted.kind_code)
    if wanted.group_id is not None:
        statement = statement.where(Household.group_id == wanted.group_id)
    found: dict[_Row, tuple[int, int, int]] = defaultdict(lambda: (0, 0, 0))
    for code, spec, group, *counts in session.execute(statement):
        size = json.dumps(public_spec(spec), sort_keys=True)
        row = (code, size, group if wanted.by_group else None)
        before = found[row]
        found[row] = (
            before[0] + int(counts[0]), before[1] + int(counts[1]), before[2] + int(counts[2])
        )  # fmt: skip
    return found


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


def _money(
    kinds: Mapping[str, SupportKind], code: str, offered: Mapping[str, list[tuple[_Spec, int]]]
) -> int:
    """The đồng that may go to projects of a kind, from shares of money."""
    shares = (
        units
        for money, lines in offered.items()
        if kinds[money].model == MONEY
        for spec, units in lines
        if pays_for(spec, code)
    )
    return sum(shares) * SHARE_DONG
