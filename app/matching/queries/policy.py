"""Reads of the policy by which runs rank and share, and of its versions."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session, aliased

from app.accounts.models import Account
from app.catalogue.models import SupportKind
from app.kernel.clock import today
from app.kernel.errors import NotFound
from app.matching.models import MatchRun, Policy
from app.matching.rules.policy import DEFAULT_POLICY, KindRule, PolicyRules, policy_from
from app.matching.rules.policy_versions import PolicyState, states_of


@dataclass(frozen=True, slots=True)
class PolicyVersion:
    """One version of the policy. Version 0 is the proposal before anything is stored."""

    version: int
    valid_from: date | None
    rules: PolicyRules


@dataclass(frozen=True, slots=True)
class VersionRow:
    """One version with its way: who proposed it and why, who approved it, how often it served.

    proposed_by is empty for the version that comes with the product.
    """

    version: int
    rules: PolicyRules
    valid_from: date
    state: PolicyState
    reason: str | None
    created_by: str | None
    proposed_by: str | None
    created_at: datetime
    approved_by: str | None
    approved_at: datetime | None
    runs: int


# The first version comes with the product, so nobody had to approve it.
IS_APPROVED = or_(Policy.approved_by.is_not(None), Policy.created_by.is_(None))


def load_policy(session: Session, version: int | None = None) -> PolicyVersion:
    """The version in force today, or the one asked for. Raises NotFound for an unknown one."""
    if version is not None:
        statement = select(Policy).where(Policy.version == version)
    else:
        statement = (
            select(Policy)
            .where(IS_APPROVED, Policy.valid_from <= today())
            .order_by(Policy.valid_from.desc(), Policy.version.desc())
            .limit(1)
        )
    stored = session.scalars(statement).one_or_none()
    if stored is not None:
        return PolicyVersion(stored.version, stored.valid_from, policy_from(stored.rules))
    if version is not None:
        raise NotFound("policy")
    return PolicyVersion(0, None, DEFAULT_POLICY)


def policy_versions(session: Session, on: date) -> list[VersionRow]:
    """Every version, newest first, with its state on that day."""
    proposer, approver = aliased(Account), aliased(Account)
    runs = select(func.count()).where(MatchRun.policy_version == Policy.version)
    statement = (
        select(Policy, proposer.name, approver.name, runs.scalar_subquery())
        .outerjoin(proposer, proposer.id == Policy.created_by)
        .outerjoin(approver, approver.id == Policy.approved_by)
        .order_by(Policy.version.desc())
        .execution_options(populate_existing=True)
    )
    rows = session.execute(statement).all()
    states = states_of(
        ((p.version, _is_approved(p), p.valid_from) for p, _by, _approved, _runs in rows), on
    )
    return [
        VersionRow(
            version=p.version,
            rules=policy_from(p.rules),
            valid_from=p.valid_from,
            state=states[p.version],
            reason=p.reason,
            created_by=p.created_by,
            proposed_by=by,
            created_at=p.created_at,
            approved_by=approved,
            approved_at=p.approved_at,
            runs=count,
        )
        for p, by, approved, count in rows
    ]


def _is_approved(policy: Policy) -> bool:
    return policy.approved_by is not None or policy.created_by is None


def version_among(versions: Sequence[VersionRow], number: int) -> VersionRow:
    """The version of that number. Raises NotFound."""
    found = next((row for row in versions if row.version == number), None)
    if found is None:
        raise NotFound("policy")
    return found


def kind_rules_of_catalogue(session: Session) -> dict[str, KindRule]:
    """How often each kind may come, as the catalogue has it now."""
    statement = select(
        SupportKind.code, SupportKind.repeat_after_days, SupportKind.one_per_household
    )
    return {row.code: KindRule(row[1], row[2]) for row in session.execute(statement)}


@dataclass(frozen=True, slots=True)
class KindInPolicy:
    """A support kind with how often it may come."""

    kind: SupportKind
    rule: KindRule


def policy_kinds(session: Session, rules: PolicyRules) -> list[KindInPolicy]:
    """The open kinds in the catalogue's order, each with its rule in this version."""
    statement = select(SupportKind).where(SupportKind.is_open).order_by(SupportKind.position)
    return [
        KindInPolicy(
            kind,
            rules.kind_rule(kind.code, KindRule(kind.repeat_after_days, kind.one_per_household)),
        )
        for kind in session.scalars(statement)
    ]
