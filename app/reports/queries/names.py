"""The words beside figures: names of what they are split by, units, wards."""

from collections.abc import Sequence
from typing import Any, TypeAlias

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from app.accounts.rules import Actor
from app.catalogue.queries import all_kinds
from app.infra.i18n import current_language
from app.places.models import ResidentialGroup, Ward
from app.pledges.models import Pledge
from app.programmes.models import Programme
from app.reports.rules import Dimension

AnySelect: TypeAlias = Select[*tuple[Any, ...]]


def labels_of(session: Session, dimension: Dimension, keys: Sequence[str]) -> dict[str, str]:
    """The words for keys that name rows, in the reader's language; others name themselves."""
    english = current_language() == "en"
    if dimension is Dimension.KIND:
        return {kind.code: kind.label(current_language()) for kind in all_kinds(session)}
    statements: dict[Dimension, AnySelect] = {
        Dimension.PROGRAMME: select(
            Programme.id, Programme.name_en if english else Programme.name_vi
        ).where(Programme.id.in_(keys)),
        Dimension.GROUP: select(ResidentialGroup.id, ResidentialGroup.name).where(
            ResidentialGroup.id.in_(keys)
        ),
    }
    if dimension not in statements:
        return {}
    return dict(session.execute(statements[dimension]).all())


def units_of_kinds(session: Session) -> dict[str, str]:
    """The unit's word of each support kind, in the reader's language."""
    return {kind.code: kind.unit(current_language()) for kind in all_kinds(session)}


def ward_names(session: Session, codes: Sequence[str]) -> dict[str, str]:
    """The names of wards by code."""
    statement = select(Ward.code, Ward.name).where(Ward.code.in_(codes))
    return dict(session.execute(statement).all())


def wards_of(session: Session, actor: Actor) -> tuple[str, ...]:
    """The wards an actor may ask about; for auditors those in which anything was pledged."""
    if "*" not in actor.ward_codes:
        return tuple(sorted(actor.ward_codes))
    return tuple(session.scalars(select(Pledge.ward_code).distinct().order_by(Pledge.ward_code)))
