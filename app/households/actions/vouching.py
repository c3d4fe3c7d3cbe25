"""Vouching for a fact: claimed, verified by one person, approved by another, ended."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import func, insert, update
from sqlalchemy.orm import Session

from app.accounts import queries as accounts
from app.accounts.rules import Actor
from app.audit.actions import Subject, record
from app.households import queries
from app.households.actions.entries import Origin, standing_row
from app.households.actions.registering import touch
from app.households.models import Standing
from app.households.rules import CLASSES, StandingDraft, StandingState, VisitDraft
from app.infra.transaction import rows_changed
from app.kernel.clock import local_day
from app.kernel.errors import Conflict, DomainError, NotFound
from app.notices.actions import NoticeDraft, owe

MOST_AT_ONCE = 200


def claim_standing(
    session: Session, actor: Actor, household_id: str, draft: StandingDraft, *, now: datetime
) -> str:
    """Write down a fact about a household with its source; it opens no door yet."""
    household = queries.household_for(session, actor, household_id)
    if draft.valid_until is not None and draft.valid_until < draft.valid_from:
        raise DomainError("standing-ends-before-start")
    members = {m.id for m in queries.members_of(session, household_id)}
    if draft.member_id is not None and draft.member_id not in members:
        raise NotFound("member")
    row = standing_row(draft, household_id, Origin(household.ward_code, actor, now))
    session.execute(insert(Standing), [row])
    touch(session, household_id, None, {"changed_at": now})
    subject = Subject("household", household_id, household.ward_code)
    record(session, actor, "claim-standing", subject, changes={"kind": draft.kind.value})
    return str(row["id"])


def verify_standing(
    session: Session,
    actor: Actor,
    standing_id: str,
    visit: VisitDraft | None = None,
    *,
    now: datetime,
) -> None:
    """Confirm a fact by a visit or papers.

    Raises DomainError("own-standing") for one's own claim, ("own-household") for one's own home,
    Conflict if somebody else decided meanwhile.
    """
    standing = queries.standing_for(session, actor, standing_id)
    if standing.created_by == actor.account_id and not standing.light:
        raise DomainError("own-standing")
    _refuse_own_home(session, actor, standing)
    visit = visit or VisitDraft(local_day(now), None)
    values: dict[str, object] = {
        "verified_by": actor.account_id,
        "verified_at": now,
        "visited_on": visit.visited_on,
        "valid_until": visit.valid_until or standing.valid_until,
    }
    _move(session, standing_id, StandingState.SUBMITTED, StandingState.VERIFIED, values)
    _note(session, actor, "verify-standing", standing)


def approve_standing(session: Session, actor: Actor, standing_id: str, *, now: datetime) -> None:
    """Approve a verified fact, which from now on opens doors. Never one's own work.

    The fact of the same kind before it ends, and so does any other class of poverty.
    """
    standing = queries.standing_for(session, actor, standing_id)
    if actor.account_id in {standing.created_by, standing.verified_by}:
        raise DomainError("own-standing")
    _refuse_own_home(session, actor, standing)
    # Two classes approved at once must see each other, or the household would be in both.
    queries.lock_household(session, standing.household_id)
    values: dict[str, object] = {"approved_by": actor.account_id, "approved_at": now}
    _move(session, standing_id, StandingState.VERIFIED, StandingState.APPROVED, values)
    _end_before(session, standing, local_day(now))
    _note(session, actor, "approve-standing", standing)


def _refuse_own_home(session: Session, actor: Actor, standing: queries.StandingView) -> None:
    if queries.is_own_household(session, actor, standing.household_id):
        raise DomainError("own-household")


def _end_before(session: Session, standing: queries.StandingView, on: date) -> None:
    """End the approved facts that this one replaces.

    One that begins later, as a class of next year approved in this one, leaves those in force
    until the day before: in between the household would have none.
    """
    replaced = {kind.value for kind in CLASSES} if standing.kind in CLASSES else {standing.kind}
    statement = update(Standing).where(
        Standing.household_id == standing.household_id,
        Standing.id != standing.id,
        Standing.state == StandingState.APPROVED.value,
        Standing.kind.in_(replaced),
        Standing.member_id.is_not_distinct_from(standing.member_id),
    )
    day_before = standing.valid_from - timedelta(days=1)
    if day_before >= on:
        until = func.least(Standing.valid_until, day_before)
        before = Standing.valid_from <= day_before
        session.execute(statement.where(before).values(valid_until=until))
        statement = statement.where(~before)
    session.execute(statement.values(state=StandingState.ENDED.value, valid_until=on))


def reject_standing(
    session: Session,
    actor: Actor,
    standing_id: str,
    reason: str,
    *,
    waiting: StandingState = StandingState.SUBMITTED,
) -> None:
    """Send a fact back with a reason while it is `waiting`; who claimed it is told once."""
    standing = queries.standing_for(session, actor, standing_id)
    values: dict[str, object] = {"returned_reason": reason}
    _move(session, standing_id, waiting, StandingState.REJECTED, values)
    _note(session, actor, "reject-standing", standing, reason)
    household = queries.household_for(session, actor, standing.household_id)
    owe(
        session,
        NoticeDraft(
            template="correction-asked",
            cause="standing",
            cause_id=standing_id,
            recipient_kind="account",
            recipient_id=standing.created_by,
            ward_code=household.ward_code,
            language=accounts.language_of(session, standing.created_by),
            email=accounts.email_of(session, standing.created_by),
            parameters={"code": household.code},
        ),
    )


def end_standing(
    session: Session, actor: Actor, standing_id: str, reason: str, *, today: date
) -> None:
    """End an approved fact before its day: circumstances changed, or it was wrong."""
    standing = queries.standing_for(session, actor, standing_id)
    until = max(standing.valid_from, today - timedelta(days=1))
    values: dict[str, object] = {"valid_until": until, "returned_reason": reason}
    _move(session, standing_id, StandingState.APPROVED, StandingState.ENDED, values)
    _note(session, actor, "end-standing", standing, reason)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a decision over many: how many were taken, and each refusal's code."""

    done: int
    refused: tuple[tuple[str, str], ...]


def decide_many(session: Session, ids: Sequence[str], decide: Callable[[str], None]) -> Outcome:
    """Decide each fact by itself; one that is refused does not hold up the others.

    Returns the refused ids with their codes. Raises DomainError("too-many-at-once").
    """
    if len(ids) > MOST_AT_ONCE:
        raise DomainError("too-many-standings", most=MOST_AT_ONCE)
    done, refused = 0, []
    for standing_id in dict.fromkeys(ids):
        try:
            with session.begin_nested():
                decide(standing_id)
            done += 1
        except DomainError as refusal:
            refused.append((standing_id, refusal.code))
    return Outcome(done, tuple(refused))


def _move(
    session: Session,
    standing_id: str,
    now_in: StandingState,
    wanted: StandingState,
    values: dict[str, object],
) -> None:
    statement = (
        update(Standing)
        .where(Standing.id == standing_id, Standing.state == now_in)
        .values({**values, "state": wanted.value})
    )
    if rows_changed(session, statement) != 1:
        raise Conflict("standing-state-changed")


def _note(
    session: Session,
    actor: Actor,
    deed: str,
    standing: queries.StandingView,
    reason: str | None = None,
) -> None:
    household = queries.household_for(session, actor, standing.household_id)
    subject = Subject("household", standing.household_id, household.ward_code)
    record(session, actor, deed, subject, reason=reason, changes={"kind": standing.kind})
