"""A run of the demo, its decisions, a day that was and a day to come."""

from collections import Counter
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.rules import Actor
from app.demo.cast import WARD
from app.handovers import actions as handovers
from app.handovers.models import Appointment
from app.handovers.rules import DayDraft, HandOverDraft, Method, Receiver
from app.infra.transaction import as_of, transaction
from app.kernel.clock import VIETNAM
from app.matching import actions as matching
from app.matching import snapshot
from app.matching.models import Allocation, Proposal
from app.matching.queries import allocations as matching_queries
from app.matching.queries.allocations import AllocationRow
from app.matching.queries.snapshots import read_snapshot
from app.matching.rules.shares import PAID_TOGETHER
from app.matching.rules.snapshot import Scope
from app.places.queries import groups_of

CHUNK = 50
TAKEN_OF_FIVE = 3


def run_matching(officer: Actor, *, now: datetime, today: date) -> None:
    """Ask for a run and carry it out at once, as the worker would."""
    with transaction() as session:
        run_id = matching.request_run(session, officer, WARD, now=now)
    with transaction() as session:
        begun = matching.begin_run(session, run_id)
    if begun is None:
        return
    run, policy = begun
    with transaction(read_only=True, repeatable=True) as session:
        seen = read_snapshot(session, Scope(frozenset({WARD}), today), policy)
    found = snapshot.solve(seen, policy)
    with transaction() as session:
        matching.store_chunk(session, run_id, found.proposals, found.unmatched)
        matching.keep_input(session, run_id, WARD, found.document)
        matching.finish_run(session, run, found, now=now)


def decide(approver: Actor, *, now: datetime) -> None:
    """Accept most of what was proposed, decline a few with a reason, leave the rest to visitors.

    One project that many pay together is left too, so that a visitor can decide on one.
    """
    with transaction(read_only=True) as session:
        rows = session.execute(
            select(Proposal.id, Proposal.need_id, Proposal.reason["code"].astext)
            .where(Proposal.state == "proposed")
            .order_by(Proposal.rank, Proposal.id)
        ).all()
    projects = [need_id for _id, need_id, code in rows if code == PAID_TOGETHER]
    ids = [row[0] for row in rows if row[1] not in projects[-1:]]
    accepted = [i for n, i in enumerate(ids) if n % 5 < TAKEN_OF_FIVE]
    declined = [i for n, i in enumerate(ids) if not (n + 2) % 5][:3]
    for start in range(0, len(accepted), CHUNK):
        chunk = accepted[start : start + CHUNK]
        with transaction() as session:
            matching.open_proposals(session, approver, chunk, alone=True, now=now)
        with as_of(now), transaction() as session:
            matching.accept_proposals(session, approver, chunk, now=now)
    with transaction() as session:
        matching.open_proposals(session, approver, declined, alone=True, now=now)
        reason = "Hộ vừa nhận quà của họ hàng, xin nhường hộ khác."
        matching.decline_proposals(session, approver, declined, reason=reason, now=now)


def hold_a_day(officer: Actor, approver: Actor, *, title: str, most: int, start: datetime) -> None:
    """A morning that was: most came, one sent a neighbour, some did not come; half confirmed."""
    day_id = _plan(officer, title, start, start - timedelta(days=2))
    _invite(officer, day_id, most, start - timedelta(days=1))
    with transaction() as session:
        handovers.open_day(session, officer, day_id)
        appointments = session.scalars(
            select(Appointment).where(Appointment.day_id == day_id).order_by(Appointment.code)
        ).all()
        expected = [
            (a.id, _units(session.get_one(Allocation, a.allocation_id))) for a in appointments
        ]
    for number, (appointment_id, units) in enumerate(expected):
        if not (number + 1) % 7:
            continue
        proxy = not (number + 3) % 8
        draft = HandOverDraft(
            {appointment_id: units},
            Receiver.PROXY if proxy else Receiver.HOUSEHOLD,
            "Người hàng xóm (mẫu)" if proxy else None,
            "hàng xóm" if proxy else None,
        )
        at = start + timedelta(minutes=6 * number)
        with as_of(at), transaction() as session:
            handovers.hand_over(session, officer, day_id, draft, now=at)
    with transaction() as session:
        handovers.close_day(session, officer, day_id)
    _confirm_half(approver, start + timedelta(days=2))


def _units(allocation: Allocation) -> int:
    return allocation.units - allocation.handed


def _plan(officer: Actor, title: str, start: datetime, at: datetime) -> str:
    draft = DayDraft(title, "Nhà văn hoá tổ dân phố 5 (mẫu)", start, start + timedelta(hours=3))
    with transaction() as session:
        return handovers.plan_day(session, officer, draft, now=at)


def _invite(
    officer: Actor, day_id: str, most: int, at: datetime, *, first: frozenset[str] = frozenset()
) -> None:
    """Invite households whose goods are in: of the groups `first`, then of what there is most."""
    with transaction() as session:
        found = _not_invited(session, officer)
        count = Counter(one.kind_code for one in found)
        order = sorted(found, key=lambda one: (one.group_id not in first, -count[one.kind_code]))
        ids = [one.id for one in order][:most]
        if ids:
            handovers.invite(session, officer, day_id, ids, now=at)


def _confirm_half(approver: Actor, at: datetime) -> None:
    with as_of(at), transaction() as session:
        handed = session.scalars(
            select(Allocation.id).where(Allocation.state == "handed").order_by(Allocation.id)
        ).all()
        if half := handed[: len(handed) // 2]:
            handovers.confirm_handovers(session, approver, half, Method.SIGNED_LIST, now=at)


def group_that_waits(session: Session, officer: Actor) -> str:
    """The residential group with the most gifts that are in and nobody is invited to."""
    waiting = _not_invited(session, officer)
    counted = Counter(one.group_id for one in waiting if one.group_id)
    if not counted:
        return groups_of(session, WARD)[0].id
    return max(counted, key=lambda group_id: (counted[group_id], group_id))


def _not_invited(session: Session, officer: Actor) -> list[AllocationRow]:
    taken = set(session.scalars(select(Appointment.allocation_id)))
    waiting = matching_queries.allocations_waiting_in(session, officer)
    return [one for one in waiting if one.is_in and one.id not in taken]


def open_one(officer: Actor, *, now: datetime) -> None:
    """A morning under way, for the volunteer."""
    begun = now - timedelta(minutes=40)
    today_id = _plan(officer, "Buổi trao quà hôm nay (mẫu)", begun, now - timedelta(days=2))
    _invite(officer, today_id, 8, now - timedelta(days=1))
    with transaction() as session:
        handovers.open_day(session, officer, today_id)


def morning_of(moment: datetime) -> datetime:
    """Half past eight in Vietnam on the day of a moment."""
    return moment.astimezone(VIETNAM).replace(hour=8, minute=30, second=0, microsecond=0)


def plan_the_next(officer: Actor, head: Actor, *, now: datetime) -> None:
    """A morning to come, first of all for the head's own group."""
    start = morning_of(now + timedelta(days=5))
    day_id = _plan(officer, "Buổi trao quà đợt ba (mẫu)", start, now - timedelta(days=1))
    _invite(officer, day_id, 8, now, first=head.group_ids)
