"""Files, functions and templates stay small enough to be read in one go."""

from tests.architecture.allowed import LONG_FILES, LONG_FUNCTIONS
from tests.architecture.sources import ROOT, functions, name_of, python_files, templates, tree_of

FILE_LINES = 300
FUNCTION_LINES = 40
FUNCTION_LINES_P95 = 25
TEMPLATE_LINES = 120
CONFTEST_LINES = 150


def line_count(path):
    return len(path.read_text(encoding="utf-8").splitlines())


def test_no_file_is_longer_than_300_lines():
    files = python_files("app", "worker", "benchmarks", "tests")

    long = {name_of(p): line_count(p) for p in files if line_count(p) > FILE_LINES}

    assert {name: n for name, n in long.items() if name not in LONG_FILES} == {}


def test_no_template_is_longer_than_120_lines():
    long = {name_of(p): line_count(p) for p in templates() if line_count(p) > TEMPLATE_LINES}

    assert {name: n for name, n in long.items() if name not in LONG_FILES} == {}


def test_conftest_stays_a_list_of_fixtures():
    assert line_count(ROOT / "tests/conftest.py") <= CONFTEST_LINES


def lengths():
    for path in python_files("app", "worker", "benchmarks"):
        for function in functions(tree_of(path)):
            yield f"{name_of(path)}:{function.name}", function.end_lineno - function.lineno + 1


def test_no_function_is_longer_than_40_lines():
    long = {name: n for name, n in lengths() if n > FUNCTION_LINES}

    assert {name: n for name, n in long.items() if name not in LONG_FUNCTIONS} == {}


def test_nineteen_of_twenty_functions_fit_25_lines():
    every = sorted(n for _name, n in lengths())

    assert every[int(len(every) * 0.95)] <= FUNCTION_LINES_P95


def test_every_exception_is_still_needed():
    long_files = {name for name in LONG_FILES if line_count(ROOT / name) > TEMPLATE_LINES}
    long_functions = {name for name, n in lengths() if n > FUNCTION_LINES}

    assert set(LONG_FILES) == long_files
    assert set(LONG_FUNCTIONS) <= long_functions
