"""Writing a need down, changing it, handing it in; and letting old ones expire."""

from datetime import date, datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.accounts.rules import Actor
from app.audit.actions import Subject, record
from app.catalogue import queries as catalogue
from app.catalogue.rules import Kind, spec_faults
from app.households import queries as households
from app.infra.crypto import cipher
from app.infra.transaction import rows_changed
from app.kernel.errors import Conflict, DomainError, NotFound
from app.kernel.ids import new_code, new_id
from app.needs import queries
from app.needs.models import Need, NeedCard
from app.needs.rules import LIVE, NeedDraft, NeedState, is_light, refusal_for

MOST_EXPIRED = 500


def register_need(
    session: Session, actor: Actor, household_id: str, draft: NeedDraft, *, now: datetime
) -> str:
    """Write down what a household needs, as a draft; returns the need's id.

    Raises DomainError for what refusal_for() and spec_faults() refuse, Conflict if the household
    waits for the same help already, NotFound for a household that the actor may not see.
    """
    household = households.household_for(session, actor, household_id)
    kind = catalogue.kind(session, draft.kind_code)
    if not kind.is_open:
        raise DomainError("kind-closed")
    _check(draft, kind)
    _check_member(session, household_id, draft.member_id)
    _refuse_twin(session, household_id, draft)
    need_id = new_id()
    session.add(
        Need(
            id=need_id,
            code=new_code("NC"),
            ward_code=household.ward_code,
            household_id=household_id,
            kind_code=draft.kind_code,
            created_by=actor.account_id,
            created_at=now,
            **_typed(draft, kind, need_id),
        )
    )
    session.flush()
    record(session, actor, "register-need", Subject("need", need_id, household.ward_code))
    return need_id


def change_need(
    session: Session, actor: Actor, need_id: str, version: int, draft: NeedDraft
) -> None:
    """Change a draft that was read at `version`. Raises Conflict if it changed meanwhile."""
    need = queries.need_for(session, actor, need_id)
    kind = catalogue.kind(session, need.kind_code)
    _check(draft, kind)
    _check_member(session, need.household_id, draft.member_id)
    statement = (
        update(Need)
        .where(
            Need.id == need_id,
            Need.ward_code.in_(actor.ward_codes),
            Need.version == version,
            Need.state == NeedState.DRAFT,
        )
        .values(
            **_typed(draft, kind, need_id),
            version=Need.version + 1,
        )
    )
    if rows_changed(session, statement) != 1:
        raise Conflict("need-changed-meanwhile")
    record(session, actor, "change-need", Subject("need", need_id, actor.home_ward))


def submit_need(session: Session, actor: Actor, need_id: str) -> None:
    """Hand a draft in for verification. Raises Conflict if it is no draft any more."""
    statement = (
        update(Need)
        .where(
            Need.id == need_id,
            Need.ward_code.in_(actor.ward_codes),
            Need.state == NeedState.DRAFT,
        )
        .values(state=NeedState.SUBMITTED.value, returned_reason=None, version=Need.version + 1)
    )
    if rows_changed(session, statement) != 1:
        raise Conflict("need-state-changed")
    record(session, actor, "submit-need", Subject("need", need_id, actor.home_ward))


def expire_needs(session: Session, actor: Actor, *, today: date) -> int:
    """Let open needs expire whose deadline has passed and to which nothing is promised.

    At most 500 at a time: the next sweep takes the rest. Returns how many expired.
    """
    expired = session.execute(
        select(Need.id, Need.ward_code)
        .where(Need.state == NeedState.APPROVED, Need.deadline_on < today, Need.covered == 0)
        .order_by(Need.deadline_on)
        .limit(MOST_EXPIRED)
        .with_for_update(skip_locked=True)
    ).all()
    for need_id, ward_code in expired:
        expiry = {"state": NeedState.EXPIRED.value, "version": Need.version + 1}
        session.execute(update(Need).where(Need.id == need_id).values(expiry))
        session.execute(update(NeedCard).where(NeedCard.need_id == need_id).values(is_open=False))
        record(session, actor, "expire-need", Subject("need", need_id, ward_code))
    return len(expired)


def _check(draft: NeedDraft, kind: Kind) -> None:
    if refusal := refusal_for(draft, kind.max_units):
        raise DomainError(refusal, most=kind.max_units)
    if faults := spec_faults(kind.fields, draft.spec, "need"):
        raise DomainError(faults[0].code, field=faults[0].field)


def _typed(draft: NeedDraft, kind: Kind, need_id: str) -> dict[str, object]:
    """The columns that a person fills in; the cost is the kind's usual one if left out."""
    cost = draft.cost_dong or kind.reference_value * draft.units
    return {
        "member_id": draft.member_id,
        "programme_id": draft.programme_id,
        "spec": dict(draft.spec),
        "units": draft.units,
        "cost_dong": cost,
        "urgency": draft.urgency,
        "starts_on": draft.starts_on,
        "deadline_on": draft.deadline_on,
        "story": _sealed(draft.story, need_id),
        "evidence": {"shown": list(draft.evidence)},
        "light": is_light(kind.code, cost),
    }


def _check_member(session: Session, household_id: str, member_id: str | None) -> None:
    """A need is for somebody of its own household, or for all of it."""
    if member_id is None:
        return
    if member_id not in {m.id for m in households.members_of(session, household_id)}:
        raise NotFound("member")


def _refuse_twin(session: Session, household_id: str, draft: NeedDraft) -> None:
    """Refuse a second live need of the same kind, person and programme.

    The household's row is locked first, so that of two officers at once one comes second.
    """
    if household_id not in households.lock_household(session, household_id):
        raise Conflict("household-not-active")
    twin = select(Need.code).where(
        Need.household_id == household_id,
        Need.kind_code == draft.kind_code,
        Need.member_id.is_not_distinct_from(draft.member_id),
        Need.programme_id.is_not_distinct_from(draft.programme_id),
        Need.state.in_(LIVE),
    )
    if (code := session.scalar(twin.limit(1))) is not None:
        raise Conflict("need-asked-already", need=code)


def _sealed(story: str, need_id: str) -> bytes | None:
    return cipher().encrypt(story, f"need.story:{need_id}") if story else None
