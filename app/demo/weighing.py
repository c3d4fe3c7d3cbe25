"""Another version of the policy, tried on the past, and what people say of it: two ballots."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from app.accounts.rules import Actor
from app.infra.transaction import transaction
from app.kernel.clock import local_day
from app.matching.actions import ballots, comparisons
from app.matching.actions.policies import propose_policy
from app.matching.actions.publishing import store_price
from app.matching.comparing import Comparing, solved_under
from app.matching.packing import unpacked
from app.matching.queries.comparisons import comparison_for, seen_in
from app.matching.queries.policy import load_policy
from app.matching.rules.ballots import BallotDraft, PaperDraft, Preset
from app.matching.rules.policy_versions import ComparisonDraft, PolicyDraft

SOONER = "Việc gấp và hộ chờ lâu được xét sớm hơn"


def weigh(officer: Actor, approver: Actor, voters: Sequence[Actor], *, now: datetime) -> None:
    """Propose a version and try it, hold a ballot that is over, and leave one open."""
    version = _propose(officer, now - timedelta(days=35))
    _try(officer, version, now - timedelta(days=34))
    _past(approver, voters, version, now)
    opened = now - timedelta(days=2)
    asked = BallotDraft(
        "Mùa Tết này nên giữ cách đang làm, hay xét việc gấp và hộ chờ lâu sớm hơn? (mẫu)",
        ("v1", f"v{version}"),
        now + timedelta(days=12),
    )
    with transaction() as session:
        ballot_id = ballots.open_ballot(session, approver, asked, now=opened)
    for voter in voters[:2]:
        _vote(voter, ballot_id, {f"v{version}": 1, "v1": 2}, opened + timedelta(hours=3))


def _propose(officer: Actor, at: datetime) -> int:
    with transaction() as session:
        held = load_policy(session).rules
        rules = replace(held, name=SOONER, urgency_points=15, waiting_days=10)
        reason = "Mùa mưa nhiều việc gấp; nhiều hộ hỏi vì sao chờ lâu mà điểm ít."
        return propose_policy(session, officer, PolicyDraft(rules, local_day(at), reason), now=at)


def _try(officer: Actor, version: int, at: datetime) -> None:
    """Compare it with the version in force at once, and price that run, as the worker would."""
    with transaction() as session:
        made = comparisons.request_comparison(session, officer, ComparisonDraft(version), now=at)
        row = comparison_for(session, officer, made)
        policies = [load_policy(session, number).rules for number in (row.against, version)]
        bodies = [seen_in(session, part) for part in row.parts]
    comparing, price = Comparing(named=True), dict[str, float]()
    for seen in (unpacked(body) for body in bodies if body is not None):
        before, after = (solved_under(seen, policy) for policy in policies)
        comparing.add(seen, before, after)
        price.update(before.price)
    with transaction() as session:
        comparisons.store_comparison(session, made, comparing.facts(), now=at)
        store_price(session, row.run_id or "", price)


def _past(approver: Actor, voters: Sequence[Actor], version: int, now: datetime) -> None:
    opened, ends = now - timedelta(days=30), now - timedelta(days=16)
    even = Preset.EVENNESS_FIRST.value
    candidates = ("v1", f"v{version}", even)
    asked = BallotDraft("Khi quà ít hơn hộ cần, nên xét ai trước? (mẫu)", candidates, ends)
    with transaction() as session:
        ballot_id = ballots.open_ballot(session, approver, asked, now=opened)
    said: tuple[dict[str, int], ...] = (
        {f"v{version}": 1, "v1": 2},
        {"v1": 1, f"v{version}": 1, even: 2},
        {even: 1, f"v{version}": 2},
    )
    for number, voter in enumerate(voters):
        _vote(voter, ballot_id, said[number % len(said)], opened + timedelta(days=1 + number))
    minute = PaperDraft(
        "Ban công tác Mặt trận (mẫu)", "Biên bản 03/BB-MT (mẫu)", {f"v{version}": 1, even: 2}, 11
    )
    with transaction() as session:
        ballots.enter_paper(session, approver, ballot_id, minute, now=opened + timedelta(days=9))
    with transaction() as session:
        ballots.count_ballot(session, approver, ballot_id, now=ends + timedelta(minutes=5))


def _vote(voter: Actor, ballot_id: str, ranking: Mapping[str, int], at: datetime) -> None:
    with transaction() as session:
        ballots.cast_vote(session, voter, ballot_id, ranking, now=at)
