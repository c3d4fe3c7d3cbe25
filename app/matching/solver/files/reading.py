"""A folder as one checked instance: tables, geography, blocked pairs, fund."""

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from app.matching.solver.columns import Bools, Ints
from app.matching.solver.files.kinds import CATEGORIES
from app.matching.solver.files.tables import FileFault, Table, read_table
from app.matching.solver.problem import GROUP_BITS, MOST_COMPOSITE, MOST_QUANTITY, PROVINCE, WARD

NEED_COLUMNS = (
    "need_id", "household", "ward", "category", "spec", "groups", "programme", "start",
    "deadline", "qty", "score", "urgency", "waiting",
)  # fmt: skip
PLEDGE_COLUMNS = (
    "pledge_id", "origin", "category", "spec", "qty", "scope_kind", "scope_id", "groups",
    "programme", "avail_from", "avail_to",
)  # fmt: skip
MOST_URGENCY = 1_000
LARGEST_ID = 2**59  # Eight categories of each still have numbers of their own.


@dataclass(frozen=True, slots=True)
class Instance:
    """All that a folder holds; needs and pledges as they stand in the files.

    cluster, province: of each ward, by ward number.
    """

    needs: Table
    pledges: Table
    cluster: Ints
    province: Ints
    blocked: Table
    fund: int
    digest: str


def read_instance(folder: Path) -> Instance:
    """Read and check a folder. Raises FileFault with a sentence for the first thing wrong."""
    geo = read_table(folder, "geo.csv", ("ward", "cluster", "province"))
    needs = read_table(folder, "needs.csv", NEED_COLUMNS)
    pledges = read_table(folder, "pledges.csv", PLEDGE_COLUMNS)
    blocked = read_table(folder, "blocked.csv", ("household", "category"))
    fund, said = _meta(folder)
    wards = _check_geo(geo)
    _check_needs(needs, wards)
    _check_pledges(pledges, wards, geo["province"])
    blocked.refuse(_outside(blocked["category"], len(CATEGORIES)), "category", "not a category")
    digest = _digest(needs, pledges, blocked, fund)
    if digest != said:
        raise FileFault("meta.json", None, "the digest is not that of the files")
    order = np.argsort(geo["ward"])
    return Instance(
        needs, pledges, geo["cluster"][order], geo["province"][order], blocked, fund, digest
    )


