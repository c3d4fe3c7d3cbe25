"""The eight categories of the file interface, as data.

Source: the problem generator named in MATCHING.md, "The file interface".
"""

from dataclasses import dataclass

import numpy as np

from app.matching.solver.columns import Bools


@dataclass(frozen=True, slots=True)
class Category:
    """One category. fit[pledge spec, need spec].

    merges: of a household's claims only the first stands. caps: all stand, one is served.
    is_project: paid for completely or not at all.
    """

    name: str
    fit: Bools
    merges: bool = False
    caps: bool = False
    is_project: bool = False


def _same(specs: int) -> Bools:
    return np.eye(specs, dtype=np.bool_)


def _mobility() -> Bools:
    """Spec 4 * type + size (S, M, L, XL); pledges 12..14: that type, adjustable for M and L."""
    adjustable = np.zeros((3, 12), dtype=np.bool_)
    for kind in range(3):
        adjustable[kind, [4 * kind + 1, 4 * kind + 2]] = True
    return np.concatenate([_same(12), adjustable])


def _scholarship() -> Bools:
    """Spec 2 * money + long: a bigger or longer place may serve a smaller need."""
    money, length = np.divmod(np.arange(6), 2)
    return (money[:, None] >= money) & (length[:, None] >= length)


CATEGORIES = (
    Category("gift", _same(1), merges=True),
    Category("goods", _same(1), merges=True),
    Category("insurance", _same(1), merges=True),
    Category("mobility", _mobility(), caps=True),
    Category("bicycle", _same(3), caps=True),
    Category("livelihood", _same(6), caps=True),
    Category("scholarship", _scholarship()),
    Category("housing", _same(1), merges=True, is_project=True),
)
