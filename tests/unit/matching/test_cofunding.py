"""Projects that several pledges pay for: complete or not at all, proven, and told in words."""

from dataclasses import replace

import pytest

from app.matching import snapshot
from app.matching.rules.policy import DEFAULT_POLICY, KindRule
from app.matching.rules.shares import PAID_TOGETHER, shares_for
from app.matching.rules.snapshot import FreeLine, Kind, OpenNeed, Snapshot
from app.matching.rules.table import Table
from tests.unit.matching.test_explaining import LINE, ON, other

REPAIR = Kind("nha_sua", "project", {}, KindRule(0, one_per_household=True))
TOILET = Kind("nha_tieu", "project", {}, KindRule(0, one_per_household=True))
MONEY = Kind("gop_cong_trinh", "money", {}, KindRule(0, one_per_household=False))


def solved(needs, lines, policy=DEFAULT_POLICY):
    kinds = {kind.code: kind for kind in (REPAIR, TOILET, MONEY)}
    seen = Snapshot(
        ON, Table.of(OpenNeed, needs), Table.of(FreeLine, lines), kinds, {"00364": "01"}
    )
    return snapshot.solve(seen, policy)


def repair(number, cost, **changes):
    values = {"kind_code": "nha_sua", "spec": {}, "cost_dong": cost, "units": 1}
    return other(number, **values | changes)


def money(number, units, **spec):
    values = {"id": f"m{number}", "pledge_code": f"CK-{number}", "kind_code": "gop_cong_trinh"}
    return LINE._replace(**values, spec=spec, units=units, unit_value=100_000)


def reasons(result):
    return {u.need_id or u.line_id: u.reason for u in result.unmatched}


def test_several_pledges_pay_for_one_project_completely():
    result = solved([repair(1, 1_000_000)], [money(1, 6), money(2, 9)])

    assert sum(p.units for p in result.proposals) == 10
    assert {p.need_id for p in result.proposals} == {"n1"}
    assert {p.reason["code"] for p in result.proposals} == {PAID_TOGETHER}
    assert result.figures["projects"]["paid"] == 1
    assert result.figures["proposed"] == 1


def test_a_project_that_lacks_money_is_reported_and_never_proposed():
    result = solved([repair(1, 1_000_000)], [money(1, 9)])

    assert not result.proposals
    assert reasons(result)["n1"]["code"] == "project-short"
    assert reasons(result)["n1"]["facts"]["got"] == 900_000
    assert reasons(result)["m1"]["code"] == "money-waits"


@pytest.mark.parametrize(("fund", "is_paid"), [(3, True), (2, False)])
def test_the_fund_adds_what_is_missing_up_to_what_it_has(fund, is_paid):
    result = solved([repair(1, 1_000_000)], [money(1, 7), money(2, fund, fund=True)])

    assert bool(result.proposals) is is_paid


def test_the_fund_adds_no_more_than_the_policy_lets_it():
    lines = [money(1, 6), money(2, 50, fund=True)]

    within = solved([repair(1, 1_000_000)], lines, replace(DEFAULT_POLICY, fund_percent=40))
    beyond = solved([repair(1, 1_000_000)], lines, replace(DEFAULT_POLICY, fund_percent=39))

    assert {p.line_id: p.units for p in within.proposals} == {"m1": 6, "m2": 4}
    assert beyond.proposals == ()


def test_money_goes_only_to_what_it_is_meant_for():
    toilet = repair(2, 500_000, kind_code="nha_tieu")

    result = solved([repair(1, 500_000), toilet], [money(1, 10, **{"for": "nha_tieu"})])

    assert {p.need_id for p in result.proposals} == {"n2"}
    assert reasons(result)["n1"]["code"] == "project-without-money"


def test_a_whole_offer_serves_first_and_leaves_the_money():
    whole = LINE._replace(id="w", kind_code="nha_sua", spec={}, units=1, unit_value=2_000_000)

    result = solved([repair(1, 1_000_000)], [whole, money(1, 20)])

    assert [p.line_id for p in result.proposals] == ["w"]
    assert reasons(result)["m1"]["code"] == "no-project-waits"


def test_the_value_is_proven_and_the_order_of_rows_changes_nothing():
    needs = [repair(n, 700_000 + 100_000 * n, urgency=n % 4) for n in range(12)]
    lines = [money(n, 5 + 3 * n) for n in range(5)]

    there, back = solved(needs, lines), solved(needs[::-1], lines[::-1])

    assert there.proposals == back.proposals
    assert there.figures["projects"]["value"] == there.figures["projects"]["bound"]
    paid = {p.need_id for p in there.proposals}
    for need in needs:
        given = sum(p.units for p in there.proposals if p.need_id == need.id)
        assert given == (shares_for(need.cost_dong) if need.id in paid else 0)


def test_a_declined_pair_is_not_proposed_again():
    kinds = {kind.code: kind for kind in (REPAIR, MONEY)}
    lines = (money(1, 10), money(2, 10))
    seen = Snapshot(
        ON,
        Table.of(OpenNeed, [repair(1, 1_000_000)]),
        Table.of(FreeLine, lines),
        kinds,
        {"00364": "01"},
    )

    result = snapshot.solve(replace(seen, declined=frozenset({("n1", "m1")})), DEFAULT_POLICY)

    assert {p.line_id for p in result.proposals} == {"m2"}
