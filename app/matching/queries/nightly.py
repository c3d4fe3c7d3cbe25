"""Reads of the provinces that asked to be matched whole each night."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.rules import Actor
from app.matching.models import NightlyProvince
from app.places.models import Province, Ward


@dataclass(frozen=True, slots=True)
class NightlyChoice:
    """A province that the actor may match whole; since: when its nights were asked for."""

    code: str
    name: str
    since: datetime | None


def nightly_choices(session: Session, choices: Sequence[tuple[str, str]]) -> list[NightlyChoice]:
    """Of each of the actor's province_choices() whether its nights were asked for."""
    asked = select(NightlyProvince.province_code, NightlyProvince.asked_at)
    since = {row[0]: row[1] for row in session.execute(asked)}
    return [NightlyChoice(code, name, since.get(code)) for code, name in choices]


def office_of_wards(session: Session, actor: Actor) -> str | None:
    """The name of a province that matches the actor's wards whole each night, if one does."""
    mine = select(Ward.province_code).where(Ward.code.in_(sorted(actor.ward_codes)))
    statement = (
        select(Province.name)
        .join(NightlyProvince, NightlyProvince.province_code == Province.code)
        .where(Province.code.in_(mine))
        .order_by(Province.sort_key)
        .limit(1)
    )
    return session.scalar(statement)


@dataclass(frozen=True, slots=True)
class Tonight:
    """What a night asks for: provinces as a whole, and wards on their own."""

    provinces: Sequence[str]
    wards: Sequence[str]


def tonight(session: Session, wards: Collection[str]) -> Tonight:
    """Share `wards`, those with something to match, between provinces and runs of their own."""
    statement = (
        select(Ward.code, Ward.province_code)
        .join(NightlyProvince, NightlyProvince.province_code == Ward.province_code)
        .where(Ward.code.in_(sorted(wards)))
    )
    rows = session.execute(statement).all()
    inside = {row[0] for row in rows}
    provinces = sorted({row[1] for row in rows})
    return Tonight(provinces, sorted(set(wards) - inside))
