"""What describes a kind is checked by the catalogue's own data."""

import tomllib

import pytest

from app.catalogue.actions import DATA, _row
from app.catalogue.rules import FieldType, SpecField, referral, spec_faults, spec_fields
from app.catalogue.rules.fitting import RULES

TYPE = SpecField(
    "type", "Kiểu", "Type", FieldType.CHOICE, required=True, choices=(("a", "A", "A"),)
)
HIP = SpecField("hip", "Hông", "Hip", FieldType.NUMBER, side="need", least=20, most=70)
SORES = SpecField("sores", "Loét", "Sores", FieldType.FLAG, side="need", refer=True)
SEAT = SpecField("seat", "Ngồi", "Seat", FieldType.NUMBER, side="pledge", least=20, most=70)
FIELDS = (TYPE, HIP, SORES, SEAT)


@pytest.mark.parametrize(
    ("spec", "code"),
    [
        ({}, "spec-missing"),
        ({"type": ""}, "spec-missing"),
        ({"type": "b"}, "spec-unknown-choice"),
        ({"type": ["a"]}, "spec-unknown-choice"),
        ({"type": "a", "hip": 19}, "spec-out-of-range"),
        ({"type": "a", "hip": 71}, "spec-out-of-range"),
        ({"type": "a", "hip": "36"}, "spec-not-a-number"),
        ({"type": "a", "hip": True}, "spec-not-a-number"),
        ({"type": "a", "sores": 1}, "spec-not-a-flag"),
        ({"type": "a", "seat": 40}, "spec-unknown-field"),
        ({"type": "a", "other": 1}, "spec-unknown-field"),
    ],
)
def test_a_wrong_detail_is_named(spec, code):
    assert [fault.code for fault in spec_faults(FIELDS, spec, "need")] == [code]


def test_a_sound_description_has_no_fault():
    assert spec_faults(FIELDS, {"type": "a", "hip": 36, "sores": False}, "need") == []


def test_a_pledge_is_asked_its_own_side():
    assert spec_faults(FIELDS, {"type": "a", "seat": 40}, "pledge") == []


def test_who_has_sores_goes_to_the_health_station():
    assert referral(FIELDS, {"type": "a", "sores": True}) == "sores"
    assert referral(FIELDS, {"type": "a", "sores": False}) is None


def kinds():
    return tomllib.loads(DATA.read_text(encoding="utf-8"))["kind"]


def test_every_kind_of_the_product_can_be_stored_and_read():
    for position, kind in enumerate(kinds()):
        row = _row(kind, position)

        assert spec_fields(row["spec_fields"]) is not None
        assert row["evidence"], kind["code"]
        assert row["max_units"] >= 1


def test_a_unit_at_the_end_of_a_numbers_label_is_told_beside_the_number():
    stored = next(_row(kind, 0) for kind in kinds() if kind["code"] == "hoc_bong")["spec_fields"]

    [level] = spec_fields(stored)

    assert (level.label_vi, level.unit) == ("Mức học bổng", "triệu đồng")
    assert (level.label_en, level.unit_en) == ("Amount", "million đồng")


def test_no_code_stands_twice():
    codes = [kind["code"] for kind in kinds()]

    assert len(codes) == len(set(codes))


def test_every_fit_rule_in_the_data_is_one_we_know():
    used = {rule for kind in kinds() for rule in kind.get("fit", {}).values()}

    assert used <= set(RULES)
