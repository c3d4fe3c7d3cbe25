"""A ward's book from the command line, as one of its officers: a list goes in, a list comes out."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import click
from sqlalchemy.orm import Session

from app.accounts import queries as accounts
from app.accounts.actions import name_index
from app.accounts.names import sign_in_name
from app.accounts.rules import Actor, Role
from app.config import Settings
from app.households import actions, queries
from app.households.exports import take_book
from app.households.rules import HouseholdFilter
from app.households.sheets import JudgedRow
from app.households.texts import error_words
from app.infra import database
from app.infra.crypto import FieldCipher, use_cipher
from app.infra.sheets import Sheet
from app.infra.transaction import scoped, transaction
from app.kernel.clock import now, today
from app.kernel.errors import DomainError
from app.places import queries as places

File = tuple[str, bytes, list[JudgedRow]]


@dataclass(frozen=True, slots=True)
class Entered:
    """What became of a list: its rows as judged against the book, and how many were entered."""

    rows: list[JudgedRow]
    households: int
    number: int | None


def enter(settings: Settings, ward_code: str, officer: str | None, file: File) -> Entered:
    """Check a list against the ward's book and enter its good rows, as the web and worker do.

    Raises a click error with one sentence if the ward, the officer or the file is refused.
    """
    with _book_of(settings, ward_code):
        return _entered(ward_code, officer, file)


def take(settings: Settings, ward_code: str, officer: str, search: str) -> Sheet:
    """The ward's households as a table, taken by one of its officers and noted as such.

    Raises a click error with one sentence if the ward or the officer is refused.
    """
    wanted = HouseholdFilter(search)
    with _book_of(settings, ward_code), transaction() as session:
        return take_book(session, _actor(session, ward_code, officer), wanted, at=now())


@contextmanager
def _book_of(settings: Settings, ward_code: str) -> Iterator[None]:
    """The database and its keys, narrowed to one ward."""
    engine = database.make_engine(settings)
    database.bind(engine)
    use_cipher(FieldCipher(settings.field_keys, settings.index_key))
    try:
        with scoped({ward_code}):
            yield
    except DomainError as refused:
        raise click.ClickException(error_words(refused.code, refused.facts)) from refused
    finally:
        engine.dispose()


def _entered(ward_code: str, officer: str | None, file: File) -> Entered:
    name, body, rows = file
    with transaction() as session:
        actor = _actor(session, ward_code, officer)
        upload = actions.Upload(name, body)
        import_id = actions.start_import(session, actor, ward_code, upload, now=now())
        rows = actions.with_stored_twins(session, ward_code, rows)
        actions.store_rows(session, import_id, ward_code, rows)
        actions.finish_check(session, import_id, rows)
    with transaction() as session:
        actions.begin_commit(session, actor, import_id)
        count = actions.commit_import(session, actor, import_id, now=now(), today=today())
        return Entered(rows, count, queries.import_for(session, actor, import_id).number)


def _actor(session: Session, ward_code: str, officer: str | None) -> Actor:
    places.ward(session, ward_code)
    account_id = _officer(session, ward_code, officer)
    named = accounts.names_of(session, {account_id})
    wards = frozenset({ward_code})
    return Actor(account_id, Role.WARD_OFFICER, ward_codes=wards, name=named[account_id])


def _officer(session: Session, ward_code: str, officer: str | None) -> str:
    """The account in whose name the list is entered: the one named, else the ward's first."""
    staff = accounts.staff_of_ward(session, ward_code, Role.WARD_OFFICER, now())
    if officer is not None:
        index = name_index(sign_in_name(officer))
        account = accounts.account_by_index(session, index)
        staff = [i for i in staff if account is not None and i == account.id]
    if not staff:
        raise click.ClickException("no such officer in this ward: a list is entered by one")
    return staff[0]
