"""Figures, dates and addresses as templates write them."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
import time_machine
from babel.dates import format_timedelta
from flask import Flask, g
from wtforms import (
    DateField,
    FileField,
    IntegerField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)

from app.infra import jinja
from app.infra.forms import BaseForm

MORNING = datetime(2026, 11, 23, 2, 5, tzinfo=UTC)
LATE = datetime(2026, 11, 22, 17, 30, tzinfo=UTC)


@pytest.fixture
def english():
    with Flask(__name__).test_request_context():
        g.language = "en"
        yield


def test_an_instant_is_shown_on_vietnams_day_and_clock():
    assert jinja.day(LATE) == "23/11/2026"
    assert jinja.moment(MORNING) == "09:05 23/11/2026"
    assert jinja.clock(LATE) == "00:30"


def test_a_date_is_day_month_year():
    assert jinja.day(date(2026, 2, 3)) == "03/02/2026"
    assert jinja.long_day(date(2026, 11, 23)) == "Thứ Hai, 23 tháng 11, 2026"


@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize("ahead", [1, -1])
def test_how_long_ago_is_told_as_babel_tells_it(language, ahead):
    spans = [timedelta(seconds=ahead * round(1.13**n)) for n in range(170)]
    spans.append(timedelta())

    with time_machine.travel(MORNING, tick=False), Flask(__name__).test_request_context():
        g.language = language
        told = [jinja.ago(MORNING + span) for span in spans]

    assert told == [format_timedelta(s, add_direction=True, locale=language) for s in spans]


def test_money_never_parts_from_its_unit():
    assert jinja.dong(15_000_000) == "15.000.000\N{NO-BREAK SPACE}đ"


@pytest.mark.parametrize(
    ("value", "words"), [(1234, "1.234"), (Decimal("12.5"), "12,5"), (0, "0"), (-3, "-3")]
)
def test_a_figure_is_written_as_vietnamese_write_it(value, words):
    assert jinja.number(value) == words


@pytest.mark.usefixtures("english")
def test_a_figure_is_written_as_english_write_it():
    assert jinja.number(1234) == "1,234"
    assert jinja.percent(0.25) == "25%"


@pytest.mark.parametrize(
    "write",
    [jinja.day, jinja.long_day, jinja.moment, jinja.clock, jinja.ago, jinja.dong, jinja.number],
)
def test_what_is_not_there_is_a_dash(write):
    assert write(None) == "–"


def test_a_changed_query_keeps_the_rest_of_the_address():
    with Flask(__name__).test_request_context("/households?kind=a&kind=b&after=9&sort=name"):
        address = jinja.with_query(sort="-name", after=None)

    assert address == "/households?kind=a&kind=b&sort=-name"


def test_a_readers_query_cannot_lead_elsewhere():
    with Flask(__name__).test_request_context("/households?_external=1&_scheme=javascript"):
        address = jinja.with_query(sort="name")

    assert address.startswith("/households?")


@pytest.mark.parametrize(
    ("agent", "words"),
    [
        ("Mozilla/5.0 (Linux; Android 14) Chrome/130.0 Mobile Safari/537.36", "Chrome · Android"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Safari/604.1", "Safari · iPhone"),
        ("Mozilla/5.0 (Windows NT 10.0) Chrome/130.0 Safari/537.36 Edg/130.0", "Edge · Windows"),
        ("?", "Thiết bị khác"),
    ],
)
def test_a_device_is_named_so_that_its_owner_knows_it(agent, words):
    assert jinja.device(agent) == words


class EveryKind(BaseForm):
    text = StringField()
    story = TextAreaField()
    units = IntegerField()
    on = DateField()
    photo = FileField()
    kind = SelectField(choices={"a": "A", "b": "B"})
    way = RadioField(choices={"a": "A"})
    groups = SelectMultipleField(choices={"a": "A"})


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("text", "text"),
        ("story", "textarea"),
        ("units", "number"),
        ("on", "date"),
        ("photo", "file"),
        ("kind", "select"),
        ("way", "radios"),
        ("groups", "checkboxes"),
    ],
)
def test_a_field_is_drawn_by_what_it_asks(name, kind):
    assert jinja.field_kind(EveryKind()[name]) == kind


def test_the_choices_of_a_field_carry_what_was_chosen_and_hints():
    items = jinja.field_items(EveryKind(kind="b").kind, {"a": "Một"})

    assert [(i["value"], i["checked"], i.get("hint")) for i in items] == [
        ("a", False, {"text": "Một"}),
        ("b", True, None),
    ]


def test_groups_of_choices_stand_before_their_choices():
    class Grouped(BaseForm):
        kind = SelectField(choices={"Đồ dùng": {"chair": "Xe lăn"}})

    assert jinja.field_items(Grouped().kind, {})[0]["text"] == "Đồ dùng: Xe lăn"
