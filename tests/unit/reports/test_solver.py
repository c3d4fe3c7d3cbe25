"""Nobody solves the published tables for a family: linear algebra over all that was ever told.

The unknowns are what each household had of each kind in each month. Every figure of every issue
is an equation over them: a kind's row, and the total on the front page. Whatever a reader adds
and subtracts lies in the space of those equations (TRUST.md, S10).
"""

from fractions import Fraction
from itertools import combinations

from hypothesis import given, settings
from hypothesis import strategies as st

from app.catalogue.rules import smallest_crowd
from app.reports.rules import HandedMonth, publishable

KINDS = ("qua_tet", "xe_lan")
HOMES = "abcdefghijkl"
MONTHS = 4
SOME_HOMES = st.lists(st.sampled_from(HOMES), min_size=1, max_size=len(HOMES), unique=True)
STORY = st.fixed_dictionaries(
    {kind: st.lists(SOME_HOMES, min_size=MONTHS, max_size=MONTHS) for kind in KINDS}
)


def month_of(homes, turn, before):
    few = tuple(homes) if len(homes) < 10 else ()
    new = set(homes) - before
    return HandedMonth(len(homes), few, len(new), units=1 + 13**turn, dong=0)


def months_of(told):
    """A kind's months as the database counts them: each household keeps what it had."""
    had = set()
    for turn, homes in enumerate(told):
        yield month_of(homes, turn, had)
        had |= set(homes)


def told_months(kind, months, issue):
    """How many months an issue's figure is about; None where it is withheld."""
    shown = publishable(months[:issue], kind).units
    if shown is None:
        return None
    sums = [sum(m.units for m in months[:n]) for n in range(issue + 1)]
    return sums.index(shown)


def equations(story):
    """Every published figure as the set of (kind, month, household) that it sums."""
    for issue in range(MONTHS + 1):
        total = set()
        for kind in KINDS:
            months = list(months_of(story[kind]))
            until = told_months(kind, months, issue)
            cells = {
                (kind, turn, home)
                for turn, homes in enumerate(story[kind][: until or 0])
                for home in homes
            }
            total |= cells
            if until is not None:
                yield cells
        yield total


def rank(rows):
    """The rank of a matrix of whole numbers, by elimination in fractions."""
    rows, found = [[Fraction(value) for value in row] for row in rows], 0
    for column in range(len(rows[0]) if rows else 0):
        pivot = next((r for r in range(found, len(rows)) if rows[r][column]), None)
        if pivot is None:
            continue
        rows[found], rows[pivot] = rows[pivot], rows[found]
        for below in range(found + 1, len(rows)):
            share = rows[below][column] / rows[found][column]
            if share:
                rows[below] = [
                    one - share * other for one, other in zip(rows[below], rows[found], strict=True)
                ]
        found += 1
    return found


def solvable(figures, cells, wanted):
    """Whether a sum over `wanted` follows from the figures."""
    rows = [[int(cell in figure) for cell in cells] for figure in figures]
    return rank(rows) == rank([*rows, [int(cell in wanted) for cell in cells]])


def spans(story, kind):
    """The cells of each run of months of a kind, and the households they are about."""
    for first, last in combinations(range(MONTHS + 1), 2):
        months = range(first, last)
        cells = {(kind, turn, home) for turn in months for home in story[kind][turn]}
        yield cells, {home for _, _, home in cells}


@settings(max_examples=40)
@given(STORY)
def test_no_sum_over_too_few_households_follows_from_all_tables_and_issues(story):
    figures = [figure for figure in equations(story) if figure]
    cells = sorted({(k, t, h) for k in KINDS for t in range(MONTHS) for h in story[k][t]})

    for kind in KINDS:
        for wanted, homes in spans(story, kind):
            if len(homes) < smallest_crowd(kind_code=kind):
                assert not solvable(figures, cells, wanted)
        for home in HOMES:
            own = {cell for cell in cells if cell[0] == kind and cell[2] == home}
            assert not own or not solvable(figures, cells, own)


def test_the_solver_finds_what_a_careless_table_would_tell():
    cells = [("qua_tet", 0, "a"), ("qua_tet", 0, "b")]

    assert solvable([set(cells), {cells[0]}], cells, {cells[1]})
    assert not solvable([set(cells)], cells, {cells[1]})
