"""Who of two households is one person, which facts are said twice, whose value stays."""

from datetime import date

from app.households.rules import (
    Fact,
    MergeDraft,
    Person,
    Side,
    Someone,
    differing,
    repeated_facts,
    same_people,
)


def someone(id_, name="lan", year=1950, **known):
    return Someone(id_, Person(name, birth_year=year, **known))


def test_one_name_and_birth_is_one_person():
    same = same_people([someone("a"), someone("b", "hoa")], [someone("c"), someone("d", "cuc")])

    assert same == {"c": "a"}


def test_two_numbers_are_two_people_whatever_their_names():
    one, other = someone("a", citizen_index=b"1"), someone("b", citizen_index=b"2")

    assert same_people([one], [other]) == {}


def test_a_person_is_taken_once():
    assert same_people([someone("a")], [someone("b"), someone("c")]) == {"b": "a"}


def test_another_day_of_birth_is_another_person():
    one = someone("a", born_on=date(1950, 1, 2))
    other = someone("b", born_on=date(1950, 2, 1))

    assert same_people([one], [other]) == {}


def test_of_one_fact_said_twice_the_longer_stays():
    kept = [Fact("a", "poor", None, date(2026, 1, 1)), Fact("b", "disability", "x", None)]
    closed = [Fact("c", "poor", None, date(2027, 1, 1)), Fact("d", "disability", "y", None)]

    assert repeated_facts(kept, closed, {"y": "x"}) == {"a", "d"}
    assert repeated_facts(kept, closed, {}) == {"a"}


def test_a_value_that_only_one_says_stays_unasked():
    draft = MergeDraft({"note": Side.CLOSED}, "một nhà")

    assert draft.side_of("phone", None, "0912") is Side.CLOSED
    assert draft.side_of("phone", "0911", "0912") is Side.KEPT
    assert draft.side_of("note", "một", "hai") is Side.CLOSED


def test_what_both_say_differently_is_asked():
    kept = dict.fromkeys(("head_name", "group", "address", "phone", "size", "own_code", "note"))
    ours, theirs = kept | {"phone": "1", "size": 2}, kept | {"phone": "2", "size": 2, "note": "x"}

    assert differing(ours, theirs) == ["phone"]
