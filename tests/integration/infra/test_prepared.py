"""Prepared statements: what is fixed in their text, what they see, and how they are refused."""

import pytest
from sqlalchemy import (
    ARRAY,
    String,
    bindparam,
    create_engine,
    event,
    func,
    insert,
    literal,
    select,
    text,
    update,
)
from sqlalchemy.exc import IntegrityError, OperationalError

from app.infra.columns import among
from app.infra.models import IdempotencyKey, Tick
from app.infra.prepared import Prepared
from app.infra.transaction import transaction
from app.kernel.clock import now

NAMES = select(Tick.name).where(among(Tick.name, bindparam("names", type_=ARRAY(String()))))


@pytest.fixture
def said(engine):
    """Statements as listeners hear them, with what was given."""
    heard = []

    def hear(*told):
        heard.append(told[2:4])

    for moment in ("before_cursor_execute", "after_cursor_execute"):
        event.listen(engine, moment, hear)
    yield heard
    for moment in ("before_cursor_execute", "after_cursor_execute"):
        event.remove(engine, moment, hear)


def test_what_is_fixed_is_text_and_what_is_named_is_not(session, said):
    row = Prepared(select(literal("it's 100% \\ so"), bindparam("word", type_=String()))).row(
        session, {"word": "it's"}
    )

    assert row == ("it's 100% \\ so", "it's")
    assert "it''s 100%" in said[-1][0]
    assert [given for _text, given in said[-2:]] == [{"word": "it's"}] * 2


def test_a_statement_sees_what_its_session_has_been_given(session):
    session.add(Tick(name="dawn", due_at=now()))

    assert Prepared(NAMES).rows(session, {"names": ["dawn", "dusk"]}) == [("dawn",)]


def test_no_row_is_none(session):
    nobody = Prepared(NAMES)

    assert nobody.rows(session, {"names": []}) == []
    assert nobody.row(session, {"names": []}) is None
    assert nobody.value(session, {"names": []}) is None


def test_a_write_tells_how_many_rows_it_changed(session):
    session.add_all([Tick(name=name, due_at=now()) for name in ("dawn", "dusk")])
    later = Prepared(update(Tick).values(due_at=func.now()).where(Tick.name.in_(["dawn", "noon"])))

    assert later.change(session) == 1


def test_a_refusal_names_the_constraint_and_quotes_no_row(session):
    taken = Prepared(
        insert(IdempotencyKey).values(
            actor_key=bindparam("who"), key="one", fingerprint=bindparam("print")
        )
    )
    given = {"who": "somebody-secret", "print": b"x"}
    taken.change(session, given)

    with pytest.raises(IntegrityError) as refused:
        taken.change(session, given)

    assert "pk_idempotency_key" in str(refused.value)
    assert "somebody-secret" not in str(refused.value)


def test_a_lost_connection_is_an_operational_error_and_the_next_one_works(database, servers):
    mine, admin = Prepared(select(func.pg_backend_pid())), create_engine(servers.admin_url)

    with pytest.raises(OperationalError), transaction() as session:
        pid = mine.value(session)
        with admin.begin() as other:
            other.execute(text("select pg_terminate_backend(:pid)"), {"pid": pid})
        mine.value(session)

    admin.dispose()
    with transaction() as session:
        assert mine.value(session) != pid
