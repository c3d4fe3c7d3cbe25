"""The public board: cards of open needs, nothing but what anyone may read."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import (
    Select,
    SQLColumnExpression,
    Text,
    cast,
    exists,
    func,
    or_,
    select,
    tuple_,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Session

from app.catalogue import queries as catalogue
from app.catalogue.rules import fits
from app.kernel.clock import local_day
from app.kernel.errors import NotFound
from app.kernel.vietnamese import fold
from app.needs.models import NeedCard
from app.needs.queries.paging import read_key, write_key
from app.needs.rules import BoardFilter
from app.places.models import Province, Ward
from app.places.rules import short_place

PAGE = 24
# Beyond this a reader only wants to know that there are many.
MOST_COUNTED = 10_000
CODE = "NC-"


@dataclass(frozen=True, slots=True)
class Card:
    """A need as the public reads it."""

    need_id: str
    code: str
    ward_code: str
    ward: str
    province: str
    kind_code: str
    programme_id: str | None
    label: str | None
    age_band: str | None
    spec: dict[str, object]
    units: int
    covered: int
    cost_dong: int
    urgency: int
    deadline_on: date | None
    story: str | None
    verified_on: date
    verified_by_role: str
    is_open: bool
    posted_at: datetime

    @property
    def place(self) -> str:
        """The ward with its province, in a line."""
        return short_place(self.ward, self.province)


@dataclass(frozen=True, slots=True)
class ClosedCard:
    """All that is left to read of a card that is no longer on the board."""

    code: str
    is_met: bool


@dataclass(frozen=True, slots=True)
class BoardPage:
    """A page of cards, newest first; `after` is the key of the next page.

    total: MOST_COUNTED + 1 for any more than that.
    """

    cards: list[Card]
    after: str | None
    total: int


@dataclass(frozen=True, slots=True)
class BoardTotals:
    """How much is needed now, over all wards; needs: MOST_COUNTED + 1 for any more."""

    needs: int
    wards: int


Cards = Select[NeedCard, str, str]
Condition = SQLColumnExpression[bool]


def _cards() -> Cards:
    return (
        select(NeedCard, Ward.name, Province.name)
        .join(Ward, Ward.code == NeedCard.ward_code)
        .join(Province, Province.code == Ward.province_code)
    )


def board(
    session: Session, wanted: BoardFilter, *, now: datetime, after: str | None = None
) -> BoardPage:
    """Open cards that have been posted, newest first, a page by key."""
    shown = (*_shown(now), *_narrowed(wanted))
    total = _counted(session, *shown)
    statement = _cards().where(*shown)
    if key := read_key(after):
        statement = statement.where(tuple_(NeedCard.posted_at, NeedCard.need_id) < key)
    ordered = statement.order_by(NeedCard.posted_at.desc(), NeedCard.need_id.desc())
    cards = [_card(*row) for row in session.execute(ordered.limit(PAGE + 1))]
    if len(cards) <= PAGE:
        return BoardPage(cards, None, total)
    last = cards[PAGE - 1]
    return BoardPage(cards[:PAGE], write_key(last.posted_at, last.need_id), total)


def most_urgent(session: Session, count: int, *, now: datetime) -> list[Card]:
    """The cards for the front page: the most urgent, then those that wait longest."""
    statement = _cards().where(*_shown(now))
    ordered = statement.order_by(
        NeedCard.urgency.desc(), NeedCard.verified_on, NeedCard.need_id
    ).limit(count)
    return [_card(*row) for row in session.execute(ordered)]


def _shown(now: datetime) -> tuple[Condition, ...]:
    """Open, posted, and not past the day by which help had to come."""
    in_time = or_(NeedCard.deadline_on.is_(None), NeedCard.deadline_on >= local_day(now))
    return NeedCard.is_open, NeedCard.posted_at <= now, in_time


def _narrowed(wanted: BoardFilter) -> list[Condition]:
    """What the visitor asks for; a search is a ward's name, or the code of a card."""
    found: list[Condition] = [
        column == value
        for column, value in (
            (NeedCard.kind_code, wanted.kind_code),
            (NeedCard.ward_code, wanted.ward_code),
            (NeedCard.programme_id, wanted.programme_id),
        )
        if value
    ]
    if wanted.urgency is not None:
        found.append(NeedCard.urgency >= wanted.urgency)
    if words := fold(wanted.search).split():
        holds = [Ward.search_text.contains(word, autoescape=True) for word in words]
        code = words[0].upper().removeprefix(CODE)
        in_wards = NeedCard.ward_code.in_(select(Ward.code).where(*holds))
        found.append(or_(in_wards, NeedCard.code == f"{CODE}{code}"))
    return found


