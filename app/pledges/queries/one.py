"""Reading one pledge: what it promises, how far each line is, and what happened when."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from itertools import groupby

from sqlalchemy import ColumnElement, false, select, true
from sqlalchemy.orm import Session

from app.accounts.rules import Action, Actor, Role
from app.infra.columns import among
from app.infra.crypto import cipher
from app.infra.transaction import ALL_WARDS
from app.kernel.clock import local_day
from app.kernel.errors import NotFound
from app.places.models import Ward
from app.pledges.models import Donor, Pledge, PledgeLine, PromiseMovement
from app.pledges.queries.around import WardName
from app.pledges.rules import Counts, GivenAs, LineDraft, LineState, Step, progress
from app.programmes.models import Programme
from app.stock.models import Receipt
from app.stock.rules import PledgedLine, ReceiptState


@dataclass(frozen=True, slots=True)
class LineView:
    """One line for those who may see its pledge."""

    id: str
    draft: LineDraft
    state: LineState
    counts: Counts
    step: Step
    reason: str | None
    decided_at: datetime | None

    @property
    def may_be_withdrawn(self) -> bool:
        """Whether the donor can still take units back."""
        live = {LineState.OFFERED, LineState.ACCEPTED, LineState.OPEN}
        return self.state in live and self.counts.withdrawable > 0

    @property
    def awaited(self) -> int:
        """Units of an open line that have not come in."""
        counts = self.counts
        open_units = counts.units - counts.withdrawn - counts.received
        return open_units if self.state is LineState.OPEN else 0


@dataclass(frozen=True, slots=True)
class PledgeView:
    """One pledge as its donor and the vetting staff see it; no household is named in it."""

    id: str
    code: str
    donor_id: str
    donor_name: str
    donor_code: str
    ward: WardName
    wards: tuple[WardName, ...]
    groups: tuple[str, ...]
    programme: tuple[str, str] | None
    programme_id: str | None
    available_from: date
    available_to: date
    note: str | None
    on_behalf: bool
    created_at: datetime
    version: int
    lines: tuple[LineView, ...]


@dataclass(frozen=True, slots=True)
class Happening:
    """One step of a line: units, when, and the receipt if it is one."""

    step: str
    units: int
    on: date
    receipt_id: str | None = None
    receipt_number: str | None = None


@dataclass(frozen=True, slots=True)
class Announced:
    """Units that are to be brought on a day and have not come in."""

    receipt_id: str
    line_id: str
    units: int
    on: date


def seen_by(actor: Actor) -> ColumnElement[bool]:
    """The pledges an actor may see: a donor's own, and those that the actor's wards vet."""
    if actor.role in {Role.DONOR, Role.DONOR_ADMIN}:
        return Pledge.donor_id == actor.donor_id if actor.donor_id else false()
    if not (actor.may(Action.VET_PLEDGE) or actor.role in {Role.AUDITOR, Role.SYSTEM}):
        return false()
    return true() if ALL_WARDS in actor.ward_codes else among(Pledge.ward_code, actor.ward_codes)


def pledge_in_scope(session: Session, actor: Actor, pledge_id: str) -> Pledge:
    """The only way to fetch one pledge's row. Raises NotFound also for one not to be seen."""
    statement = select(Pledge).where(Pledge.id == pledge_id, seen_by(actor))
    pledge = session.scalars(statement).one_or_none()
    if pledge is None:
        raise NotFound("pledge")
    return pledge


def pledge_to_change(session: Session, actor: Actor, pledge_id: str) -> Pledge:
    """The pledge, if the actor may change it: its donor, or an officer who wrote it down."""
    pledge = pledge_in_scope(session, actor, pledge_id)
    is_officer = actor.may(Action.PLEDGE_ON_BEHALF) and pledge.on_behalf
    if actor.donor_id == pledge.donor_id or is_officer:
        return pledge
    raise NotFound("pledge")


def lines_of(session: Session, pledge_id: str) -> Sequence[PledgeLine]:
    """A pledge's lines in their order."""
    statement = (
        select(PledgeLine)
        .where(PledgeLine.pledge_id == pledge_id)
        .order_by(PledgeLine.position, PledgeLine.id)
    )
    return session.scalars(statement.execution_options(populate_existing=True)).all()


def pledge_for(session: Session, actor: Actor, pledge_id: str) -> PledgeView:
    """One pledge to show. Raises NotFound also for one that the actor may not see."""
    pledge = pledge_in_scope(session, actor, pledge_id)
    donor = session.get_one(Donor, pledge.donor_id)
    names = _ward_names(session, {pledge.ward_code, *pledge.wards})
    programme = session.get(Programme, pledge.programme_id) if pledge.programme_id else None
    note = cipher().decrypt(pledge.note, f"pledge.note:{pledge.id}") if pledge.note else None
    return PledgeView(
        id=pledge.id,
        code=pledge.code,
        donor_id=donor.id,
        donor_name=donor.name,
        donor_code=donor.code,
        ward=names[pledge.ward_code],
        wards=tuple(names[code] for code in pledge.wards),
        groups=tuple(pledge.groups),
        programme=(programme.name_vi, programme.name_en) if programme else None,
        programme_id=pledge.programme_id,
        available_from=pledge.available_from,
        available_to=pledge.available_to,
        note=note,
        on_behalf=pledge.on_behalf,
        created_at=pledge.created_at,
        version=pledge.version,
        lines=tuple(line_view(line) for line in lines_of(session, pledge.id)),
    )


