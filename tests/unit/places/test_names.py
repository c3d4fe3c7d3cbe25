"""One group has one spelling, however a list writes it."""

import csv

import pytest

from app.places.actions import WARDS, canonical_group
from app.places.rules import WardName


@pytest.mark.parametrize("words", ["TDP số 13", "Tổ dân phố 13", "tổ 13", "to 13", "13", "TDP 013"])
def test_all_spellings_of_a_number_are_one_group(words):
    assert canonical_group(words) == ("tổ dân phố", "Tổ dân phố 13")


@pytest.mark.parametrize(
    ("words", "kind", "name"),
    [
        ("Thôn Đoài", "thôn", "Thôn Đoài"),
        ("thon Doai", "thôn", "Thôn Doai"),
        ("ấp Bàu Dài", "ấp", "Ấp Bàu Dài"),
        ("Khu phố 4", "khu phố", "Khu phố 4"),
        ("  Bản   Nà Pục ", "bản", "Bản Nà Pục"),
    ],
)
def test_a_groups_kind_is_read_from_its_name(words, kind, name):
    assert canonical_group(words) == (kind, name)


def test_a_ward_is_always_named_with_its_province():
    ward = WardName("00364", "Phường Khương Đình", "01", "Thành phố Hà Nội")

    assert ward.full == "Phường Khương Đình, Thành phố Hà Nội"


def test_the_list_has_the_nations_wards_once_each():
    with WARDS.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))

    assert len({row["ward_code"] for row in rows}) == len(rows) == 3321
    assert len({row["province_code"] for row in rows}) == 34
