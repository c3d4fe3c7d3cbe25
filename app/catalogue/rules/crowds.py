"""How many households must stand behind what is published (DOMAIN.md, 5; TRUST.md, S10). Pure.

The one rule for figures, for cards on the board, and for what a pledge's count may ask.
"""

from collections.abc import Collection, Mapping
from types import MappingProxyType

SMALLEST_CROWD = 5
SMALLEST_SENSITIVE_CROWD = 10
SENSITIVE_GROUPS = frozenset({"disability", "child", "agent-orange"})
# What is given tells by itself of whom: a wheelchair's figure is one about disability. Surgery
# stands with them, since it tells of a body.
TOLD_BY_KIND: Mapping[str, str] = MappingProxyType(
    {
        "xe_lan": "disability",
        "phau_thuat": "disability",
        "hoc_bong": "child",
        "sach_vo": "child",
        "do_dau": "child",
    }
)


def smallest_crowd(groups: Collection[str] = (), kind_code: str | None = None) -> int:
    """The fewest households about which a figure may tell: ten for sensitive groups, else five.

    groups: those that the figure or card names. kind_code: the support kind it counts.
    """
    told = {*groups, TOLD_BY_KIND.get(kind_code or "")}
    return SMALLEST_SENSITIVE_CROWD if told & SENSITIVE_GROUPS else SMALLEST_CROWD