def _counted(session: Session, *shown: Condition) -> int:
    """How many cards there are, counted as far as anybody reads a figure."""
    some = select(NeedCard.need_id).where(*shown).limit(MOST_COUNTED + 1).subquery()
    return session.scalar(select(func.count()).select_from(some)) or 0


def card_by_code(session: Session, code: str, *, now: datetime) -> Card | ClosedCard:
    """One card as the board shows it, or only that it was there. Raises NotFound.

    Whoever kept its address reads nothing of a family that asks for nothing any more.
    """
    row = session.execute(_cards().where(NeedCard.code == code, *_shown(now))).one_or_none()
    if row is not None:
        return _card(*row)
    is_met = NeedCard.covered >= NeedCard.units
    closed = select(is_met).where(NeedCard.code == code, NeedCard.posted_at <= now)
    met = session.scalar(closed)
    if met is None:
        raise NotFound("card")
    return ClosedCard(code, is_met=met)


def count_fitting(
    session: Session,
    kind_code: str,
    spec: Mapping[str, object],
    wards: Collection[str],
    groups: Collection[str],
) -> int:
    """How many open verified needs a pledge so restricted could serve now.

    Reads cards only, posted or still waiting, and of each only groups that a crowd of its ward
    shares. Alike cards are counted by the database, so that a province is few rows.
    """
    kind = catalogue.kind(session, kind_code)
    statement = (
        select(NeedCard.spec, func.count())
        .where(NeedCard.is_open, NeedCard.kind_code == kind_code)
        .group_by(NeedCard.spec)
    )
    if wards:
        statement = statement.where(NeedCard.ward_code.in_(wards))
    if groups:
        statement = statement.where(NeedCard.groups.op("?|")(cast(list(groups), ARRAY(Text))))
    rows = session.execute(statement)
    return sum(count for needed, count in rows if fits(kind.fit, spec, needed))


def waiting_by_kind(session: Session, *, now: datetime) -> dict[str, int]:
    """Support kind -> how many open needs of it are on the board; kinds without any left out."""
    statement = select(NeedCard.kind_code, func.count()).where(*_shown(now))
    rows = session.execute(statement.group_by(NeedCard.kind_code))
    return {row[0]: row[1] for row in rows}


def board_totals(session: Session, *, now: datetime) -> BoardTotals:
    """The open needs on the board: how many, and in how many wards."""
    shown = _shown(now)
    here = exists().where(NeedCard.ward_code == Ward.code, *shown)
    wards = session.scalar(select(func.count()).select_from(Ward).where(here)) or 0
    return BoardTotals(_counted(session, *shown), wards)


def _card(card: NeedCard, ward: str, province: str) -> Card:
    return Card(
        need_id=card.need_id,
        code=card.code,
        ward_code=card.ward_code,
        ward=ward,
        province=province,
        kind_code=card.kind_code,
        programme_id=card.programme_id,
        label=card.label,
        age_band=card.age_band,
        spec=card.spec,
        units=card.units,
        covered=card.covered,
        cost_dong=card.cost_dong,
        urgency=card.urgency,
        deadline_on=card.deadline_on,
        story=card.story,
        verified_on=card.verified_on,
        verified_by_role=card.verified_by_role,
        is_open=card.is_open,
        posted_at=card.posted_at,
    )
