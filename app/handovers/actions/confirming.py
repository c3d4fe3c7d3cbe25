"""A second person's word that it arrived: closes the chain from pledge to household."""

from collections.abc import Sequence
from datetime import datetime
from itertools import groupby

from sqlalchemy.orm import Session

from app.accounts.rules import Actor
from app.audit.actions import Subject, record
from app.handovers.models import Confirmation
from app.handovers.queries import ToConfirm, to_confirm
from app.handovers.rules import Method
from app.kernel.clock import local_day
from app.kernel.errors import Conflict, DomainError
from app.kernel.ids import new_id
from app.matching import actions as matching
from app.needs import actions as needs
from app.notices.actions import NoticeDraft, owe
from app.pledges import actions as pledges
from app.pledges.queries import contact_of

CAUSE = "confirmation"


def confirm_handovers(
    session: Session,
    actor: Actor,
    allocation_ids: Sequence[str],
    method: Method,
    *,
    now: datetime,
) -> int:
    """Confirm all units handed over of these allocations; returns how many allocations.

    All or nothing. Each donor is told once a pledge. Raises DomainError("nobody-chosen");
    DomainError("confirmer-handed-over") if the actor handed over any of them;
    Conflict("confirmed-already") if somebody else was first or something came back.
    """
    if not allocation_ids:
        raise DomainError("nobody-chosen")
    lines = to_confirm(session, actor, allocation_ids=list(allocation_ids), limit=2_000)
    if {line.allocation_id for line in lines} != set(allocation_ids):
        raise Conflict("confirmed-already")
    if any(line.by_oneself for line in lines):
        raise DomainError("confirmer-handed-over")
    first = {line.allocation_id: line for line in reversed(lines)}
    chosen = sorted(first.values(), key=lambda line: (line.line_id, line.allocation_id))
    ids = {line.allocation_id: new_id() for line in chosen}
    _book(session, chosen, ids)
    for line in chosen:
        _write(session, actor, line, ids[line.allocation_id], (method, now))
    _tell_donors(session, lines, ids)
    return len(chosen)


def _book(session: Session, chosen: Sequence[ToConfirm], ids: dict[str, str]) -> None:
    """Count at each owner in the order of locking: lines, then needs, then allocations."""
    try:
        for line in chosen:
            cause_id = ids[line.allocation_id]
            pledges.fulfil(session, line.line_id, line.unconfirmed, cause=CAUSE, cause_id=cause_id)
        for need_id in sorted({line.need_id for line in chosen}):
            needs.close_if_met(session, need_id)
        for line in sorted(chosen, key=lambda line: line.allocation_id):
            matching.confirm(session, line.allocation_id, line.unconfirmed)
    except Conflict as refused:
        raise Conflict("confirmed-already") from refused


def _write(
    session: Session, actor: Actor, line: ToConfirm, id: str, how: tuple[Method, datetime]
) -> None:
    method, now = how
    session.add(
        Confirmation(
            id=id,
            ward_code=line.ward_code,
            allocation_id=line.allocation_id,
            units=line.unconfirmed,
            method=method.value,
            confirmed_by=actor.account_id or "",
            confirmed_at=now,
        )
    )
    facts = {"units": line.unconfirmed, "method": method.value}
    subject = Subject("allocation", line.allocation_id, line.ward_code)
    record(session, actor, "confirm-handover", subject, changes=facts)


def _tell_donors(session: Session, lines: Sequence[ToConfirm], ids: dict[str, str]) -> None:
    """Owe one notice a pledge: its code and the last day on which something was given."""
    by_pledge = sorted(lines, key=lambda line: (line.pledge_id, line.allocation_id))
    for _, group in groupby(by_pledge, key=lambda line: line.pledge_id):
        same = list(group)
        first, donor = same[0], contact_of(session, same[0].donor_id)
        owe(
            session,
            NoticeDraft(
                template="handed-over",
                cause=CAUSE,
                cause_id=ids[first.allocation_id],
                recipient_kind="donor",
                recipient_id=donor.id,
                ward_code=first.ward_code,
                language=donor.language,
                email=donor.email,
                phone=donor.phone,
                parameters={
                    "pledge_code": first.pledge_code,
                    "pledge_id": first.pledge_id,
                    "on": local_day(max(line.handed_at for line in same)),
                },
            ),
        )
