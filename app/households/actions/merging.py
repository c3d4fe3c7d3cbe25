"""A merge of two households: proposed by one person, decided by another, taken back."""

from datetime import datetime

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from app.accounts.rules import Actor
from app.audit.actions import Subject, record
from app.households import queries
from app.households.models import Household, HouseholdMerge
from app.households.rules import MergeDraft, MergeState
from app.infra.transaction import rows_changed
from app.kernel.errors import Conflict, DomainError
from app.kernel.ids import new_id


def lock_homes(
    session: Session, kept_id: str, closed_id: str, seen: tuple[int, int] | None = None
) -> None:
    """Hold both households. Raises Conflict("merge-home-gone") unless both are active.

    seen: the versions that were read; Raises Conflict("merge-homes-changed") if they are others.
    """
    if queries.lock_household(session, kept_id, closed_id) != {kept_id, closed_id}:
        raise Conflict("merge-home-gone")
    versions = dict(
        session.execute(
            select(Household.id, Household.version).where(Household.id.in_((kept_id, closed_id)))
        ).all()
    )
    if seen is not None and seen != (versions[kept_id], versions[closed_id]):
        raise Conflict("merge-homes-changed")


def prepare_merge(  # noqa: PLR0913 - both households, what is proposed of them, and when.
    session: Session,
    actor: Actor,
    kept_id: str,
    closed_id: str,
    draft: MergeDraft,
    *,
    now: datetime,
) -> str:
    """Propose that two households are one; returns the proposal's id. The caller holds both.

    Raises DomainError("merge-with-itself"), ("merge-other-ward"), ("own-household") for one's own
    home; Conflict("merge-asked-already") while another proposal touches one of the two.
    """
    if kept_id == closed_id:
        raise DomainError("merge-with-itself")
    kept = queries.household_for(session, actor, kept_id)
    closed = queries.household_for(session, actor, closed_id)
    if kept.ward_code != closed.ward_code:
        raise DomainError("merge-other-ward")
    _refuse_own(session, actor, kept_id, closed_id)
    if queries.open_merge_of(session, [kept_id, closed_id]) is not None:
        raise Conflict("merge-asked-already")
    merge_id = new_id()
    row = {
        "id": merge_id,
        "ward_code": kept.ward_code,
        "kept_id": kept_id,
        "closed_id": closed_id,
        "choices": {field: side.value for field, side in draft.choices.items()},
        "reason": draft.reason,
        "prepared_by": actor.account_id,
        "prepared_at": now,
    }
    session.execute(insert(HouseholdMerge), [row])
    for household_id, other in ((kept_id, closed.code), (closed_id, kept.code)):
        subject = Subject("household", household_id, kept.ward_code)
        changes = {"merge": merge_id, "twin": other}
        record(session, actor, "propose-merge", subject, reason=draft.reason, changes=changes)
    return merge_id


def _refuse_own(session: Session, actor: Actor, *household_ids: str) -> None:
    if any(queries.is_own_household(session, actor, each) for each in household_ids):
        raise DomainError("own-household")


def accept_merge(session: Session, actor: Actor, merge_id: str, *, now: datetime) -> None:
    """Mark a proposal as done by a second person. The caller unites what the two have.

    Raises DomainError("own-merge") for who proposed it, ("own-household") for one's own home,
    Conflict("merge-decided-already").
    """
    merge = queries.merge_for(session, actor, merge_id)
    if merge.prepared_by == actor.account_id:
        raise DomainError("own-merge")
    _refuse_own(session, actor, merge.kept_id, merge.closed_id)
    _decide(session, actor, merge_id, MergeState.DONE, {"decided_at": now})


def decline_merge(
    session: Session, actor: Actor, merge_id: str, reason: str, *, now: datetime
) -> None:
    """Say that the two are not one, or not yet: nothing of them changes.

    Raises DomainError("own-merge") for who proposed it: they take it back instead.
    """
    merge = queries.merge_for(session, actor, merge_id)
    if merge.prepared_by == actor.account_id:
        raise DomainError("own-merge")
    values = {"decided_at": now, "decided_reason": reason}
    _decide(session, actor, merge_id, MergeState.DECLINED, values)
    _note(session, actor, "decline-merge", merge, reason)


def take_merge_back(session: Session, actor: Actor, merge_id: str, *, now: datetime) -> None:
    """Withdraw one's own proposal. Raises DomainError("not-own-merge") for anybody else's."""
    merge = queries.merge_for(session, actor, merge_id)
    if merge.prepared_by != actor.account_id:
        raise DomainError("not-own-merge")
    _decide(session, actor, merge_id, MergeState.TAKEN_BACK, {"decided_at": now})
    _note(session, actor, "take-merge-back", merge, None)


def _decide(
    session: Session,
    actor: Actor,
    merge_id: str,
    wanted: MergeState,
    values: dict[str, object],
) -> None:
    statement = (
        update(HouseholdMerge)
        .where(HouseholdMerge.id == merge_id, HouseholdMerge.state == MergeState.ASKED.value)
        .values(state=wanted.value, decided_by=actor.account_id, **values)
    )
    if rows_changed(session, statement) != 1:
        raise Conflict("merge-decided-already")


def note_moved(
    session: Session, actor: Actor, merge: queries.MergeView, moved: dict[str, object]
) -> None:
    """Write down at the proposal and at both households what went over, so that it can be read."""
    done = update(HouseholdMerge).where(HouseholdMerge.id == merge.id)
    session.execute(done.values(moved=moved))
    for household_id, other in (
        (merge.kept_id, merge.closed_id),
        (merge.closed_id, merge.kept_id),
    ):
        subject = Subject("household", household_id, merge.ward_code)
        changes = {"merge": merge.id, "twin": queries.household_for(session, actor, other).code}
        record(session, actor, "merge-households", subject, reason=merge.reason, changes=changes)
    subject = Subject("household-merge", merge.id, merge.ward_code)
    record(session, actor, "move-to-kept", subject, changes=moved)


def _note(
    session: Session, actor: Actor, deed: str, merge: queries.MergeView, reason: str | None
) -> None:
    for household_id in (merge.kept_id, merge.closed_id):
        subject = Subject("household", household_id, merge.ward_code)
        record(session, actor, deed, subject, reason=reason, changes={"merge": merge.id})
