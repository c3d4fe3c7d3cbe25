"""What a pledge refers to: kinds, programmes, receiving wards, and the need it answers."""

from dataclasses import dataclass
from datetime import date, datetime
from functools import cache

from sqlalchemy import DateTime, bindparam, select
from sqlalchemy.orm import Session

from app.accounts.models import Assignment
from app.accounts.rules import Role
from app.catalogue.queries import all_kinds
from app.catalogue.rules import SpecField
from app.infra.i18n import current_language
from app.infra.prepared import Prepared
from app.needs.models import NeedCard
from app.places.models import Ward
from app.programmes.models import Programme


@dataclass(frozen=True, slots=True)
class WardName:
    """A ward by code and name."""

    code: str
    name: str


@dataclass(frozen=True, slots=True)
class KindCard:
    """A support kind in the reader's language, with what is asked of who gives it."""

    code: str
    label: str
    unit: str
    icon: str
    reference_value: int
    model: str
    is_open: bool
    fields: tuple[SpecField, ...]


@dataclass(frozen=True, slots=True)
class ProgrammeCard:
    """A running programme in the reader's language; wards empty means everywhere."""

    id: str
    name: str
    ends_on: date
    kinds: tuple[str, ...]
    ward_code: str | None
    province_code: str | None
    province_wards: frozenset[str]

    def serves(self, ward_code: str) -> bool:
        """Whether the programme runs in this ward."""
        if self.ward_code is not None:
            return self.ward_code == ward_code
        return self.province_code is None or ward_code in self.province_wards

    def takes(self, kind_code: str) -> bool:
        """Whether the programme asks for this kind."""
        return not self.kinds or kind_code in self.kinds


@dataclass(frozen=True, slots=True)
class NeedHint:
    """What a pledge that answers one public need card starts from."""

    code: str
    kind_code: str
    ward_code: str
    spec: dict[str, object]
    units: int
    cost_dong: int


def kinds(session: Session) -> dict[str, KindCard]:
    """All kinds by code, closed ones too, in the catalogue's order."""
    language = current_language()
    return {
        kind.code: KindCard(
            code=kind.code,
            label=kind.label(language),
            unit=kind.unit(language),
            icon=kind.icon,
            reference_value=kind.reference_value,
            model=kind.model.value,
            is_open=kind.is_open,
            fields=tuple(f for f in kind.fields if f.of_pledges),
        )
        for kind in all_kinds(session)
    }


def programmes_open(session: Session, on: date) -> list[ProgrammeCard]:
    """Programmes that run on a day, the first to end first."""
    statement = (
        select(Programme)
        .where(Programme.starts_on <= on, Programme.ends_on >= on, Programme.closed_at.is_(None))
        .order_by(Programme.ends_on, Programme.id)
    )
    running = session.scalars(statement).all()
    english = current_language() == "en"
    wards = _wards_by_province(session, {p.province_code for p in running if p.province_code})
    return [
        ProgrammeCard(
            id=p.id,
            name=p.name_en if english else p.name_vi,
            ends_on=p.ends_on,
            kinds=tuple(p.kinds),
            ward_code=p.ward_code,
            province_code=p.province_code,
            province_wards=wards.get(p.province_code or "", frozenset()),
        )
        for p in running
    ]


def _wards_by_province(session: Session, provinces: set[str]) -> dict[str, frozenset[str]]:
    found: dict[str, set[str]] = {code: set() for code in provinces}
    statement = select(Ward.province_code, Ward.code).where(Ward.province_code.in_(provinces))
    for province, ward in session.execute(statement):
        found[province].add(ward)
    return {code: frozenset(wards) for code, wards in found.items()}


def receiving_wards(session: Session, now: datetime) -> list[WardName]:
    """The wards whose officers take pledges in through this site now, by name."""
    return [WardName(*row) for row in _serving().rows(session, {"at": now})]


@cache
def _serving() -> Prepared:
    at = bindparam("at", type_=DateTime(timezone=True))
    serving = select(Assignment.ward_code).where(
        Assignment.role == Role.WARD_OFFICER.value,
        Assignment.starts_at <= at,
        Assignment.ends_at > at,
    )
    return Prepared(
        select(Ward.code, Ward.name).where(Ward.code.in_(serving)).order_by(Ward.sort_key)
    )


def need_hint(session: Session, code: str, now: datetime) -> NeedHint | None:
    """What the open public card with this code asks for; None if there is none any more."""
    statement = select(NeedCard).where(
        NeedCard.code == code, NeedCard.is_open, NeedCard.posted_at <= now
    )
    card = session.scalars(statement).one_or_none()
    if card is None:
        return None
    left = max(1, card.units - card.covered)
    return NeedHint(card.code, card.kind_code, card.ward_code, card.spec, left, card.cost_dong)
