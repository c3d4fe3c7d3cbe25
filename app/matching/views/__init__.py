"""Pages of matching, one module a subject; all on one blueprint."""

from app.matching.views import (
    allocations,
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
    "bp",
    "comparisons",
    "policies",
    "proposals",
    "reasons",
    "runs",
    "shortages",
    "uniting",
]
