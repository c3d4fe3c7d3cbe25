"""What makes a policy contradict itself; each fault names the number and says why."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise

from app.matching.rules.policy import TIER_NAMES, PolicyRules

# A composite must stay below what the solver takes, and a unit's worth so small that a province's
# network of 200,000 nodes keeps its exact whole numbers (MATCHING.md, 4).
MOST_COMPOSITE = 1_000
MOST_WORTH = 1_000_000
MOST_BRACKETS = 100
WHOLE_PERCENT = 100
MOST_REPEAT_DAYS = 3_660
MOST_URGENCY = 3


@dataclass(frozen=True, slots=True)
class Fault:
    """One contradiction. name: of the number, as PolicyRules has it, with its place from 0.

    code: selects the words of texts.POLICY_FAULTS, which use `facts`.
    """

    name: str
    code: str
    facts: dict[str, object] = field(default_factory=dict)


def faults_in(rules: PolicyRules) -> list[Fault]:
    """Every contradiction of a policy, in the order of its numbers; empty if it may be used."""
    return [*_points(rules), *_tiers(rules), *_weights(rules), *_others(rules)]


def most_composite(rules: PolicyRules) -> int:
    """The highest composite that any need can reach."""
    points = min(rules.most_group_points, sum(rules.group_points.values()))
    return points + MOST_URGENCY * rules.urgency_points + rules.most_waiting_points


def _points(rules: PolicyRules) -> Iterator[Fault]:
    for group, points in rules.group_points.items():
        if not 0 <= points <= rules.most_group_points:
            most = rules.most_group_points
            yield Fault(f"group_points-{group}", "points-beyond-most", {"most": most})
    if rules.waiting_days < 1:
        yield Fault("waiting_days", "at-least-one", {})
    for name in ("urgency_points", "most_waiting_points", "most_group_points"):
        if getattr(rules, name) < 0:
            yield Fault(name, "not-negative", {})
    if most_composite(rules) > MOST_COMPOSITE:
        yield Fault("most_group_points", "composite-too-large", {"most": MOST_COMPOSITE})


def _tiers(rules: PolicyRules) -> Iterator[Fault]:
    for place, (above, below) in enumerate(pairwise(rules.tier_from), start=1):
        if below >= above:
            facts: dict[str, object] = {"tier": TIER_NAMES[place], "above": TIER_NAMES[place - 1]}
            yield Fault(f"tier_from-{place}", "tiers-out-of-order", facts)
    if rules.tier_from[-1] < 1:
        yield Fault(f"tier_from-{len(rules.tier_from) - 1}", "at-least-one", {})
    if rules.tier_from[0] > most_composite(rules):
        facts = {"tier": TIER_NAMES[0], "most": most_composite(rules)}
        yield Fault("tier_from-0", "tier-out-of-reach", facts)


def _weights(rules: PolicyRules) -> Iterator[Fault]:
    for name in ("tier_weights", "step_weights"):
        weights: tuple[int, ...] = getattr(rules, name)
        for place, (above, below) in enumerate(pairwise(weights), start=1):
            if below >= above:
                yield Fault(f"{name}-{place}", "weights-do-not-fall", {"above": above})
        if weights[-1] < 1:
            yield Fault(f"{name}-{len(weights) - 1}", "at-least-one", {})
    worth = rules.tier_weights[0] * rules.step_weights[0]
    if worth > MOST_WORTH:
        yield Fault("tier_weights-0", "weights-overflow", {"worth": worth, "most": MOST_WORTH})


def _others(rules: PolicyRules) -> Iterator[Fault]:
    if not 1 <= rules.brackets <= MOST_BRACKETS:
        yield Fault("brackets", "out-of-range", {"least": 1, "most": MOST_BRACKETS})
    if rules.floor_brackets < 0:
        yield Fault("floor_brackets", "not-negative", {})
    # All brackets before priority count every unit alike: that is no floor (DECISIONS.md, 32).
    if rules.floor_brackets >= rules.brackets > 0:
        yield Fault("floor_brackets", "floor-is-everything", {"brackets": rules.brackets})
    if not 0 <= rules.fund_percent <= WHOLE_PERCENT:
        yield Fault("fund_percent", "out-of-range", {"least": 0, "most": WHOLE_PERCENT})
    for code, rule in rules.kinds.items():
        if not 0 <= rule.repeat_after_days <= MOST_REPEAT_DAYS:
            facts: dict[str, object] = {"least": 0, "most": MOST_REPEAT_DAYS}
            yield Fault(f"repeat-{code}", "out-of-range", facts)
