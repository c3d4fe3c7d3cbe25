"""Deciding on needs: verified by one person, approved by another, returned with a reason."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import update
from sqlalchemy.orm import Session

from app.accounts import queries as accounts
from app.accounts.rules import Actor
from app.audit.actions import Subject, record
from app.catalogue import queries as catalogue
from app.catalogue.rules import referral
from app.households import queries as households
from app.infra.jobs import JobName, enqueue
from app.infra.transaction import rows_changed
from app.kernel.clock import local_day
from app.kernel.errors import Conflict, DomainError
from app.needs import queries
from app.needs.actions.cards import set_card, write_card
from app.needs.actions.covering import close_if_met
from app.needs.models import Need
from app.needs.rules import CARD_DELAY, NeedState, Urgency, sources_of
from app.notices.actions import NoticeDraft, owe

MOST_AT_ONCE = 200


def verify_need(
    session: Session, actor: Actor, need_id: str, *, now: datetime, seen: int | None = None
) -> None:
    """Confirm by visit or papers that the need is real. Not by who registered it, unless light.

    seen: the version that the officer read; Raises Conflict if it changed since,
    DomainError("own-work") for one's own, ("evidence-missing") if the kind's evidence is not
    complete, ("referred") if the person must see a specialist first,
    ("own-household") for one's own home.
    """
    need = _as_seen(session, actor, need_id, seen)
    _refuse_own_home(session, actor, need)
    kind = catalogue.kind(session, need.kind_code)
    if need.created_by == actor.account_id and not need.light:
        raise DomainError("own-work")
    shown = set(need.evidence)
    if any(str(item["code"]) not in shown for item in kind.evidence):
        raise DomainError("evidence-missing")
    if field := referral(kind.fields, need.spec):
        raise DomainError("referred", field=field)
    values = {"verified_by": actor.account_id, "verified_at": now}
    _move(session, need, NeedState.VERIFIED, values)
    record(session, actor, "verify-need", _subject(need))


def approve_need(  # noqa: PLR0913 - whose need, when, as it was read, and how long its card waits.
    session: Session,
    actor: Actor,
    need_id: str,
    *,
    now: datetime,
    seen: int | None = None,
    longest_delay: timedelta = CARD_DELAY,
) -> None:
    """Open a verified need; its card is posted within `longest_delay` if the household agreed.

    Raises Conflict if it changed since the version `seen`, DomainError("own-work") if the
    approver registered or verified it, ("standing-needed") if no approved fact about the
    household is in force, ("own-household") for one's own home.
    """
    need = _as_seen(session, actor, need_id, seen)
    if actor.account_id in {need.created_by, need.verified_by}:
        raise DomainError("own-work")
    _refuse_own_home(session, actor, need)
    standing_id = queries.standing_in_force(session, need.household_id, local_day(now))
    if standing_id is None:
        raise DomainError("standing-needed")
    values = {
        "approved_by": actor.account_id,
        "approved_at": now,
        "standing_id": standing_id,
    }
    verified = (NeedState.VERIFIED.value,)
    _move(session, need, NeedState.APPROVED, values, only_from=verified)
    write_card(session, need, now, longest_delay)
    _place_if_urgent(session, need)
    record(session, actor, "approve-need", _subject(need))


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a decision over many: how many were done, and each refusal's code."""

    done: int
    refused: Mapping[str, int]


def decide_many(session: Session, ids: Sequence[str], decide: Callable[[str], None]) -> Outcome:
    """Decide each need by itself; one that is refused does not hold up the others.

    Returns how many were refused by code. Raises DomainError("too-many-at-once").
    """
    if len(ids) > MOST_AT_ONCE:
        raise DomainError("too-many-needs", most=MOST_AT_ONCE)
    done, refused = 0, Counter[str]()
    for need_id in dict.fromkeys(ids):
        try:
            with session.begin_nested():
                decide(need_id)
            done += 1
        except DomainError as refusal:
            refused[refusal.code] += 1
    return Outcome(done, refused)


