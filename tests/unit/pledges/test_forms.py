"""What people type, read as numbers and answers."""

from datetime import date

import pytest
from werkzeug.datastructures import MultiDict

from app.catalogue.rules import FieldType, SpecField
from app.pledges.forms import EarmarkForm, SignUpForm, line_form
from app.pledges.forms.answers import (
    draft_from,
    is_complete,
    lines_in,
    repeated,
    with_line,
    without_line,
)
from app.pledges.rules import GivenAs, LineDraft

TYPE = SpecField(
    "type", "Kiểu", "Type", FieldType.CHOICE, required=True, choices=(("a", "A", "A"),)
)
SEAT = SpecField("seat_cm", "Mặt ngồi", "Seat", FieldType.NUMBER, least=20, most=70, unit="cm")


def _line(*fields, **typed):
    return line_form(fields)(MultiDict({"given_as": "kind"} | typed))


@pytest.mark.parametrize(
    ("typed", "units"), [("12", 12), ("1.200", 1200), ("1,200", 1200), (" 5 ", 5)]
)
def test_units_are_read_as_people_write_them(typed, units):
    form = _line(units=typed)

    assert form.validate()
    assert form.draft("qua_tet").units == units


@pytest.mark.parametrize("typed", ["", "ba", "1,5", "1e9", "١٢", "-3", "12 34", "9" * 40])
def test_what_is_no_whole_number_is_refused(typed):
    form = _line(units=typed)

    assert not form.validate()
    assert form.units.errors


@pytest.mark.parametrize(
    ("typed", "dong"), [("500k", 500_000), ("1,5 triệu", 1_500_000), ("1.000.000đ", 10**6)]
)
def test_amounts_are_read_as_people_write_them(typed, dong):
    form = _line(units="1", unit_value=typed)

    assert form.validate()
    assert form.draft("qua_tet").unit_value == dong


@pytest.mark.parametrize(
    "typed",
    ["100 USD", "$5", "50€", "1e9", "-1", "٥٠٠", "1" + "0" * 15, "1" + "0" * 30, "nửa triệu"],
)
def test_what_is_no_amount_of_dong_is_refused_and_kept(typed):
    form = _line(units="1", unit_value=typed)

    assert not form.validate()
    assert form.unit_value.data == typed


def test_a_kinds_own_details_are_asked_for():
    missing, given = _line(TYPE, SEAT, units="1"), _line(
        TYPE, SEAT, units="1", spec_type="a", spec_seat_cm="42"
    )  # fmt: skip

    assert not missing.validate()
    assert given.validate()
    assert given.draft("xe_lan").spec == {"type": "a", "seat_cm": 42}


@pytest.mark.parametrize("seat", ["10", "99", "x"])
def test_a_detail_out_of_range_is_refused(seat):
    assert not _line(TYPE, SEAT, units="1", spec_type="a", spec_seat_cm=seat).validate()


def test_an_earmark_must_say_which_wards():
    form = EarmarkForm(MultiDict({"earmark": "wards", "ward": "1"}))
    form.wards.choices = form.ward.choices = [("1", "Một")]
    form.programme.choices = [("", "–")]

    assert form.validate()
    assert not form.settle()
    assert form.wards.errors


def test_only_what_belongs_to_the_chosen_earmark_is_kept():
    typed = MultiDict(
        [("earmark", "groups"), ("groups", "poor"), ("wards", "1"), ("ward", "1")]
    )  # fmt: skip
    form = EarmarkForm(typed)
    form.wards.choices = form.ward.choices = [("1", "Một")]
    form.programme.choices = [("", "–")]

    assert form.validate()
    assert form.settle()
    assert (form.answers()["wards"], form.answers()["groups"]) == ([], ["poor"])


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({}, "email"),
        ({"email": "lan@"}, "email"),
        ({"phone": "12"}, "phone"),
        ({"kind": "business", "phone": "0912345678"}, "tax_code"),
    ],
)
def test_a_donor_needs_a_contact_that_can_be_used(typed, field):
    known = {"kind": "person", "name": "Lan", "shown_as": "name", "password": "x"}
    form = SignUpForm(MultiDict(known | typed))

    assert form.validate()
    assert not form.settle()
    assert form[field].errors


def test_a_contact_is_kept_in_one_spelling():
    known = {"kind": "person", "name": "Lan", "shown_as": "name", "password": "x"}
    form = SignUpForm(MultiDict(known | {"email": "Lan@Example.com", "phone": "0912 345 678"}))

    assert form.validate()
    assert form.settle()
    assert (form.draft().email, form.draft().phone) == ("lan@example.com", "+84912345678")


def test_answers_survive_as_json_and_make_the_pledge():
    line = LineDraft("xe_lan", 2, 2_500_000, GivenAs.CASH, {"type": "a"})
    earmark = {"earmark": "anyone", "wards": [], "groups": [], "programme": None, "ward": "1"}
    answers = repeated([line, line], earmark)

    answers = without_line(with_line(answers, 1, line), 0)
    complete = answers | {"from": "2026-11-23", "to": "2026-12-23"}

    assert not is_complete(answers)
    assert lines_in(answers) == [line]
    assert draft_from(complete, "x").available_to == date(2026, 12, 23)
