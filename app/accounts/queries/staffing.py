"""Who works where, and which accounts and roles wait for a second person's yes."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import BindParameter, ColumnElement, func, or_, select, true
from sqlalchemy.orm import Session

from app.accounts.models import Account, AccountProposal, Assignment, SecondFactor
from app.accounts.queries.holding import email_of
from app.accounts.rules import STAFF, Action, Actor, Role
from app.infra.columns import among
from app.infra.crypto import cipher
from app.kernel.errors import NotFound
from app.places.models import Province, ResidentialGroup, Ward

MOST_LISTED = 200


@dataclass(frozen=True, slots=True)
class StaffRole:
    """One role of a staff member at one place. ends_at: when it runs out, or ran out."""

    id: str
    role: Role
    place: str
    ends_at: datetime
    is_held: bool


@dataclass(frozen=True, slots=True)
class StaffLine:
    """A staff member with the roles that the reader may know of, those held first."""

    account_id: str
    name: str
    email: str | None
    has_password: bool
    has_second_factor: bool
    roles: tuple[StaffRole, ...]

    @property
    def is_at_work(self) -> bool:
        """Whether any of these roles is held now."""
        return any(role.is_held for role in self.roles)


@dataclass(frozen=True, slots=True)
class ProposalView:
    """A proposal about an account, as the second person reads it. replaced: the role that ends."""

    id: str
    kind: str
    state: str
    name: str
    email: str | None
    role: Role
    place: str
    replaced: StaffRole | None
    reason: str
    proposed_by: str
    proposed_at: datetime
    decided_by: str | None
    decided_reason: str | None


def at_places_of(
    actor: Actor, table: type[Assignment] | type[AccountProposal]
) -> ColumnElement[bool]:
    """What belongs to a place of the actor's: the ward's own, or the province's with its wards."""
    if actor.role is Role.SYSTEM_ADMIN:
        return true()
    return places_of_proposals(table, sorted(actor.ward_codes), actor.province_code or "")


def places_of_proposals(
    table: type[Assignment] | type[AccountProposal],
    wards: Collection[str] | BindParameter[Any],
    province: str | ColumnElement[str],
) -> ColumnElement[bool]:
    """Rows of these wards or of this province; an empty province is nobody's."""
    return or_(among(table.ward_code, wards), table.province_code == province)


def staff_seen_by(session: Session, actor: Actor, at: datetime) -> list[StaffLine]:
    """Everybody who holds or held a role of staff at the actor's places, by name; at most 200."""
    return _staff(session, actor, at, true())


def staff_member_for(session: Session, actor: Actor, account_id: str, at: datetime) -> StaffLine:
    """One staff member at the actor's places, with the e-mail. Raises NotFound."""
    found = _staff(session, actor, at, Account.id == account_id)
    if not found:
        raise NotFound("staff-member")
    return found[0]


def _staff(
    session: Session, actor: Actor, at: datetime, which: ColumnElement[bool]
) -> list[StaffLine]:
    if not actor.may(Action.SEE_STAFF):
        return []
    place = func.coalesce(ResidentialGroup.name + ", ", "") + func.coalesce(
        Ward.name, Province.name, ""
    )
    statement = (
        select(Account, Assignment, place, SecondFactor.confirmed_at)
        .join(Assignment, Assignment.account_id == Account.id)
        .outerjoin(SecondFactor, SecondFactor.account_id == Account.id)
        .outerjoin(Ward, Ward.code == Assignment.ward_code)
        .outerjoin(Province, Province.code == Assignment.province_code)
        .outerjoin(ResidentialGroup, ResidentialGroup.id == Assignment.group_id)
        .where(Assignment.role.in_(STAFF), at_places_of(actor, Assignment), which)
        .order_by(Account.name, Account.id, Assignment.ends_at.desc(), Assignment.id)
    )
    people: dict[str, tuple[Account, bool, list[StaffRole]]] = {}
    for account, held, where, factor in session.execute(statement):
        known = people.setdefault(account.id, (account, factor is not None, []))
        is_held = held.starts_at <= at < held.ends_at
        known[2].append(StaffRole(held.id, Role(held.role), where, held.ends_at, is_held))
    return [
        StaffLine(
            account_id=account.id,
            name=account.name,
            email=email_of(session, account.id),
            has_password=account.password_hash is not None,
            has_second_factor=has_factor,
            roles=tuple(sorted(roles, key=lambda r: not r.is_held)),
        )
        for account, has_factor, roles in list(people.values())[:MOST_LISTED]
    ]


def proposals_seen_by(session: Session, actor: Actor) -> list[ProposalView]:
    """What waits for a second person at the actor's places, the oldest first."""
    waiting = AccountProposal.state == "proposed"
    return _proposals(session, actor, waiting)


def proposal_for(session: Session, actor: Actor, proposal_id: str) -> ProposalView:
    """One proposal at the actor's places, decided or not. Raises NotFound."""
    found = _proposals(session, actor, AccountProposal.id == proposal_id)
    if not found:
        raise NotFound("account-proposal")
    return found[0]


def _proposals(session: Session, actor: Actor, which: ColumnElement[bool]) -> list[ProposalView]:
    if not actor.may(Action.SEE_STAFF):
        return []
    place = func.coalesce(ResidentialGroup.name + ", ", "") + func.coalesce(
        Ward.name, Province.name, ""
    )
    statement = (
        select(AccountProposal, Assignment, place)
        .outerjoin(Assignment, Assignment.id == AccountProposal.replaces)
        .outerjoin(Ward, Ward.code == AccountProposal.ward_code)
        .outerjoin(Province, Province.code == AccountProposal.province_code)
        .outerjoin(ResidentialGroup, ResidentialGroup.id == AccountProposal.group_id)
        .where(at_places_of(actor, AccountProposal), which)
        .order_by(AccountProposal.proposed_at, AccountProposal.id)
        .limit(MOST_LISTED)
    )
    return [_view(session, *row) for row in session.execute(statement)]


def _view(
    session: Session, proposal: AccountProposal, replaced: Assignment | None, place: str
) -> ProposalView:
    email = None
    if proposal.email is not None:
        email = cipher().decrypt(proposal.email, f"account_proposal.email:{proposal.id}")
    return ProposalView(
        id=proposal.id,
        kind=proposal.kind,
        state=proposal.state,
        name=proposal.name,
        email=email or email_of(session, proposal.account_id or ""),
        role=Role(proposal.role),
        place=place,
        replaced=None
        if replaced is None
        else StaffRole(replaced.id, Role(replaced.role), "", replaced.ends_at, is_held=True),
        reason=proposal.reason,
        proposed_by=proposal.proposed_by,
        proposed_at=proposal.proposed_at,
        decided_by=proposal.decided_by,
        decided_reason=proposal.decided_reason,
    )