def _meta(folder: Path) -> tuple[int, str]:
    file = "meta.json"
    try:
        meta = json.loads((folder / file).read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise FileFault(file, None, "the file is missing") from None
    except json.JSONDecodeError as cause:
        raise FileFault(file, cause.lineno, f"this is not JSON ({cause.msg})") from cause
    except (OSError, UnicodeDecodeError) as cause:
        raise FileFault(file, None, f"the file cannot be read ({cause})") from cause
    if not isinstance(meta, dict):
        raise FileFault(file, 1, "this is not an object with names")
    fund, digest = meta.get("fund_total"), meta.get("digest")
    if not isinstance(fund, int) or isinstance(fund, bool) or not 0 <= fund <= MOST_QUANTITY:
        raise FileFault(file, None, f"fund_total is {fund!r}, not a whole number from 0 on")
    if not isinstance(digest, str):
        raise FileFault(file, None, "the digest is missing")
    return fund, digest


def _outside(column: Ints, end: int, least: int = 0) -> Bools:
    return np.asarray((column < least) | (column >= end))


def _check_geo(geo: Table) -> int:
    geo.refuse_twice("ward")
    geo.refuse(_outside(geo["ward"], len(geo)), "ward", "but wards are numbered from 0 without gap")
    for column in ("cluster", "province"):
        geo.refuse(geo[column] < 0, column, "below 0")
    _, first, number = np.unique(geo["cluster"], return_index=True, return_inverse=True)
    torn = geo["province"][first][number] != geo["province"]
    geo.refuse(torn, "province", "but an earlier ward puts the cluster into another one")
    return len(geo)


def _check_needs(needs: Table, wards: int) -> None:
    needs.refuse_twice("need_id")
    needs.refuse(needs["need_id"] < 0, "need_id", "below 0")
    needs.refuse(_outside(needs["household"], LARGEST_ID), "household", "not a household number")
    needs.refuse(_outside(needs["ward"], wards), "ward", "which geo.csv does not know")
    _check_kinds(needs, side=1)
    needs.refuse(_outside(needs["qty"], MOST_QUANTITY, 1), "qty", "not a quantity from 1 on")
    needs.refuse(_outside(needs["score"], MOST_COMPOSITE // 2), "score", "not a score from 0 on")
    needs.refuse(_outside(needs["urgency"], MOST_URGENCY // 4), "urgency", "not an urgency")
    needs.refuse(needs["waiting"] < 0, "waiting", "below 0")
    _check_capped(needs)


def _check_pledges(pledges: Table, wards: int, province: Ints) -> None:
    pledges.refuse_twice("pledge_id")
    pledges.refuse(pledges["pledge_id"] < 0, "pledge_id", "below 0")
    pledges.refuse(_outside(pledges["origin"], wards), "origin", "which geo.csv does not know")
    _check_kinds(pledges, side=0)
    pledges.refuse(_outside(pledges["qty"], MOST_QUANTITY), "qty", "not a quantity from 0 on")
    kind, scope = pledges["scope_kind"], pledges["scope_id"]
    pledges.refuse(_outside(kind, WARD + 1), "scope_kind", "not 0, 1 or 2")
    unknown = (kind == WARD) & _outside(scope, wards)
    pledges.refuse(unknown, "scope_id", "a ward that geo.csv does not know")
    unknown = (kind == PROVINCE) & ~np.isin(scope, province)
    pledges.refuse(unknown, "scope_id", "a province that geo.csv does not know")


def _check_kinds(table: Table, side: int) -> None:
    """Category, spec, groups and programme, which both tables have."""
    category = table["category"]
    table.refuse(_outside(category, len(CATEGORIES)), "category", "not a category from 0 to 7")
    specs = np.asarray([kind.fit.shape[side] for kind in CATEGORIES])[category]
    wrong = (table["spec"] < 0) | (table["spec"] >= specs)
    table.refuse(wrong, "spec", "which its category does not know")
    table.refuse(_outside(table["groups"], GROUP_BITS), "groups", "not a set of groups")
    table.refuse(table["programme"] < 0, "programme", "below 0")


def _check_capped(needs: Table) -> None:
    """A household of which one need is served lies in one ward and asks for one unit each."""
    capped = np.asarray([kind.caps for kind in CATEGORIES])[needs["category"]]
    rows = np.flatnonzero(capped)
    key = needs["household"][rows] * len(CATEGORIES) + needs["category"][rows]
    _, first, number, count = np.unique(
        key, return_index=True, return_inverse=True, return_counts=True
    )
    wrong = np.zeros(len(needs), dtype=np.bool_)
    wrong[rows] = needs["ward"][rows[first]][number] != needs["ward"][rows]
    needs.refuse(wrong, "ward", "but the household's first need of this category names another one")
    wrong[rows] = (count[number] > 1) & (needs["qty"][rows] > 1)
    needs.refuse(wrong, "qty", "but of this household's needs of the category one is served")


def _digest(needs: Table, pledges: Table, blocked: Table, fund: int) -> str:
    """SHA-256 over all columns, as the file interface defines it."""
    sha = hashlib.sha256()
    for table, names in ((needs, NEED_COLUMNS), (pledges, PLEDGE_COLUMNS)):
        for name in names:
            sha.update(name.encode())
            sha.update(np.ascontiguousarray(table[name], dtype="<i8").tobytes())
    pairs = np.stack([blocked["household"], blocked["category"]], axis=1)
    sha.update(np.ascontiguousarray(pairs, dtype="<i8").tobytes())
    sha.update(str(fund).encode())
    return sha.hexdigest()
