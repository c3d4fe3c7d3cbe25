"""Two households that are one: proposed, and united in one transaction over all areas.

Here, since this is the lowest area that knows what is promised to a household.
"""

from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.accounts.rules import Actor
from app.households import actions as households
from app.households.queries import MergeView, merge_for
from app.households.rules import MergeDraft
from app.kernel.errors import Conflict
from app.matching.models import Allocation, ProgrammeShare
from app.matching.queries.uniting import shares_of_both, stops_of
from app.needs import actions as needs
from app.notices.actions import readdress_home


def propose_merge(  # noqa: PLR0913 - both households, what is proposed of them, and when.
    session: Session,
    actor: Actor,
    kept_id: str,
    closed_id: str,
    draft: MergeDraft,
    *,
    now: datetime,
) -> str:
    """Propose that two households of the ward are one; returns the proposal's id.

    Raises Conflict("merge-stopped") while something has to be settled first, and what
    prepare_merge() raises.
    """
    households.lock_homes(session, kept_id, closed_id)
    _refuse_stops(session, kept_id, closed_id)
    return households.prepare_merge(session, actor, kept_id, closed_id, draft, now=now)


def unite_households(
    session: Session,
    actor: Actor,
    merge_id: str,
    *,
    seen: tuple[int, int] | None = None,
    now: datetime,
) -> str:
    """Approve a merge and carry it out; returns the kept household's id.

    People, facts, consents, needs, allocations (with their appointments) and notices go over in
    this one transaction; the closed household points to the kept one. seen: the versions of both
    that the approver read. Raises Conflict("merge-homes-changed") if one of them was changed
    since, ("merge-home-gone") if it is no longer there, ("merge-stopped"), and what
    accept_merge() raises.
    """
    merge = merge_for(session, actor, merge_id)
    households.lock_homes(session, merge.kept_id, merge.closed_id, seen)
    households.accept_merge(session, actor, merge_id, now=now)
    _refuse_stops(session, merge.kept_id, merge.closed_id)
    staying = shares_of_both(session, merge.kept_id, merge.closed_id)
    union = households.unite_homes(session, actor, merge, now=now)
    moved: dict[str, object] = {
        **union.moved,
        "same-person": union.same,
        "allocation": _bring_allocations(session, merge, [s.closed_need_id for s in staying]),
        "need": needs.move_needs(
            session,
            (merge.kept_id, merge.closed_id),
            union.same,
            [s.closed_need_id for s in staying],
        ),
        "notice": readdress_home(session, merge.closed_id, merge.kept_id),
    }
    households.note_moved(session, actor, merge, moved)
    return merge.kept_id


def _refuse_stops(session: Session, kept_id: str, closed_id: str) -> None:
    if stops_of(session, kept_id, closed_id):
        raise Conflict("merge-stopped")


def _bring_allocations(session: Session, merge: MergeView, staying: list[str]) -> list[str]:
    """Bring over what is promised and what was given; a second gift of one programme stays.

    Both were handed over: the closed household's record is where that is to be read.
    """
    here = (Allocation.household_id == merge.closed_id) & Allocation.need_id.not_in(staying)
    moved = session.scalars(select(Allocation.id).where(here).order_by(Allocation.id)).all()
    session.execute(update(Allocation).where(here).values(household_id=merge.kept_id))
    shares = update(ProgrammeShare).where(ProgrammeShare.allocation_id.in_(moved))
    session.execute(shares.values(household_id=merge.kept_id))
    return list(moved)
