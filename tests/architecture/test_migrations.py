"""Migrations form one line, name their newest, and stand on their own."""

import re

from alembic.script import ScriptDirectory

from tests.architecture.sources import ROOT, imports_of, name_of, python_files, tree_of

NAME = re.compile(r"^\d{4}_[a-z0-9_]+$")


def test_head_names_the_newest_migration():
    script = ScriptDirectory(str(ROOT / "migrations"))

    assert [(ROOT / "migrations/HEAD").read_text().strip()] == script.get_heads()


def test_no_migration_imports_the_application():
    importing = {
        name_of(path)
        for path in python_files("migrations/versions")
        if any(m.split(".")[0] in {"app", "worker"} for m in imports_of(tree_of(path)))
    }

    assert importing == set()


def test_migrations_are_numbered_and_named():
    odd = [p.stem for p in python_files("migrations/versions") if not NAME.match(p.stem)]
    numbers = [p.stem[:4] for p in python_files("migrations/versions")]

    assert odd == []
    assert len(numbers) == len(set(numbers))
