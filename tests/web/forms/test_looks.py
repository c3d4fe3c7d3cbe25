"""Whoever is shown a household's name has looked, and the journal says so (TRUST.md, 4.5)."""

import pytest
from sqlalchemy import event, func, select, text
from sqlalchemy.exc import OperationalError

from app.audit.models import AuditDetail, AuditEvent
from app.infra.database import engine_in_use

# Long enough to be somebody's and nothing else on a page.
LONG = 6


@pytest.fixture
def known(examples):
    """Something to open for each parameter of an address: a page's own before any other's."""

    def values_for(rule):
        own = examples.get(rule.endpoint)
        all_known = {k: v for e in examples.values() for k, v in (e.page[1] | e.to).items()}
        values = all_known | (own.page[1] | own.to if own else {})
        wanted = rule.arguments
        return {k: values[k] for k in wanted} if wanted <= values.keys() else None

    return values_for


@pytest.fixture
def looks_at(browse, examples, session):
    """Whether a page shows a name of the book, and how many events its opening wrote."""
    asked = text("select head_name from household union select name from member")
    names = {name for name in session.scalars(asked) if len(name) >= LONG}
    newest = select(func.coalesce(func.max(AuditEvent.id), 0))

    def look(path):
        before = session.scalar(newest)
        answer = browse.client.get(path)
        session.rollback()
        body = answer.get_data().decode("utf-8", "replace")
        is_shown = answer.status_code == 200 and any(name in body for name in names)
        return is_shown, session.scalar(newest) - before

    return look


@pytest.fixture
def pages(app, browse, known):
    """Every page that can be opened: its endpoint and an address."""
    rules = [r for r in app.url_map.iter_rules() if "GET" in r.methods]
    opened = [r for r in rules if r.endpoint not in {"static", "accounts.language"}]
    found = [(r.endpoint, known(r)) for r in opened]
    return [(name, browse.address(name, **values)) for name, values in found if values is not None]


@pytest.mark.parametrize("who", ["minh", "tam"])
def test_a_page_with_a_households_name_is_a_look_in_the_journal(browse, cast, pages, looks_at, who):
    browse.sign_in(getattr(cast, who))

    looks = {name: looks_at(path) for name, path in pages}

    shown = {name: events for name, (is_shown, events) in looks.items() if is_shown}
    assert [name for name, events in shown.items() if not events] == []
    assert len(shown) > 5


def test_the_journal_names_whom_a_list_showed(browse, session, cast, make_household):
    home = make_household()
    browse.sign_in(cast.tam)

    browse.get("households.index")

    look = session.scalars(select(AuditEvent).where(AuditEvent.action == "see-names")).one()
    shown = session.scalar(select(AuditDetail.changes).where(AuditDetail.event_id == look.id))
    assert (look.object_id, look.ward_code, shown) == (
        "households.index", "00364", {"households": [home]}
    )  # fmt: skip


def test_a_page_that_shows_nobody_is_no_look(browse, session, cast):
    browse.sign_in(cast.tam)

    browse.get("households.index")

    assert not session.scalars(select(AuditEvent).where(AuditEvent.action == "see-names")).all()


def test_nothing_is_shown_where_the_look_cannot_be_written(browse, session, cast, make_household):
    make_household(name="Lò Thị Kín")
    browse.sign_in(cast.tam)
    session.commit()

    def refuse(_connection, _cursor, statement, *_rest):
        if "INSERT INTO audit_event" in statement:
            raise OperationalError(statement, {}, ConnectionError("read-only"))

    engine = engine_in_use()
    event.listen(engine, "before_cursor_execute", refuse)
    try:
        page = browse.get("households.index", expect=503)
    finally:
        event.remove(engine, "before_cursor_execute", refuse)

    assert not page.says("Lò Thị Kín")
