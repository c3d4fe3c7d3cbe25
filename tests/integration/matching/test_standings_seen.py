"""Whether a need's standing holds and in which groups its household is: the same by every read."""

from datetime import timedelta

import pytest

from app.households.models import Member, Standing
from app.households.rules import OLD_AGE
from app.kernel.clock import today
from app.kernel.ids import new_id
from app.matching.queries.groups import groups_of
from app.matching.queries.open_rows import STANDING_ENDED
from app.matching.queries.policy import load_policy
from app.matching.queries.snapshots import read_snapshot
from app.matching.rules.snapshot import Scope
from tests.factories.cast import WARD_A

KIND = "qua_tet"
DAY = timedelta(days=1)
OLD = {"birth_year": today().year - OLD_AGE}

# What the need's own standing is, what else the household has; the bar and groups that follow.
CASES = {
    "holds": ({}, [], None, ("poor",)),
    "ends today": ({"valid_until": today()}, [], None, ("poor",)),
    "ended yesterday": ({"valid_until": today() - DAY}, [], STANDING_ENDED, ()),
    "begins tomorrow": ({"valid_from": today() + DAY}, [], None, ()),
    "was ended": ({"state": "ended"}, [], STANDING_ENDED, ()),
    "another holds": (
        {"state": "ended"}, [Standing(kind="child")], STANDING_ENDED, ("child",),
    ),
    "two hold": ({}, [Standing(kind="child")], None, ("child", "poor")),
    "an elder by this year": ({}, [Member(**OLD)], None, ("elderly", "poor")),
    "not yet an elder": (
        {}, [Member(birth_year=OLD["birth_year"] + 1)], None, ("poor",),
    ),
    "an elder who left": ({}, [Member(left_on=today() - DAY, **OLD)], None, ("poor",)),
    "an elder alone": ({"state": "ended"}, [Member(**OLD)], STANDING_ENDED, ("elderly",)),
}  # fmt: skip


@pytest.fixture(params=CASES, ids=str)
def case(request, session, make_open_need):
    """A need of such a household, with the bar and the groups to be read."""
    own, others, bar, groups = CASES[request.param]
    need = make_open_need()
    standing = session.get_one(Standing, need.standing_id)
    for name, value in own.items():
        setattr(standing, name, value)
    for other in others:
        session.add(_of(need.household_id, standing, other))
    session.flush()
    return need, bar, groups


def _of(household_id, standing, other):
    """A member or standing of the household, complete."""
    home = {"id": new_id(), "ward_code": WARD_A, "household_id": household_id}
    if isinstance(other, Member):
        person = {"name": "Trần Thị Thử", "folded_name": "tran thi thu", "sort_key": "t"}
        return Member(**home, **person, birth_year=other.birth_year, left_on=other.left_on)
    signed = {n: getattr(standing, n) for n in ("created_by", "verified_by", "approved_by")}
    since = {"valid_from": today() - DAY, "state": "approved", "source": "list"}
    return Standing(**home, **signed, **since, kind=other.kind)


@pytest.mark.parametrize("narrowed", ["to the ward", "to a kind", "to the need"])
def test_each_read_sees_the_same(session, case, narrowed):
    need, bar, groups = case
    to = {"to the ward": {}, "to a kind": {"kind_code": KIND}, "to the need": {"need_id": need.id}}
    scope = Scope(frozenset({WARD_A}), today(), **to[narrowed])

    seen = read_snapshot(session, scope, load_policy(session).rules)

    (row,) = seen.needs
    assert (row.bar, row.groups) == (bar, groups)


def test_whoever_decides_reads_the_same_groups(session, case):
    need, _, groups = case

    assert groups_of(session, {need.household_id}, today()).get(need.household_id, ()) == groups
