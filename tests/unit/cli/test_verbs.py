"""Every verb of the table loads, and loads nothing that it does not need."""

import subprocess
import sys

import pytest
from click.testing import CliRunner

from app.cli import VERBS, Verbs, main


def offered():
    return Verbs().list_commands(None)


@pytest.mark.parametrize("verb", offered())
def test_a_verb_tells_what_it_does(verb):
    told = CliRunner().invoke(main, [verb, "--help"])

    assert told.exit_code == 0, told.output
    assert verb in told.output


def test_verbs_are_listed_without_being_loaded():
    program = "import sys, app.cli as c; c.main(['--help'], standalone_mode=False); "
    program += "sys.exit(any(m in sys.modules for m in ('flask', 'sqlalchemy', 'redis')))"

    done = subprocess.run([sys.executable, "-c", program], capture_output=True, check=False)

    assert done.returncode == 0, done.stderr


def test_an_unknown_verb_is_refused():
    told = CliRunner().invoke(main, ["fly"])

    assert told.exit_code == 2
    assert "No such command" in told.output


def test_the_table_tells_each_verb_in_a_line():
    assert all(words.endswith(".") and len(words) < 80 for words in VERBS.values())
