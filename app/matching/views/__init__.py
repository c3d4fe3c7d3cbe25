"""Pages of matching, one module a subject; all on one blueprint."""

from app.matching.views import (
    allocations,
    ballots,
    comparisons,
    policies,
    proposals,
    reasons,
    runs,
    shortages,
    uniting,
)
from app.matching.views.blueprint import bp

__all__ = [
    "allocations",
    "ballots",
    "bp",
    "comparisons",
    "policies",
    "proposals",
    "reasons",
    "runs",
    "shortages",
    "uniting",
]
