"""Writing down who gives, and how the public may read the name."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import update
from sqlalchemy.orm import Session

from app.accounts.rules import Actor
from app.audit.actions import Subject, record
from app.infra.crypto import cipher
from app.infra.transaction import rows_changed
from app.kernel.errors import Conflict
from app.kernel.ids import new_code, new_id
from app.kernel.vietnamese import fold
from app.pledges.models import Donor
from app.pledges.rules import DonorKind, ShownAs


@dataclass(frozen=True, slots=True)
class DonorDraft:
    """A donor as typed. ward_code: whose staff wrote the donor down, if staff did."""

    kind: DonorKind
    name: str
    shown_as: ShownAs
    email: str | None = None
    phone: str | None = None
    tax_code: str | None = None
    language: str = "vi"
    ward_code: str | None = None


@dataclass(frozen=True, slots=True)
class ProfileDraft:
    """What a donor may change; `version` is the one that was read."""

    name: str
    shown_as: ShownAs
    tax_code: str | None
    email: str | None
    phone: str | None
    language: str
    version: int


def register_donor(session: Session, actor: Actor, draft: DonorDraft, *, now: datetime) -> str:
    """Write a donor down; returns the id. The sign-in account, if any, is opened afterwards."""
    donor_id = new_id()
    session.add(
        Donor(
            id=donor_id,
            code=new_code("NHT"),
            kind=draft.kind.value,
            name=draft.name,
            folded_name=fold(draft.name),
            tax_code=draft.tax_code,
            shown_as=draft.shown_as.value,
            email=_sealed(draft.email, "email", donor_id),
            phone=_sealed(draft.phone, "phone", donor_id),
            language=draft.language,
            ward_code=draft.ward_code,
            created_at=now,
        )
    )
    session.flush()
    subject = Subject("donor", donor_id, draft.ward_code)
    record(session, actor, "register-donor", subject, changes={"kind": draft.kind.value})
    return donor_id


def give_account(session: Session, donor_id: str, account_id: str) -> None:
    """Say which sign-in account is the donor's. Raises Conflict if there is one already."""
    statement = (
        update(Donor)
        .where(Donor.id == donor_id, Donor.account_id.is_(None))
        .values(account_id=account_id)
    )
    if rows_changed(session, statement) != 1:
        raise Conflict("donor-has-account")


def change_profile(session: Session, actor: Actor, draft: ProfileDraft) -> None:
    """Change one's own name, tax code, contact and how the name is shown.

    Raises Conflict("changed-meanwhile") if it was changed since it was read. Papers written
    before keep what they say.
    """
    donor_id = actor.donor_id or ""
    statement = (
        update(Donor)
        .where(Donor.id == donor_id, Donor.version == draft.version)
        .values(
            name=draft.name,
            folded_name=fold(draft.name),
            shown_as=draft.shown_as.value,
            tax_code=draft.tax_code,
            email=_sealed(draft.email, "email", donor_id),
            phone=_sealed(draft.phone, "phone", donor_id),
            language=draft.language,
            version=Donor.version + 1,
        )
    )
    if rows_changed(session, statement) != 1:
        raise Conflict("changed-meanwhile")
    facts = {"shown_as": draft.shown_as.value, "name": draft.name}
    record(session, actor, "change-donor", Subject("donor", donor_id), changes=facts)


def _sealed(text: str | None, column: str, donor_id: str) -> bytes | None:
    return cipher().encrypt(text, f"donor.{column}:{donor_id}") if text else None
