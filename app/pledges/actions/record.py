"""Recording a pledge: its lines, the first movement of each, one audit event."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import cast

from sqlalchemy import Table, bindparam, insert
from sqlalchemy.orm import Session

from app.accounts.rules import Actor
from app.audit.actions import Subject, record
from app.catalogue.rules import Model, spec_faults
from app.infra.crypto import cipher
from app.infra.prepared import Prepared
from app.kernel.clock import local_day
from app.kernel.errors import DomainError
from app.kernel.ids import new_code, new_id
from app.pledges import queries
from app.pledges.actions.drafts import mark_sent
from app.pledges.actions.promise import Cause, Move, book
from app.pledges.models import Pledge, PledgeLine
from app.pledges.rules import GivenAs, LineDraft, LineState, PledgeDraft, refusal_of


@dataclass(frozen=True, slots=True)
class Giver:
    """Whose pledge it is. draft_id: the draft it was typed in, if it was."""

    donor_id: str
    on_behalf: bool = False
    draft_id: str | None = None


def record_pledge(
    session: Session, actor: Actor, giver: Giver, draft: PledgeDraft, *, now: datetime
) -> str:
    """Record one pledge, all its lines offered; returns its id.

    Raises DomainError with the code of what is wrong, Conflict("draft-is-sent") for a draft
    that became a pledge already.
    """
    refusal = refusal_of(draft, local_day(now)) or _refusal_by_data(session, draft, now)
    if refusal is not None:
        raise DomainError(refusal)
    pledge_id, code = new_id(), new_code("CK")
    _PLEDGE.change(
        session,
        {"id": pledge_id, "code": code, **_terms(pledge_id, giver, draft)}
        | {"created_by": actor.account_id, "created_at": now},
    )
    for position, line in enumerate(draft.lines):
        _add_line(session, pledge_id, line, position)
    if giver.draft_id:
        mark_sent(session, giver.draft_id, pledge_id)
    facts = {"code": code, "lines": len(draft.lines), "on_behalf": giver.on_behalf}
    subject = Subject("pledge", pledge_id, draft.ward_code)
    record(session, actor, "record-pledge", subject, changes=facts)
    return pledge_id


def _refusal_by_data(session: Session, draft: PledgeDraft, now: datetime) -> str | None:
    """What the catalogue, the places and the programmes have against it, if anything."""
    kinds = queries.kinds(session)
    refusals = (_refusal_of_kind(line, kinds.get(line.kind_code)) for line in draft.lines)
    if (first := next((code for code in refusals if code is not None), None)) is not None:
        return first
    wards = {ward.code for ward in queries.receiving_wards(session, now)}
    if not {draft.ward_code, *draft.wards} <= wards:
        return "ward-not-receiving"
    return _refusal_of_programme(session, draft, local_day(now)) if draft.programme_id else None


def _refusal_of_programme(session: Session, draft: PledgeDraft, on: date) -> str | None:
    running = queries.programmes_open(session, on)
    chosen = next((p for p in running if p.id == draft.programme_id), None)
    if chosen is None or not chosen.serves(draft.ward_code):
        return "programme-closed"
    fits = all(chosen.takes(line.kind_code) for line in draft.lines)
    return None if fits else "programme-without-kind"


def _refusal_of_kind(line: LineDraft, kind: queries.KindCard | None) -> str | None:
    if kind is None or not kind.is_open:
        return "kind-not-open"
    if kind.model == Model.MONEY and (
        line.unit_value != kind.reference_value or line.given_as is not GivenAs.CASH
    ):
        return "money-in-shares"
    faults = spec_faults(kind.fields, line.spec, "pledge")
    return faults[0].code if faults else None


def _terms(pledge_id: str, giver: Giver, draft: PledgeDraft) -> dict[str, object]:
    note = cipher().encrypt(draft.note, f"pledge.note:{pledge_id}") if draft.note else None
    return {
        "donor_id": giver.donor_id,
        "ward_code": draft.ward_code,
        "programme_id": draft.programme_id,
        "wards": list(draft.wards),
        "groups": list(draft.groups),
        "available_from": draft.available_from,
        "available_to": draft.available_to,
        "note": note,
        "on_behalf": giver.on_behalf,
    }


def _add_line(session: Session, pledge_id: str, draft: LineDraft, position: int) -> None:
    line_id = new_id()
    values = {
        "id": line_id,
        "pledge_id": pledge_id,
        "kind_code": draft.kind_code,
        "spec": dict(draft.spec),
        "given_as": draft.given_as.value,
        "units": draft.units,
        "unit_value": draft.unit_value,
        "state": LineState.OFFERED.value,
        "free": draft.units,
        "position": position,
    }
    _LINE.change(session, values)
    book(session, Move(line_id, draft.units, "pledged", "free", Cause("pledge", line_id, "pledge")))


def _insert(table: Table, *left_to_defaults: str) -> Prepared:
    """A row of a table, given column by column; the rest is the database's to say."""
    given = [column for column in table.c if column.name not in left_to_defaults]
    return Prepared(insert(table).values({c.name: bindparam(c.name, type_=c.type) for c in given}))


_PLEDGE = _insert(cast("Table", Pledge.__table__), "version")
_LINE = _insert(
    cast("Table", PledgeLine.__table__),
    *("reserved", "fulfilled", "withdrawn", "received", "handed"),
    *("decided_by", "decided_at", "reason"),
)
