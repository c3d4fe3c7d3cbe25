"""One owner of the commit; writes never cross an area."""

import ast

from tests.architecture.sources import imports_of, name_of, python_files, tree_of

COMMITTERS = {"app/infra/transaction.py"}
# They act on a connection of their own, before there is an application: roles and migrations.
OUTSIDE_THE_TRADE = {"app/infra/migrate.py"}


def commits_in(tree):
    return [
        node.lineno
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr == "commit"
    ]


def test_only_the_transaction_commits():
    files = [p for p in python_files("app", "worker") if name_of(p) not in OUTSIDE_THE_TRADE]

    found = {name_of(p) for p in files if commits_in(tree_of(p))}

    assert found <= COMMITTERS


def test_an_areas_actions_write_no_other_areas_models():
    crossing = set()
    for path in python_files("app"):
        parts = name_of(path).split("/")
        if parts[2:3] not in (["actions.py"], ["actions"]):
            continue
        for module in imports_of(tree_of(path)):
            words = module.split(".")
            if (
                words[0] == "app"
                and words[2:3] == ["models"]
                and words[1] not in {parts[1], "infra"}
            ):
                crossing.add(f"{name_of(path)} imports {module}")

    assert crossing == set()


def test_nobody_goes_around_the_transaction():
    """Only access to the session makers of infra could slip past transaction()."""
    makers = {"app.infra.database.new_session", "app.infra.database.silent_session"}
    files = [p for p in python_files("app", "worker") if name_of(p) not in COMMITTERS]

    found = {name_of(p) for p in files if makers & set(imports_of(tree_of(p)))}

    assert found == set()
