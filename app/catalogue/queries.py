"""Reading the catalogue."""

from functools import cache

from sqlalchemy import String, literal_column, select
from sqlalchemy.orm import Session

from app.catalogue.models import SupportKind
from app.catalogue.rules import Kind, Model, spec_fields
from app.infra.prepared import Prepared
from app.kernel.errors import NotFound


def kind(session: Session, code: str) -> Kind:
    """One support kind. Raises NotFound."""
    row = session.get(SupportKind, code)
    if row is None:
        raise NotFound("kind-unknown")
    return _kind(row)


def all_kinds(session: Session) -> list[Kind]:
    """Every support kind, in the catalogue's order."""
    marks: dict[str, str] = dict(_marks().rows(session))
    known = {code: _known[mark] for code, mark in marks.items() if mark in _known}
    new = marks.keys() - known.keys()
    if new:
        rows = session.scalars(select(SupportKind).where(SupportKind.code.in_(new)))
        known |= {row.code: _kind(row) for row in rows}
        if len(_known) > MOST_KNOWN:
            _known.clear()
        _known.update({marks[code]: known[code] for code in new & known.keys()})
    return [known[code] for code in marks if code in known]


# By the mark that PostgreSQL gives each version of a row: a kind is long and seldom changes.
_known: dict[str, Kind] = {}
MOST_KNOWN = 1_000


@cache
def _marks() -> Prepared:
    """Each kind's code and the mark of its row's version, in the catalogue's order."""
    written = literal_column("support_kind.xmin || ' ' || support_kind.ctid", String())
    ordered = select(SupportKind.code, written).order_by(SupportKind.position, SupportKind.code)
    return Prepared(ordered)


def open_kinds(session: Session) -> list[Kind]:
    """The kinds that may be needed and pledged now, in the catalogue's order."""
    return [k for k in all_kinds(session) if k.is_open]


def needed_kinds(session: Session) -> list[Kind]:
    """The open kinds that a household may need; money towards a project is none."""
    return [k for k in open_kinds(session) if k.model is not Model.MONEY]


def _kind(row: SupportKind) -> Kind:
    return Kind(
        code=row.code,
        label_vi=row.label_vi,
        label_en=row.label_en,
        unit_vi=row.unit_vi,
        unit_en=row.unit_en,
        model=Model(row.model),
        icon=row.icon,
        reference_value=row.reference_value,
        max_units=row.max_units,
        repeat_after_days=row.repeat_after_days,
        one_per_household=row.one_per_household,
        is_open=row.is_open,
        fields=spec_fields(row.spec_fields),
        fit=row.fit,
        evidence=tuple(row.evidence),
    )
