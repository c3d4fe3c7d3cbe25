"""The policy's way: one person proposes a version, another approves it, from a day on it holds."""

from datetime import datetime

from sqlalchemy import func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app.accounts.rules import Actor
from app.audit.actions import Subject, record
from app.infra.transaction import rows_changed
from app.kernel.clock import local_day
from app.kernel.errors import Conflict, DomainError, NotFound
from app.matching.actions.runs import ensure_policy
from app.matching.models import Policy
from app.matching.rules.policy_checks import faults_in
from app.matching.rules.policy_versions import PolicyDraft

MOST_REASON = 500


def propose_policy(session: Session, actor: Actor, draft: PolicyDraft, *, now: datetime) -> int:
    """Write down a new version; no run uses it before another person approves. Returns its number.

    Raises DomainError("policy-contradicts-itself") or ("reason-needed"), Conflict if somebody
    proposed at the same moment.
    """
    if faults_in(draft.rules):
        raise DomainError("policy-contradicts-itself")
    if not draft.reason.strip():
        raise DomainError("reason-needed")
    ensure_policy(session, now=now)
    number = (session.scalar(select(func.max(Policy.version))) or 0) + 1
    values = {
        "version": number,
        "name": draft.rules.name,
        "rules": draft.rules.as_json(),
        "created_by": actor.account_id,
        "valid_from": max(draft.valid_from, local_day(now)),
        "reason": draft.reason.strip()[:MOST_REASON],
        "created_at": now,
    }
    statement = insert(Policy).values(values).on_conflict_do_nothing()
    if session.scalar(statement.returning(Policy.version)) is None:
        raise Conflict("policy-proposed-meanwhile")
    record(session, actor, "propose-policy", Subject("policy", str(number)), reason=draft.reason)
    return number


def approve_policy(session: Session, actor: Actor, version: int, *, now: datetime) -> None:
    """Let a proposed version hold from its day on, today at the earliest.

    Raises NotFound, Conflict("policy-approved-already"), DomainError("policy-by-another").
    """
    stored = session.get(Policy, version, populate_existing=True)
    if stored is None or stored.created_by is None:
        raise NotFound("policy")
    if actor.account_id is None or stored.created_by == actor.account_id:
        raise DomainError("policy-by-another")
    statement = (
        update(Policy)
        .where(Policy.version == version, Policy.approved_by.is_(None))
        .values(
            approved_by=actor.account_id,
            approved_at=now,
            valid_from=func.greatest(Policy.valid_from, local_day(now)),
        )
        .execution_options(synchronize_session=False)
    )
    if rows_changed(session, statement) != 1:
        raise Conflict("policy-approved-already")
    record(session, actor, "approve-policy", Subject("policy", str(version)))
