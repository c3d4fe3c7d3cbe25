import tomllib

import pytest

from app.catalogue.actions import DATA
from app.kernel.english import counted


@pytest.mark.parametrize(
    ("unit", "count", "words"),
    [
        ("package", 1, "package"),
        ("package", 10, "packages"),
        ("person", 2, "people"),
        ("card/year", 3, "cards/year"),
        ("box", 2, "boxes"),
        ("supply", 2, "supplies"),
        ("day", 2, "days"),
        ("set", 0, "sets"),
    ],
)
def test_a_unit_agrees_with_its_figure(unit, count, words):
    assert counted(unit, count) == words


def test_every_unit_of_the_catalogue_has_a_plural():
    units = {kind["unit"][1] for kind in tomllib.loads(DATA.read_text(encoding="utf-8"))["kind"]}

    assert all(counted(unit, 2) != unit for unit in units)