def return_need(
    session: Session, actor: Actor, need_id: str, reason: str, *, seen: int | None = None
) -> None:
    """Send a need back for correction; who registered it is told once for this version."""
    need = _as_seen(session, actor, need_id, seen)
    values = {"returned_reason": reason, "verified_by": None, "verified_at": None}
    _move(session, need, NeedState.DRAFT, values)
    record(session, actor, "return-need", _subject(need), reason=reason)
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


def reject_need(session: Session, actor: Actor, need_id: str, reason: str) -> None:
    """Refuse a need for good; the household has a right to read the reason."""
    need = queries.need_for(session, actor, need_id)
    _move(session, need, NeedState.REJECTED, {"returned_reason": reason})
    record(session, actor, "reject-need", _subject(need), reason=reason)


def suspend_need(session: Session, actor: Actor, need_id: str, reason: str) -> None:
    """Take an open need out of matching for a while; what is promised to it stays."""
    need = queries.need_for(session, actor, need_id)
    _move(session, need, NeedState.SUSPENDED, {"returned_reason": reason})
    set_card(session, need_id, is_open=False)
    record(session, actor, "suspend-need", _subject(need), reason=reason)


def resume_need(session: Session, actor: Actor, need_id: str) -> None:
    """Put a suspended need back into matching."""
    need = queries.need_for(session, actor, need_id)
    suspended = (NeedState.SUSPENDED.value,)
    _move(session, need, NeedState.APPROVED, {"returned_reason": None}, only_from=suspended)
    set_card(session, need_id, is_open=need.covered < need.units)
    close_if_met(session, need_id)
    _place_if_urgent(session, need)
    record(session, actor, "resume-need", _subject(need))


def withdraw_need(session: Session, actor: Actor, need_id: str, reason: str) -> None:
    """Close a need that is no longer there. Raises Conflict while something is promised to it."""
    need = queries.need_for(session, actor, need_id)
    if need.covered:
        raise Conflict("need-has-promises")
    _move(session, need, NeedState.WITHDRAWN, {"returned_reason": reason})
    set_card(session, need_id, is_open=False)
    record(session, actor, "withdraw-need", _subject(need), reason=reason)


def _place_if_urgent(session: Session, need: queries.NeedView) -> None:
    """Let matching look at once for an urgent need; the others wait for the night."""
    if need.urgency >= Urgency.URGENT.level:
        key = f"place-need:{need.id}:{need.version}"
        enqueue(session, JobName.PLACE_NEED, need.id, wards=need.ward_code, dedupe_key=key)


def _as_seen(session: Session, actor: Actor, need_id: str, seen: int | None) -> queries.NeedView:
    """The need as it stands. Raises Conflict if that is not what the actor read."""
    need = queries.need_for(session, actor, need_id)
    if seen is not None and seen != need.version:
        raise Conflict("need-state-changed")
    return need


def _refuse_own_home(session: Session, actor: Actor, need: queries.NeedView) -> None:
    """Nobody decides on what the household they live in receives."""
    if households.is_own_household(session, actor, need.household_id):
        raise DomainError("own-household")


def _subject(need: queries.NeedView) -> Subject:
    return Subject("need", need.id, need.ward_code)


def _move(
    session: Session,
    need: queries.NeedView,
    wanted: NeedState,
    values: Mapping[str, object],
    *,
    only_from: tuple[str, ...] = (),
) -> None:
    """One guarded change of state of the need exactly as it was read. Raises Conflict."""
    statement = (
        update(Need)
        .where(
            Need.id == need.id,
            Need.ward_code == need.ward_code,
            Need.version == need.version,
            Need.state.in_(only_from or sources_of(wanted)),
        )
        .values(state=wanted.value, version=Need.version + 1, **values)
    )
    if rows_changed(session, statement) != 1:
        raise Conflict("need-state-changed")
