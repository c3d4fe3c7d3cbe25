"""What is asked for and what there is, by kind and size, and by residential group if wished."""

import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TypeAlias

from sqlalchemy import String, cast, func, or_, select
from sqlalchemy.dialects.postgresql import ARRAY, array
from sqlalchemy.orm import Session

from app.accounts.rules import Actor
from app.catalogue.models import SupportKind
from app.catalogue.rules import fits
from app.households.models import Household
from app.matching.rules.shares import SHARE_DONG, pays_for
from app.needs.models import Need
from app.needs.queries.cards import public_spec
from app.places.models import ResidentialGroup, Ward
from app.pledges.models import Pledge, PledgeLine

PROJECT, MONEY = "project", "money"


_Spec = Mapping[str, object]
# Id and name of a group or ward.
_Place = tuple[str | None, str | None]
_Row = tuple[str, str, _Place]
# Of each kind: spec, units, and the wards that they are meant for, none being any.
Offered: TypeAlias = Mapping[str, list[tuple[_Spec, int, frozenset[str]]]]


@dataclass(frozen=True, slots=True)
class ShortageFilter:
    """What to narrow to. each: rows for each "group" (residential) or "ward" too, or for neither.

    group_id: a residential group; ward_code: a ward, for who sees several.
    """

    kind_code: str | None = None
    group_id: str | None = None
    ward_code: str | None = None
    each: str | None = None


@dataclass(frozen=True, slots=True)
class Shortage:
    """One kind and size: what needs still lack, and what is free and would fit.

    asked, offered: units, or đồng where in_dong (projects that money pays together). What fits
    several rows counts for each, so `offered` is the most that one row can get. place: the group
    or ward that the row is about. is_whole: of a kind of several sizes, all of them in one.
    """

    kind: SupportKind
    spec: Mapping[str, object]
    place: str | None
    needs: int
    asked: int
    offered: int
    in_dong: bool
    is_whole: bool = False

    @property
    def missing(self) -> int:
        """What cannot come from what is offered now; 0 if there is enough."""
        return max(0, self.asked - self.offered)


def shortages_in(
    session: Session, actor: Actor, on: date, wanted: ShortageFilter | None = None
) -> list[Shortage]:
    """Open needs of the actor's wards against open lines meant for them.

    Kind by kind, the most missing first, projects last since they are counted in đồng; a kind of
    several sizes has a row for all of them before theirs. Sizes are those in which things are
    sold, not anybody's measures.
    """
    wanted = wanted or ShortageFilter()
    kinds = {k.code: k for k in session.scalars(select(SupportKind))}
    offered = _offered(session, _wards(actor, wanted), on)
    rows: list[Shortage] = []
    for (code, size, (place_id, name)), (needs, *lack) in _asked(
        session, actor, on, wanted
    ).items():
        kind, spec = kinds[code], json.loads(size)
        here = _meant_for(place_id if wanted.each == "ward" else None, offered)
        in_dong = kind.model == PROJECT
        there = _money(kinds, code, here) if in_dong else _fitting(kind, spec, here)
        rows.append(Shortage(kind, spec, name, needs, lack[in_dong], there, in_dong))
    return _kind_by_kind(rows, offered)


def _kind_by_kind(rows: Sequence[Shortage], offered: Offered) -> list[Shortage]:
    """The rows of each kind together, those of which the most is missing first."""
    by_kind: dict[str, list[Shortage]] = defaultdict(list)
    for row in rows:
        by_kind[row.kind.code].append(row)
    found = []
    for code, own in by_kind.items():
        whole = _whole(own, sum(line[1] for line in offered[code]))
        own.sort(key=lambda s: (-s.missing, json.dumps(s.spec, sort_keys=True), s.place or ""))
        found.append((whole, [whole, *own] if len({str(s.spec) for s in own}) > 1 else own))
    found.sort(key=lambda pair: (pair[0].in_dong, -pair[0].missing, pair[0].kind.position))
    return [row for _whole_kind, rows_of_kind in found for row in rows_of_kind]


def _whole(rows: Sequence[Shortage], units: int) -> Shortage:
    """All sizes of a kind in one; units: all that is free of it."""
    first = rows[0]
    there = first.offered if first.in_dong else units
    needs, asked = sum(s.needs for s in rows), sum(s.asked for s in rows)
    return Shortage(first.kind, {}, None, needs, asked, there, first.in_dong, is_whole=True)


