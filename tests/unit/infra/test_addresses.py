"""An address joined from its parts is the one that Flask would give."""

from urllib.parse import urlencode

import pytest
from flask import Blueprint, Flask, url_for

from app.infra import addresses
from app.infra.addresses import address, query_of


@pytest.fixture(scope="module")
def app():
    made, area = Flask(__name__), Blueprint("area", __name__, url_prefix="/area")
    area.add_url_rule("/", "index")
    area.add_url_rule("/<thing_id>", "show")
    area.add_url_rule("/<int:n>/parts/<part>", "part")
    area.add_url_rule("/list.<any(csv, xlsx):ending>", "export")
    area.add_url_rule("/two/<x>", "two")
    area.add_url_rule("/three/<x>/<y>", "two")
    area.add_url_rule("/all/<path:way>", "way")
    made.register_blueprint(area)
    addresses.init_app(made)
    return made


@pytest.mark.parametrize(
    ("endpoint", "values"),
    [
        ("area.index", {}),
        (".index", {"state": "submitted", "after": None, "n": 3}),
        (".index", {"q": "Đồi mây", "next": "/desk?x=1", "list": ["a", "b"]}),
        (".show", {"thing_id": "24z27q2z4qbyxq24"}),
        (".show", {"thing_id": "a/b c", "more": "&"}),
        (".show", {"thing_id": "x", "_anchor": "decide"}),
        ("area.part", {"n": 12, "part": "x-1", "part2": "é"}),
        (".part", {"n": 12, "part": 7}),
        (".export", {"ending": "csv", "kind": "xe_lan"}),
        (".two", {"x": "1"}),
        (".two", {"x": "1", "y": "2"}),
        (".way", {"way": "a/b"}),
        (".index", {"_external": True}),
    ],
)
@pytest.mark.parametrize("root", ["", "/under"])
def test_it_is_what_flask_gives(app, endpoint, values, root):
    with app.test_request_context("/area/", environ_overrides={"SCRIPT_NAME": root}):
        assert address(endpoint, **values) == url_for(endpoint, **values)


@pytest.mark.parametrize("values", [{}, {"thing_id": None}])
def test_a_missing_part_is_a_fault(app, values):
    with app.test_request_context("/area/"):
        with pytest.raises(Exception, match="Could not build url") as ours:
            address(".show", **values)
        with pytest.raises(type(ours.value)):
            url_for(".show", **values)


def test_an_unknown_page_is_a_fault(app):
    with app.test_request_context("/area/"), pytest.raises(Exception, match="Could not build url"):
        address("area.nothing")


def test_a_query_is_written_as_urlencode_writes_it():
    values = {"first": "2026-01-01", "group": "tổ 5 & 6", "kind": "qua_tet", "plus": "a+b/c"}

    assert query_of({**values, "left": None, "out": ""}) == urlencode(values)
