"""Reads of the policy by which runs rank and share."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.catalogue.models import SupportKind
from app.kernel.errors import NotFound
from app.matching.models import Policy
from app.matching.rules.policy import DEFAULT_POLICY, KindRule, PolicyRules, policy_from


@dataclass(frozen=True, slots=True)
class PolicyVersion:
    """One version of the policy. Version 0 is the proposal before anything is stored."""

    version: int
    valid_from: date | None
    rules: PolicyRules


def load_policy(session: Session, version: int | None = None) -> PolicyVersion:
    """The newest version, or the one asked for. Raises NotFound for an unknown one."""
    statement = select(Policy).order_by(Policy.version.desc()).limit(1)
    if version is not None:
        statement = statement.where(Policy.version == version)
    stored = session.scalars(statement).one_or_none()
    if stored is not None:
        return PolicyVersion(stored.version, stored.valid_from, policy_from(stored.rules))
    if version is not None:
        raise NotFound("policy")
    return PolicyVersion(0, None, DEFAULT_POLICY)


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
