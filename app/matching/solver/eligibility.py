"""Who may be served before anything is compared: blocked households and duplicate claims."""

from enum import IntEnum

import numpy as np

from app.matching.solver.columns import Bools, Ints
from app.matching.solver.problem import Policy


class Bar(IntEnum):
    """Why a need is not eligible."""

    NONE = 0
    BLOCKED = 1
    DUPLICATE = 2


def composite_of(policy: Policy, score: Ints, urgency: Ints, waiting: Ints) -> Ints:
    """The priority that tiers are cut from. waiting: days."""
    waited = np.minimum(waiting // policy.waiting_days, policy.most_waiting_points)
    return score + policy.urgency_points * urgency + waited


def neediest_first(composite: Ints, waiting: Ints) -> Ints:
    """Row numbers by composite, then waiting, then the order of the rows (their natural key)."""
    return np.lexsort((np.arange(len(composite)), -waiting, -composite)).astype(np.int64)


def bars_of(household: Ints, blocked: Bools, order: Ints | None) -> tuple[Ints, Ints]:
    """Each need's Bar, and for a duplicate the row of the claim that stands instead, else -1.

    order: neediest first, where only the first claim of a household stands; None where all do.
    """
    bar = np.where(blocked, Bar.BLOCKED, Bar.NONE).astype(np.int64)
    instead = np.full(len(bar), -1, dtype=np.int64)
    if order is None or not len(bar):
        return bar, instead
    _, first, number = np.unique(household[order], return_index=True, return_inverse=True)
    stands = np.empty(len(order), dtype=np.int64)
    stands[order] = order[first][number]
    again = (stands != np.arange(len(order))) & (bar == Bar.NONE)
    bar[again], instead[again] = Bar.DUPLICATE, stands[again]
    return bar, instead
