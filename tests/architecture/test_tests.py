"""A test that is not collected is worse than none: it looks as if it passed."""

import ast

from tests.architecture.sources import functions, name_of, python_files, tree_of

LONGEST_TEST = 40
MOST_FIXTURES = 6


def test_files():
    return [p for p in python_files("tests") if p.name.startswith("test_")]


test_files.__test__ = False


def is_fixture(function):
    return any(
        "fixture" in ast.unparse(d) or "given" in ast.unparse(d) for d in function.decorator_list
    )


def test_no_test_function_is_left_out():
    """A top-level function that nobody calls was meant as a test."""
    forgotten = set()
    for path in test_files():
        tree = tree_of(path)
        used = {n.id for n in ast.walk(tree) if isinstance(n, ast.Name)}
        for node in tree.body:
            if not isinstance(node, ast.FunctionDef) or node.name.startswith("test_"):
                continue
            if node.name not in used and not is_fixture(node):
                forgotten.add(f"{name_of(path)}:{node.name}")

    assert forgotten == set()


def test_no_two_tests_of_a_file_have_one_name():
    repeated = set()
    for path in test_files():
        names = [f.name for f in tree_of(path).body if isinstance(f, ast.FunctionDef)]
        repeated |= {f"{name_of(path)}:{n}" for n in names if names.count(n) > 1}

    assert repeated == set()


def test_tests_are_short():
    long = {
        f"{name_of(p)}:{f.name}"
        for p in test_files()
        for f in functions(tree_of(p))
        if f.name.startswith("test_") and f.end_lineno - f.lineno + 1 > LONGEST_TEST
    }

    assert long == set()


def test_no_test_is_skipped_without_a_browser_as_its_reason():
    skipping = {
        name_of(p)
        for p in test_files()
        for n in ast.walk(tree_of(p))
        if isinstance(n, ast.Attribute) and n.attr in {"skip", "skipif", "xfail"}
    }

    assert skipping == set()
