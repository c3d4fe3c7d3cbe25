"""Accounts of staff: one person proposes, another of that place agrees; either may suspend."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.accounts import queries
from app.accounts.actions.factors import forget_factor
from app.accounts.actions.opening import (
    AccountDraft,
    RoleDraft,
    grant_role,
    open_account,
    refuse_incompatible,
)
from app.accounts.actions.passwords import owe_first_link
from app.accounts.models import AccountProposal, Assignment, SignIn
from app.accounts.rules import PROVINCE_ROLES, STAFF, WARD_ROLES, Actor, Role
from app.audit.actions import Subject, record
from app.infra.crypto import cipher
from app.infra.transaction import rows_changed
from app.kernel.errors import Conflict, DomainError
from app.kernel.ids import new_id


@dataclass(frozen=True, slots=True)
class StaffDraft:
    """Who is to be let in, or who is to get a role.

    email: of a new account, in lower case. account_id: of one there is; then name and email are
    left empty. replaces: the assignment that ends with the new one's start.
    """

    role: RoleDraft
    reason: str
    name: str = ""
    email: str | None = None
    account_id: str | None = None
    replaces: str | None = None


def propose_account(session: Session, actor: Actor, draft: StaffDraft, *, now: datetime) -> str:
    """Propose a new account of staff; returns the proposal's id.

    Raises DomainError("place-of-role") if the role is not for that kind of place, and
    Conflict("account-exists") if the e-mail is somebody's or is proposed already.
    """
    _refuse_place(draft.role)
    index = queries.name_index(draft.email or "")
    if queries.account_by_index(session, index) is not None:
        raise Conflict("account-exists")
    proposal_id = new_id()
    sealed = cipher().encrypt(draft.email or "", f"account_proposal.email:{proposal_id}")
    row = AccountProposal(
        id=proposal_id, kind="open", name=draft.name, email=sealed, email_index=index
    )
    return _keep(session, actor, row, draft, now=now)


def propose_role(session: Session, actor: Actor, draft: StaffDraft, *, now: datetime) -> str:
    """Propose a role for a staff member, beside the others or in place of one; returns the id.

    Raises NotFound for somebody the actor does not see, DomainError("no-role-for-oneself"),
    and DomainError("incompatible-roles") as grant_role() would when it is agreed to.
    """
    _refuse_place(draft.role)
    person = queries.staff_member_for(session, actor, draft.account_id or "", now)
    if person.account_id == actor.account_id:
        raise DomainError("no-role-for-oneself")
    if draft.replaces is not None and draft.replaces not in {r.id for r in person.roles}:
        raise DomainError("role")
    refuse_incompatible(session, person.account_id, draft.role.role, now, without=draft.replaces)
    row = AccountProposal(
        id=new_id(),
        kind="role",
        name=person.name,
        account_id=person.account_id,
        replaces=draft.replaces,
    )
    return _keep(session, actor, row, draft, now=now)


def propose_forgetting(
    session: Session, actor: Actor, account_id: str, reason: str, *, now: datetime
) -> str:
    """Propose to forget the lost second factor of a staff member; returns the proposal's id.

    Raises NotFound for somebody the actor does not see, DomainError("no-factor"), and
    DomainError("not-oneself"): one's own is another person's to ask for.
    """
    person = queries.staff_member_for(session, actor, account_id, now)
    if person.account_id == actor.account_id:
        raise DomainError("not-oneself")
    held = next((role for role in person.roles if role.is_held), None)
    if held is None or not person.has_second_factor:
        raise DomainError("no-factor")
    row = AccountProposal(id=new_id(), kind="factor", name=person.name, account_id=account_id)
    at = session.get_one(Assignment, held.id)
    role = RoleDraft(
        held.role,
        ward_code=at.ward_code,
        province_code=at.province_code,
        group_id=at.group_id,
    )
    _refuse_place(role)
    return _keep(session, actor, row, StaffDraft(role, reason), now=now)


def _refuse_place(role: RoleDraft) -> None:
    fits_ward = role.role in WARD_ROLES and role.ward_code is not None
    fits_province = role.role in PROVINCE_ROLES and role.province_code is not None
    if not (fits_ward or fits_province):
        raise DomainError("place-of-role")
    if role.role is Role.GROUP_LEADER and role.group_id is None:
        raise DomainError("group-of-role")


def _keep(
    session: Session, actor: Actor, row: AccountProposal, draft: StaffDraft, *, now: datetime
) -> str:
    row.role = draft.role.role.value
    row.ward_code, row.province_code = draft.role.ward_code, draft.role.province_code
    row.group_id, row.reason = draft.role.group_id, draft.reason
    row.proposed_by, row.proposed_at = actor.account_id or "", now
    try:
        with session.begin_nested():
            session.add(row)
    except IntegrityError as error:
        raise Conflict("proposed-already") from error
    subject = Subject("account-proposal", row.id, row.ward_code)
    facts = {"kind": row.kind, "role": row.role, "account": row.account_id}
    record(session, actor, "propose-account", subject, reason=row.reason, changes=facts)
    return row.id


def agree(session: Session, actor: Actor, proposal_id: str, *, now: datetime) -> str:
    """Let what another person proposed be so; returns the account's id.

    A new account gets a letter with a link to set the password; who lost a second factor signs in
    by password alone and sets a new one. Raises NotFound at other places,
    Conflict("decided-already"), DomainError("second-person-needed") for the proposer and for
    the person it is about, and what open_account() and grant_role() raise.
    """
    row = _claimed(session, actor, proposal_id, "agreed", None, now)
    if row.kind == "open":
        email = cipher().decrypt(row.email or b"", f"account_proposal.email:{row.id}")
        row.account_id = open_account(session, AccountDraft(row.name, email, None, None), now=now)
    account_id = row.account_id or ""
    if row.kind == "factor":
        forget_factor(session, account_id, now=now)
    else:
        _end_roles(session, account_id, {row.replaces or ""}, now=now)
        grant_role(session, actor, account_id, _role_of(row), now=now)
    if row.kind == "open":
        owe_first_link(session, account_id, now=now)
    subject = Subject("account-proposal", row.id, row.ward_code)
    facts = {"kind": row.kind, "account": account_id}
    record(session, actor, "agree-account", subject, changes=facts)
    return account_id


def _role_of(row: AccountProposal) -> RoleDraft:
    return RoleDraft(
        Role(row.role),
        ward_code=row.ward_code,
        province_code=row.province_code,
        group_id=row.group_id,
    )


def decline(
    session: Session, actor: Actor, proposal_id: str, reason: str, *, now: datetime
) -> None:
    """Say no to what another person proposed, and why. Raises as agree() does."""
    row = _claimed(session, actor, proposal_id, "declined", reason, now)
    subject = Subject("account-proposal", row.id, row.ward_code)
    record(session, actor, "decline-account", subject, reason=reason)


def _claimed(  # noqa: PLR0913, PLR0917 - who decides what, how and when.
    session: Session,
    actor: Actor,
    proposal_id: str,
    state: str,
    reason: str | None,
    now: datetime,
) -> AccountProposal:
    """Decide a proposal in one guarded statement, so that two deciders are one decision."""
    view = queries.proposal_for(session, actor, proposal_id)
    row = session.get_one(AccountProposal, view.id)
    if actor.account_id in {row.proposed_by, row.account_id}:
        raise DomainError("second-person-needed")
    statement = (
        update(AccountProposal)
        .where(AccountProposal.id == view.id, AccountProposal.state == "proposed")
        .values(state=state, decided_by=actor.account_id, decided_at=now, decided_reason=reason)
    )
    if rows_changed(session, statement) != 1:
        raise Conflict("decided-already")
    session.refresh(row)
    return row


def suspend(session: Session, actor: Actor, account_id: str, reason: str, *, now: datetime) -> None:
    """End a person's roles at the actor's places and all their sessions, at once.

    One person is enough to stop somebody; to let them work again takes two, by a new role.
    Raises NotFound for whom the actor does not see, DomainError("not-oneself"), and
    Conflict("suspended-already") if no role is left to end.
    """
    person = queries.staff_member_for(session, actor, account_id, now)
    if person.account_id == actor.account_id:
        raise DomainError("not-oneself")
    held = {role.id for role in person.roles if role.is_held}
    if not _end_roles(session, account_id, held, now=now):
        raise Conflict("suspended-already")
    open_ones = update(SignIn).where(SignIn.account_id == account_id, SignIn.ended_at.is_(None))
    session.execute(open_ones.values(ended_at=now))
    wards = actor.home_ward
    record(session, actor, "suspend-account", Subject("account", account_id, wards), reason=reason)


def _end_roles(
    session: Session, account_id: str, assignment_ids: set[str], *, now: datetime
) -> int:
    """End these roles of an account now; returns how many were still held."""
    statement = (
        update(Assignment)
        .where(
            Assignment.account_id == account_id,
            Assignment.id.in_(assignment_ids),
            Assignment.role.in_(STAFF),
            Assignment.ends_at > now,
        )
        .values(ends_at=now)
    )
    return rows_changed(session, statement)
