"""The count of a ballot: Borda's points, each constituency as loud, few voters told together."""

import random
from fractions import Fraction

import pytest

from app.matching.rules.ballots import (
    FEWEST_SHOWN,
    Constituency,
    Slip,
    fault_in,
    outcome_of,
    points_of,
    pooled,
    version_of,
)

ABC = ("v1", "v2", "evenness-first")
STAFF, DONORS, VOLUNTEERS, ORGANISATIONS = Constituency


def slips_of(seed, candidates=ABC):
    """Some rankings, with ties and gaps, of every constituency."""
    chance = random.Random(seed)
    return [
        Slip(
            chance.choice(list(Constituency)),
            {
                c: chance.randint(1, len(candidates))
                for c in chance.sample(candidates, chance.randint(1, len(candidates)))
            },
            chance.choice([1, 1, 1, 7]),
        )
        for _ in range(chance.randint(1, 40))
    ]


def test_points_are_two_for_each_candidate_behind_and_one_for_each_beside():
    assert points_of({"v1": 1, "v2": 2, "evenness-first": 3}, ABC) == {
        "v1": 4, "v2": 2, "evenness-first": 0,
    }  # fmt: skip
    assert points_of({"v1": 1, "v2": 1}, ABC) == {"v1": 3, "v2": 3, "evenness-first": 0}
    assert points_of({"v2": 3}, ABC) == {"v1": 1, "v2": 4, "evenness-first": 1}


@pytest.mark.parametrize("seed", range(60))
def test_every_slip_gives_the_same_sum_of_points(seed):
    for slip in slips_of(seed):
        assert sum(points_of(slip.ranking, ABC).values()) == len(ABC) * (len(ABC) - 1)


@pytest.mark.parametrize("seed", range(60))
def test_who_voted_in_which_order_changes_nothing(seed):
    slips = slips_of(seed)

    shuffled = random.Random(seed + 1).sample(slips, len(slips))

    assert outcome_of(ABC, shuffled) == outcome_of(ABC, slips)


@pytest.mark.parametrize("seed", range(60))
def test_no_candidate_is_favoured_by_its_name(seed):
    slips = slips_of(seed)
    other = dict(zip(ABC, (*ABC[1:], ABC[0]), strict=True))
    renamed = [
        Slip(s.constituency, {other[c]: rank for c, rank in s.ranking.items()}, s.votes)
        for s in slips
    ]

    before, after = outcome_of(ABC, slips), outcome_of(ABC, renamed)

    assert {other[c]: score for c, score in before.totals.items()} == dict(after.totals)


@pytest.mark.parametrize("seed", range(120))
def test_raising_a_candidate_never_lowers_it(seed):
    slips = slips_of(seed)
    chance = random.Random(seed)
    candidate, at = chance.choice(ABC), chance.randrange(len(slips))
    raised = slips[at].ranking | {candidate: 1}
    lowered = {c: r if c == candidate else r + 1 for c, r in raised.items()}
    better = [*slips]
    better[at] = Slip(slips[at].constituency, lowered, slips[at].votes)

    before, after = outcome_of(ABC, slips), outcome_of(ABC, better)

    if before.totals:
        assert after.totals[candidate] >= before.totals[candidate]
        assert after.places[candidate] <= before.places[candidate]


def test_each_constituency_is_as_loud_however_many_it_has():
    many = [Slip(STAFF, {"v1": 1, "v2": 2}, 100)]
    few = [Slip(DONORS, {"v2": 1, "v1": 2}, FEWEST_SHOWN)]

    outcome = outcome_of(("v1", "v2"), many + few)

    assert outcome.totals == {"v1": Fraction(1, 2), "v2": Fraction(1, 2)}
    assert outcome.places == {"v1": 1, "v2": 1}


@pytest.mark.parametrize(
    ("voters", "told"),
    [
        ({STAFF: 9, DONORS: 6}, [(STAFF,), (DONORS,)]),
        ({STAFF: 9, DONORS: 4, VOLUNTEERS: 2}, [(STAFF,), (DONORS, VOLUNTEERS)]),
        ({STAFF: 9, DONORS: 4, ORGANISATIONS: 7}, [(STAFF,), (DONORS, ORGANISATIONS)]),
        ({STAFF: 9, DONORS: 4}, [(DONORS, STAFF)]),
        ({STAFF: 2, DONORS: 2}, []),
        ({}, []),
    ],
)
def test_a_constituency_of_few_is_not_told_alone(voters, told):
    assert pooled(voters) == told


@pytest.mark.parametrize("seed", range(120))
def test_whatever_is_told_stands_on_enough_voters(seed):
    outcome = outcome_of(ABC, slips_of(seed))

    assert all(pool.voters >= FEWEST_SHOWN for pool in outcome.pools)
    assert bool(outcome.pools) == bool(outcome.totals) == (outcome.voters >= FEWEST_SHOWN)


def test_a_ranking_names_candidates_and_their_places_only():
    assert fault_in({"v1": 1, "v2": 3}, ABC) is None
    assert fault_in({}, ABC) == "ballot-ranks-nothing"
    assert fault_in({"v9": 1}, ABC) == "ballot-rank-unknown"
    assert fault_in({"v1": 4}, ABC) == "ballot-rank-unknown"
    assert [version_of(c) for c in ("v12", "evenness-first", "v", "vx")] == [12, None, None, None]
