"""`./nhipcau import households FILE`: enters a list in a ward's book."""

from pathlib import Path

import click
import pytest

from app.cli.household_book import enter
from app.households import queries
from app.households.rules import HouseholdFilter
from app.households.sheets import read_list
from app.infra.database import bind
from app.infra.transaction import transaction
from app.kernel.clock import today

LIST = Path(__file__).parents[2] / "data" / "households" / "ward_list.xlsx"


@pytest.fixture
def file():
    body = LIST.read_bytes()
    return LIST.name, body, read_list(body, LIST.name, today())


@pytest.fixture
def run(settings, engine, file):
    """The command's work on this file, with the engine of this process put back after it."""

    def make(ward_code="00364", officer=None):
        try:
            return enter(settings, ward_code, officer, file)
        finally:
            bind(engine)

    return make


@pytest.fixture
def staffed(session, database, cast):
    """Ward A with its officer, committed."""
    session.commit()
    return cast


def test_the_command_enters_the_good_rows_once(run, staffed):
    entered = run()

    assert (entered.households, entered.number) == (276, 1)
    with transaction() as own:
        page = queries.households_seen_by(own, staffed.minh, HouseholdFilter())
    assert page.total == 276
    with pytest.raises(click.ClickException, match="đã được ghi sổ"):
        run()


@pytest.mark.usefixtures("staffed")
def test_an_unknown_ward_or_officer_is_refused_in_one_sentence(run):
    with pytest.raises(click.ClickException, match="no such officer"):
        run(officer="nobody@example.com")
    with pytest.raises(click.ClickException):
        run("99999")
