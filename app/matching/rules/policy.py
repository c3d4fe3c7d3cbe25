"""The policy: what runs value and by how much. Data with a version, never code's own opinion."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from typing import cast

TIER_NAMES = "ABCDE"


@dataclass(frozen=True, slots=True)
class KindRule:
    """How often a household may receive one support kind.

    repeat_after_days: 0 lets it come again at once. one_per_household: at most one need of the
    kind is served in a run, however many members ask.
    """

    repeat_after_days: int
    one_per_household: bool


@dataclass(frozen=True, slots=True)
class PolicyRules:
    """The numbers by which needs are ranked and shared out.

    group_points: safe group label -> points of hardship, added up to `most_group_points`.
    A need's composite is those points + urgency (0..3) * urgency_points + one point for each
    `waiting_days` days waited, up to `most_waiting_points`. tier_from: the least composite of
    tiers A to D, descending; below is E. tier_weights A..E and step_weights (first, second,
    later unit of a need) multiply. brackets: steps of equal coverage between residential groups.
    floor_brackets: so many of them, from the first, count before priority; 0 for none.
    fund_percent: of a project's cost, at most this part comes from the top-up fund.
    kinds: by kind code, as the catalogue had them when this version was made.
    Source: MATCHING.md, section 4; DOMAIN.md, 7c.
    """

    name: str
    group_points: Mapping[str, int]
    most_group_points: int
    urgency_points: int
    waiting_days: int
    most_waiting_points: int
    tier_from: tuple[int, ...]
    tier_weights: tuple[int, ...]
    step_weights: tuple[int, ...]
    brackets: int
    floor_brackets: int = 0
    fund_percent: int = 30
    kinds: Mapping[str, KindRule] = field(default_factory=dict)

    def as_json(self) -> dict[str, object]:
        """The rules as the policy table keeps them.

        Without a floor nothing is said of one, as in versions from before there was any: so the
        digest of a run that has none stays what it was.
        """
        plain = {key: _plain(value) for key, value in asdict(self).items()}
        if not self.floor_brackets:
            del plain["floor_brackets"]
        return plain

    def waiting_points(self, days: int) -> int:
        """Points for `days` (>= 0) of waiting."""
        return min(days // self.waiting_days, self.most_waiting_points)

    def need_points(self, groups: Iterable[str]) -> int:
        """Points of hardship, 0..most_group_points, of a household with these safe groups."""
        points = sum(self.group_points.get(group, 0) for group in set(groups))
        return min(points, self.most_group_points)

    def composite(self, points: int, urgency: int, waiting_days: int) -> int:
        """The number from which the tier is cut; shown to people only with its parts."""
        return points + urgency * self.urgency_points + self.waiting_points(waiting_days)

    def kind_rule(self, code: str, otherwise: KindRule) -> KindRule:
        """The rule of a kind; `otherwise` (the catalogue's) for one this version does not name."""
        return self.kinds.get(code, otherwise)

    def tier(self, composite: int) -> int:
        """0 for tier A to 4 for tier E."""
        return next((k for k, cut in enumerate(self.tier_from) if composite >= cut), 4)


def _plain(value: object) -> object:
    return list(value) if isinstance(value, tuple) else value


# The points of hardship are a first proposal for the ward's office to confirm; the cuts and
# weights are those of MATCHING.md.
DEFAULT_POLICY = PolicyRules(
    name="Chính sách ghép nối đầu tiên",
    group_points={
        "poor": 50,
        "sudden-hardship": 44,
        "near-poor": 36,
        "hardship": 36,
        "newly-escaped": 24,
        "lonely-elderly": 22,
        "agent-orange": 22,
        "disability": 20,
        "policy": 20,
        "child": 14,
        "elderly": 8,
    },
    most_group_points=100,
    urgency_points=6,
    waiting_days=30,
    most_waiting_points=12,
    tier_from=(85, 70, 55, 40),
    tier_weights=(16, 8, 4, 2, 1),
    step_weights=(4, 2, 1),
    brackets=10,
)


def policy_from(stored: Mapping[str, object]) -> PolicyRules:
    """Read the rules of a stored version. Raises KeyError or TypeError if it is not whole."""
    kinds = cast("Mapping[str, Mapping[str, int]]", stored["kinds"])
    return PolicyRules(
        name=str(stored["name"]),
        group_points=dict(cast("Mapping[str, int]", stored["group_points"])),
        most_group_points=_whole(stored, "most_group_points"),
        urgency_points=_whole(stored, "urgency_points"),
        waiting_days=_whole(stored, "waiting_days"),
        most_waiting_points=_whole(stored, "most_waiting_points"),
        tier_from=_numbers(stored, "tier_from"),
        tier_weights=_numbers(stored, "tier_weights"),
        step_weights=_numbers(stored, "step_weights"),
        brackets=_whole(stored, "brackets"),
        # Versions without a floor do not say it.
        floor_brackets=cast("int", stored.get("floor_brackets", 0)),
        # Versions from before projects were paid for together do not say it.
        fund_percent=cast("int", stored.get("fund_percent", 30)),
        kinds={
            code: KindRule(rule["repeat_after_days"], bool(rule["one_per_household"]))
            for code, rule in kinds.items()
        },
    )


def _whole(stored: Mapping[str, object], name: str) -> int:
    return cast("int", stored[name])


def _numbers(stored: Mapping[str, object], name: str) -> tuple[int, ...]:
    return tuple(cast("list[int]", stored[name]))
