"""Deciding on needs: verified by one person, approved by another, returned with a reason."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from sqlalchemy import update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app.accounts import queries as accounts
from app.accounts.rules import Actor
from app.audit.actions import Subject, record
from app.catalogue import queries as catalogue
from app.catalogue.rules import referral
from app.infra.transaction import rows_changed
from app.kernel.clock import local_day
from app.kernel.errors import Conflict, DomainError
from app.needs import queries
from app.needs.models import Need, NeedCard
from app.needs.rules import CARD_DELAY, NeedState, posting_delay, sources_of
from app.notices.actions import NoticeDraft, owe


def verify_need(session: Session, actor: Actor, need_id: str, *, now: datetime) -> None:
    """Confirm by visit or papers that the need is real. Not by who registered it, unless light.

    Raises DomainError("own-work") for one's own, ("evidence-missing") if the kind's evidence is
    not complete, ("referred") if the person must see a specialist first.
    """
    need = queries.need_for(session, actor, need_id)
    kind = catalogue.kind(session, need.kind_code)
    if need.created_by == actor.account_id and not need.light:
        raise DomainError("own-work")
    shown = set(need.evidence)
    if any(str(item["code"]) not in shown for item in kind.evidence):
        raise DomainError("evidence-missing")
    if field := referral(kind.fields, need.spec):
        raise DomainError("referred", field=field)
    values = {"verified_by": actor.account_id, "verified_at": now}
    _move(session, actor, need_id, NeedState.VERIFIED, values)
    record(session, actor, "verify-need", Subject("need", need_id, need.ward_code))


def approve_need(
    session: Session,
    actor: Actor,
    need_id: str,
    *,
    now: datetime,
    longest_delay: timedelta = CARD_DELAY,
) -> None:
    """Open a verified need; its card is posted within `longest_delay` if the household agreed.

    Raises DomainError("own-work") if the approver registered or verified it,
    ("standing-needed") if no approved fact about the household is in force.
    """
    need = queries.need_for(session, actor, need_id)
    if actor.account_id in {need.created_by, need.verified_by}:
        raise DomainError("own-work")
    standing_id = queries.standing_in_force(session, need.household_id, local_day(now))
    if standing_id is None:
        raise DomainError("standing-needed")
    values = {
        "approved_by": actor.account_id,
        "approved_at": now,
        "standing_id": standing_id,
    }
    verified = (NeedState.VERIFIED.value,)
    _move(session, actor, need_id, NeedState.APPROVED, values, only_from=verified)
    _post_card(session, need, now, longest_delay)
    record(session, actor, "approve-need", Subject("need", need_id, need.ward_code))


def _post_card(
    session: Session, need: queries.NeedView, now: datetime, longest_delay: timedelta
) -> None:
    """Write the anonymised card, if the household agreed to be shown so."""
    card = queries.card_facts(session, need, local_day(now))
    if card is None:
        return
    values = {
        "need_id": need.id,
        "code": need.code,
        "ward_code": need.ward_code,
        "kind_code": need.kind_code,
        "programme_id": need.programme_id,
        "label": card.label,
        "age_band": card.age_band,
        "groups": list(card.groups),
        "spec": card.spec,
        "units": need.units,
        "covered": need.covered,
        "cost_dong": need.cost_dong,
        "urgency": need.urgency,
        "starts_on": need.starts_on,
        "deadline_on": need.deadline_on,
        "story": card.story,
        "verified_on": (need.verified_at or now).date(),
        "verified_by_role": "ward-officer",
        "is_open": need.covered < need.units,
        "posted_at": now + posting_delay(int(need.id, 36), longest_delay),
    }
    fresh = {key: value for key, value in values.items() if key not in {"need_id", "posted_at"}}
    session.execute(
        insert(NeedCard)
        .values(values)
        .on_conflict_do_update(index_elements=["need_id"], set_=fresh)
    )


def return_need(session: Session, actor: Actor, need_id: str, reason: str) -> None:
    """Send a need back for correction; who registered it is told once for this version."""
    need = queries.need_for(session, actor, need_id)
    values = {
        "returned_reason": reason,
        "verified_by": None,
        "verified_at": None,
        "version": Need.version + 1,
    }
    _move(session, actor, need_id, NeedState.DRAFT, values)
    record(session, actor, "return-need", Subject("need", need_id, need.ward_code), reason=reason)
    owe(
        session,
        NoticeDraft(
            template="correction-asked",
            cause="need",
            cause_id=f"{need_id}:{need.version}",
            recipient_kind="account",
            recipient_id=need.created_by,
            ward_code=need.ward_code,
            language=accounts.language_of(session, need.created_by),
            email=accounts.email_of(session, need.created_by),
            parameters={"code": need.code, "need_id": need_id},
        ),
    )


def suspend_need(session: Session, actor: Actor, need_id: str, reason: str) -> None:
    """Take an open need out of matching for a while; what is promised to it stays."""
    _move(session, actor, need_id, NeedState.SUSPENDED, {})
    _set_card(session, need_id, is_open=False)
    record(session, actor, "suspend-need", Subject("need", need_id, actor.home_ward), reason=reason)


def resume_need(session: Session, actor: Actor, need_id: str) -> None:
    """Put a suspended need back into matching."""
    _move(session, actor, need_id, NeedState.APPROVED, {}, only_from=(NeedState.SUSPENDED.value,))
    need = queries.need_for(session, actor, need_id)
    _set_card(session, need_id, is_open=need.covered < need.units)
    record(session, actor, "resume-need", Subject("need", need_id, actor.home_ward))


def withdraw_need(session: Session, actor: Actor, need_id: str, reason: str) -> None:
    """Close a need that is no longer there. Raises Conflict while something is promised to it."""
    need = queries.need_for(session, actor, need_id)
    if need.covered:
        raise Conflict("need-has-promises")
    _move(session, actor, need_id, NeedState.WITHDRAWN, {})
    _set_card(session, need_id, is_open=False)
    record(session, actor, "withdraw-need", Subject("need", need_id, need.ward_code), reason=reason)


def _move(  # noqa: PLR0913 - the row, its new state and what goes with it.
    session: Session,
    actor: Actor,
    need_id: str,
    wanted: NeedState,
    values: Mapping[str, object],
    *,
    only_from: tuple[str, ...] = (),
) -> None:
    """One guarded change of state within the actor's wards. Raises Conflict."""
    statement = (
        update(Need)
        .where(
            Need.id == need_id,
            Need.ward_code.in_(actor.ward_codes),
            Need.state.in_(only_from or sources_of(wanted)),
        )
        .values(state=wanted.value, **values)
    )
    if rows_changed(session, statement) != 1:
        raise Conflict("need-state-changed")


def _set_card(session: Session, need_id: str, *, is_open: bool) -> None:
    session.execute(update(NeedCard).where(NeedCard.need_id == need_id).values(is_open=is_open))
