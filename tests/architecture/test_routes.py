"""Every route has one door, its name is area.verb, and each role finds just its own open."""

import re

import pytest
from flask import g

from app.accounts.access import SignInNeeded
from app.accounts.rules import NOBODY, POLICY, Action, Actor, Role
from app.kernel.errors import NotFound
from tests.architecture.sources import name_of, python_files

# Made by the framework and the factory, not by an area.
WITHOUT_A_DOOR = {"static", "csp_report"}
KEBAB = re.compile(r"^[a-z0-9]+(-[a-z0-9]+)*$")


@pytest.fixture(scope="module")
def routes(flask_app):
    return [r for r in flask_app.url_map.iter_rules() if r.endpoint not in WITHOUT_A_DOOR]


@pytest.fixture(scope="module")
def doors(flask_app, routes):
    """Endpoint -> the action it asks for, None if public, "no door" if it has none."""
    found = {}
    for rule in routes:
        view = flask_app.view_functions[rule.endpoint]
        found[rule.endpoint] = getattr(view, "nc_access", "no door")
    return found


def test_every_route_has_one_door(doors):
    assert {endpoint for endpoint, door in doors.items() if door == "no door"} == set()


def test_every_door_is_in_the_policy(doors):
    assert {door for door in doors.values() if door is not None} <= set(POLICY)


def test_every_action_of_the_policy_is_asked_for_somewhere(doors):
    files = [p for p in python_files("app") if not name_of(p).endswith("/rules.py")]
    sources = "".join(p.read_text(encoding="utf-8") for p in files)

    idle = {a for a in Action if a not in doors.values() and f"Action.{a.name}" not in sources}

    assert idle == set()


def test_paths_are_kebab_case(routes):
    # The style guide stands aside, where no page of the trade can want to be.
    odd = {
        rule.rule
        for rule in routes
        if not rule.endpoint.startswith("components.")
        for part in re.sub(r"<[^>]+>", "", rule.rule).split("/")
        if part and not KEBAB.match(part.partition(".")[0])
    }

    assert odd == set()


class Reached(Exception):
    """The view behind the door asked for the database."""


def is_let_in(app, endpoint, actor):
    """Whether the route's own guard lets the actor through to its view.

    The view itself gets no database, and how it fails then does not matter.
    """
    view = app.view_functions[endpoint]
    with app.test_request_context():
        g.actor, g.language, g.session_token = actor, "vi", ""
        try:
            view()
        except SignInNeeded:
            return False
        except NotFound as refused:
            return refused.code != "page"
        except Exception:  # noqa: BLE001 - any failure beyond the door is the view's.
            return True
    return True


@pytest.fixture
def no_database(monkeypatch):
    def refuse():
        raise Reached

    for maker in ("new_session", "silent_session"):
        monkeypatch.setattr(f"app.infra.transaction.{maker}", refuse)


SIGNED_IN = [role for role in Role if role not in {Role.PUBLIC, Role.SYSTEM}]


@pytest.mark.usefixtures("no_database")
@pytest.mark.parametrize("role", SIGNED_IN)
def test_a_role_enters_by_the_policys_doors_only(flask_app, doors, role):
    actor = Actor(account_id="x", role=role)

    wrong = {
        endpoint
        for endpoint, door in doors.items()
        if door is not None and is_let_in(flask_app, endpoint, actor) != (role in POLICY[door])
    }

    assert wrong == set()


@pytest.mark.usefixtures("no_database")
def test_a_stranger_enters_by_public_doors_only(flask_app, doors):
    guarded = {endpoint for endpoint, door in doors.items() if door is not None}

    assert {e for e in guarded if is_let_in(flask_app, e, NOBODY)} == set()