def wards_asking(session: Session, actor: Actor) -> list[tuple[str, str]]:
    """Code and name of the actor's wards in which something is asked for, by name."""
    asking = select(Need.ward_code).where(Need.state == "approved", Need.units > Need.covered)
    statement = (
        select(Ward.code, Ward.name)
        .where(Ward.code.in_(sorted(actor.ward_codes)), Ward.code.in_(asking))
        .order_by(Ward.sort_key)
    )
    return [(row.code, row.name) for row in session.execute(statement)]


def groups_asking(session: Session, actor: Actor) -> list[tuple[str, str]]:
    """Id and name of the residential groups of the actor's wards, by name."""
    statement = (
        select(ResidentialGroup.id, ResidentialGroup.name)
        .where(ResidentialGroup.ward_code.in_(sorted(actor.ward_codes)))
        .order_by(ResidentialGroup.sort_key, ResidentialGroup.id)
    )
    return [(row.id, row.name) for row in session.execute(statement)]


def _asked(
    session: Session, actor: Actor, on: date, wanted: ShortageFilter
) -> dict[_Row, tuple[int, int, int]]:
    """(kind, size as JSON, place) -> needs, units and đồng that they still lack."""
    of_ward = (Ward.code, Ward.name)
    place = of_ward if wanted.each == "ward" else (ResidentialGroup.id, ResidentialGroup.name)
    statement = (
        select(
            Need.kind_code,
            Need.spec,
            *place,
            func.count(),
            func.sum(Need.units - Need.covered),
            func.sum(Need.cost_dong),
        )
        .join(Household, Household.id == Need.household_id)
        .join(Ward, Ward.code == Need.ward_code)
        .outerjoin(ResidentialGroup, ResidentialGroup.id == Household.group_id)
        .where(Need.state == "approved", Need.units > Need.covered)
        .where(Need.ward_code.in_(_wards(actor, wanted)))
        .where(or_(Need.deadline_on.is_(None), Need.deadline_on >= on))
        .group_by(Need.kind_code, Need.spec, *place)
    )
    if wanted.kind_code is not None:
        statement = statement.where(Need.kind_code == wanted.kind_code)
    if wanted.group_id is not None:
        statement = statement.where(Household.group_id == wanted.group_id)
    found: dict[_Row, tuple[int, int, int]] = defaultdict(lambda: (0, 0, 0))
    for code, spec, place_id, name, *counts in session.execute(statement):
        size = json.dumps(public_spec(spec), sort_keys=True)
        row = (code, size, (place_id, name) if wanted.each else (None, None))
        before = found[row]
        found[row] = (
            before[0] + int(counts[0]), before[1] + int(counts[1]), before[2] + int(counts[2])
        )  # fmt: skip
    return found


def _wards(actor: Actor, wanted: ShortageFilter) -> list[str]:
    """Those that the rows are about: what is meant for another ward helps none of them."""
    mine = actor.ward_codes
    return sorted(mine if wanted.ward_code is None else mine & {wanted.ward_code})


def _offered(session: Session, wards: Sequence[str], on: date) -> Offered:
    meant_here = or_(
        func.jsonb_array_length(Pledge.wards) == 0,
        Pledge.wards.op("?|")(cast(array(wards), ARRAY(String))),
    )
    statement = (
        select(PledgeLine.kind_code, PledgeLine.spec, Pledge.wards, func.sum(PledgeLine.free))
        .join(Pledge, Pledge.id == PledgeLine.pledge_id)
        .where(PledgeLine.state == "open", PledgeLine.free > 0, Pledge.available_to >= on)
        .where(meant_here)
        .group_by(PledgeLine.kind_code, PledgeLine.spec, Pledge.wards)
    )
    found: dict[str, list[tuple[_Spec, int, frozenset[str]]]] = defaultdict(list)
    for code, spec, only, units in session.execute(statement):
        found[code].append((spec, int(units), frozenset(only)))
    return found


def _meant_for(ward_code: str | None, offered: Offered) -> Offered:
    """What one ward may have of it; all of it where no ward is named."""
    if ward_code is None:
        return offered
    kept: dict[str, list[tuple[_Spec, int, frozenset[str]]]] = defaultdict(list)
    for code, lines in offered.items():
        kept[code] = [line for line in lines if not line[2] or ward_code in line[2]]
    return kept


def _fitting(kind: SupportKind, asked: _Spec, offered: Offered) -> int:
    lines = offered[kind.code]
    return sum(units for spec, units, _only in lines if fits(kind.fit, spec, asked))


def _money(kinds: Mapping[str, SupportKind], code: str, offered: Offered) -> int:
    """The đồng that may go to projects of a kind, from shares of money."""
    shares = (
        units
        for money, lines in offered.items()
        if kinds[money].model == MONEY
        for spec, units, _only in lines
        if pays_for(spec, code)
    )
    return sum(shares) * SHARE_DONG
