"""Reading programmes."""

from datetime import date

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session

from app.kernel.errors import NotFound
from app.places.models import Ward
from app.programmes.models import Programme


def open_programmes(session: Session, ward_code: str | None, on: date) -> list[Programme]:
    """The programmes that a ward (or anybody, for None) may use on a day, by their start."""
    statement = (
        select(Programme)
        .where(
            Programme.closed_at.is_(None),
            Programme.ends_on >= on,
            Programme.starts_on <= on,
            _within(ward_code),
        )
        .order_by(Programme.starts_on, Programme.code)
    )
    return list(session.scalars(statement))


def programmes_of(session: Session, ward_code: str | None) -> list[Programme]:
    """All programmes a ward has or shares, the newest first."""
    statement = (
        select(Programme)
        .where(_within(ward_code))
        .order_by(Programme.starts_on.desc(), Programme.code)
    )
    return list(session.scalars(statement))


def programme(session: Session, ward_code: str | None, programme_id: str) -> Programme:
    """One programme that a ward has or shares. Raises NotFound."""
    statement = select(Programme).where(Programme.id == programme_id, _within(ward_code))
    found = session.scalars(statement).one_or_none()
    if found is None:
        raise NotFound("programme-unknown")
    return found


def _within(ward_code: str | None) -> ColumnElement[bool]:
    """The nation's, the province's and the ward's own."""
    everywhere = Programme.ward_code.is_(None) & Programme.province_code.is_(None)
    if ward_code is None:
        return everywhere
    province = select(Ward.province_code).where(Ward.code == ward_code).scalar_subquery()
    return or_(everywhere, Programme.ward_code == ward_code, Programme.province_code == province)
