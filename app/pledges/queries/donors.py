"""Reading donors: one's own profile, and those with whom a ward has to do."""

from dataclasses import dataclass

from sqlalchemy import ColumnElement, func, or_, select, true
from sqlalchemy.orm import Session

from app.accounts.rules import Action, Actor
from app.infra.crypto import cipher
from app.infra.transaction import ALL_WARDS
from app.kernel.errors import NotFound
from app.kernel.vietnamese import fold
from app.pledges.models import Donor, Pledge
from app.pledges.rules import DonorKind, ShownAs

PAGE = 50


@dataclass(frozen=True, slots=True)
class DonorCard:
    """A donor with contact, for the donor and for the ward that takes the pledges in."""

    id: str
    code: str
    kind: DonorKind
    name: str
    tax_code: str | None
    shown_as: ShownAs
    email: str | None
    phone: str | None
    language: str
    version: int


@dataclass(frozen=True, slots=True)
class DonorRow:
    """A donor in a list, with the number of pledges the asking wards have from it."""

    id: str
    code: str
    kind: DonorKind
    name: str
    pledges: int


def own_donor(session: Session, actor: Actor) -> DonorCard:
    """The signed-in donor's own profile. Raises NotFound for anybody else."""
    return _card(session, Donor.id == actor.donor_id) if actor.donor_id else _nobody()


def donor_for(session: Session, actor: Actor, donor_id: str) -> DonorCard:
    """A donor that the actor's ward wrote down or has a pledge from. Raises NotFound."""
    if not actor.may(Action.VET_PLEDGE):
        return _nobody()
    return _card(session, (Donor.id == donor_id) & _known_to(actor))


def donors_seen_by(session: Session, actor: Actor, words: str = "") -> list[DonorRow]:
    """Donors known to the actor's wards whose name or code has all `words`, accents or not.

    By name, at most 50: whoever has more of one name types one word more.
    """
    in_wards = _vetted_by(actor)
    counted = (
        select(func.count())
        .select_from(Pledge)
        .where(Pledge.donor_id == Donor.id, in_wards)
        .scalar_subquery()
    )
    statement = select(Donor, counted).where(_known_to(actor))
    for word in fold(words).split():
        has_word = Donor.folded_name.contains(word, autoescape=True)
        statement = statement.where(or_(has_word, func.lower(Donor.code) == word))
    rows = session.execute(statement.order_by(Donor.folded_name, Donor.id).limit(PAGE))
    return [DonorRow(d.id, d.code, DonorKind(d.kind), d.name, n) for d, n in rows]


def contact_of(session: Session, donor_id: str) -> DonorCard:
    """A donor's contact for sending notices; the caller is the system, not a person's page."""
    return _card(session, Donor.id == donor_id)


def _vetted_by(actor: Actor) -> ColumnElement[bool]:
    return true() if ALL_WARDS in actor.ward_codes else Pledge.ward_code.in_(actor.ward_codes)


def _known_to(actor: Actor) -> ColumnElement[bool]:
    if ALL_WARDS in actor.ward_codes:
        return true()
    has_pledged = select(Pledge.id).where(Pledge.donor_id == Donor.id, _vetted_by(actor)).exists()
    return or_(Donor.ward_code.in_(actor.ward_codes), has_pledged)


def _card(session: Session, condition: ColumnElement[bool]) -> DonorCard:
    donor = session.scalars(select(Donor).where(condition)).one_or_none()
    if donor is None:
        return _nobody()
    return DonorCard(
        id=donor.id,
        code=donor.code,
        kind=DonorKind(donor.kind),
        name=donor.name,
        tax_code=donor.tax_code,
        shown_as=ShownAs(donor.shown_as),
        email=_opened(donor.email, "email", donor.id),
        phone=_opened(donor.phone, "phone", donor.id),
        language=donor.language,
        version=donor.version,
    )


def _nobody() -> DonorCard:
    raise NotFound("donor")


def _opened(stored: bytes | None, column: str, donor_id: str) -> str | None:
    return cipher().decrypt(stored, f"donor.{column}:{donor_id}") if stored else None