def counts_of(line: PledgeLine) -> Counts:
    """The counts of a row."""
    return Counts(
        units=line.units,
        free=line.free,
        reserved=line.reserved,
        fulfilled=line.fulfilled,
        withdrawn=line.withdrawn,
        received=line.received,
        handed=line.handed,
    )


def line_view(line: PledgeLine) -> LineView:
    """A row for people."""
    state, counts = LineState(line.state), counts_of(line)
    given_as = GivenAs(line.given_as)
    return LineView(
        id=line.id,
        draft=LineDraft(line.kind_code, line.units, line.unit_value, given_as, line.spec),
        state=state,
        counts=counts,
        step=progress(state, counts),
        reason=line.reason,
        decided_at=line.decided_at,
    )


def timelines(session: Session, view: PledgeView) -> dict[str, list[Happening]]:
    """What happened to each line of a pledge already let through, oldest first.

    From movements and receipts only, so that a donor learns units and days, never who.
    """
    ids = [line.id for line in view.lines]
    found: dict[str, list[tuple[datetime, Happening]]] = {line_id: [] for line_id in ids}
    for line in view.lines:
        if line.decided_at is not None:
            step = "declined" if line.state is LineState.DECLINED else "accept"
            event = Happening(step, line.counts.units, local_day(line.decided_at))
            found[line.id].append((line.decided_at, event))
    moves = select(PromiseMovement).where(PromiseMovement.line_id.in_(ids))
    for move in session.scalars(moves.order_by(PromiseMovement.id)):
        found[move.line_id].append((move.at, Happening(move.step, move.units, local_day(move.at))))
    receipts = select(Receipt).where(Receipt.pledge_line_id.in_(ids))
    for paper in session.scalars(receipts.order_by(Receipt.created_at)):
        step = "announce" if paper.number is None else "receive"
        event = Happening(step, paper.units, paper.received_on, paper.id, paper.number)
        found[paper.pledge_line_id].append((paper.created_at, event))
    return {
        line_id: _one_a_day(event for _at, event in sorted(events, key=lambda pair: pair[0]))
        for line_id, events in found.items()
    }


def _one_a_day(events: Iterable[Happening]) -> list[Happening]:
    """The same step on the same day as one: thirty households served are one line, not thirty."""
    merged: list[Happening] = []
    for _key, run in groupby(events, key=lambda e: (e.step, e.on, e.receipt_id)):
        first, *rest = run
        merged.append(replace(first, units=first.units + sum(e.units for e in rest)))
    return merged


def announced_for(session: Session, view: PledgeView) -> list[Announced]:
    """What was announced for a pledge already let through, the nearest day first."""
    statement = (
        select(Receipt)
        .where(Receipt.pledge_id == view.id, Receipt.state == ReceiptState.ANNOUNCED.value)
        .order_by(Receipt.received_on, Receipt.id)
    )
    return [
        Announced(paper.id, paper.pledge_line_id, paper.units, paper.received_on)
        for paper in session.scalars(statement)
    ]


def line_for_receipt(session: Session, actor: Actor, line_id: str) -> PledgedLine:
    """What stock must know of a line before units of it come in. Raises NotFound."""
    statement = (
        select(PledgeLine, Pledge, Donor)
        .join(Pledge, Pledge.id == PledgeLine.pledge_id)
        .join(Donor, Donor.id == Pledge.donor_id)
        .where(PledgeLine.id == line_id, seen_by(actor))
    )
    row = session.execute(statement).one_or_none()
    if row is None:
        raise NotFound("pledge")
    line, pledge, donor = row
    return PledgedLine(
        line_id=line.id,
        pledge_id=pledge.id,
        pledge_code=pledge.code,
        ward_code=pledge.ward_code,
        donor_id=donor.id,
        donor_name=donor.name,
        donor_tax_code=donor.tax_code,
        kind_code=line.kind_code,
        given_as=line.given_as,
        unit_value=line.unit_value,
    )


def awaited_units(session: Session, line_id: str) -> int:
    """Units of an open line that have neither come in nor been withdrawn."""
    awaited = PledgeLine.units - PledgeLine.received - PledgeLine.withdrawn
    statement = select(awaited).where(
        PledgeLine.id == line_id, PledgeLine.state == LineState.OPEN.value
    )
    return session.scalar(statement) or 0


def _ward_names(session: Session, codes: set[str]) -> dict[str, WardName]:
    statement = select(Ward.code, Ward.name).where(Ward.code.in_(codes))
    return {code: WardName(code, name) for code, name in session.execute(statement)}
