"""Loading the catalogue that comes with the product; what a ward changed is kept."""

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app.catalogue.models import SupportKind

DATA = Path(__file__).parent / "data" / "kinds.toml"


def load_catalogue(session: Session) -> int:
    """Add the support kinds that are missing; returns how many the product knows. Repeatable."""
    kinds = tomllib.loads(DATA.read_text(encoding="utf-8"))["kind"]
    for position, kind in enumerate(kinds):
        statement = insert(SupportKind).values(_row(kind, position))
        session.execute(statement.on_conflict_do_nothing(index_elements=["code"]))
    return len(kinds)


def _row(kind: Mapping[str, Any], position: int) -> dict[str, object]:
    return {
        "code": kind["code"],
        "label_vi": kind["label"][0],
        "label_en": kind["label"][1],
        "unit_vi": kind["unit"][0],
        "unit_en": kind["unit"][1],
        "model": kind["model"],
        "icon": kind["icon"],
        "reference_value": kind["reference_value"],
        "max_units": kind["max_units"],
        "repeat_after_days": kind["repeat_after_days"],
        "one_per_household": kind.get("one_per_household", True),
        "is_open": kind.get("is_open", True),
        "position": position,
        "spec_fields": [_field(field) for field in kind.get("field", [])],
        "fit": kind.get("fit", {}),
        "evidence": [
            {"code": code, "label_vi": vi, "label_en": en} for code, vi, en in kind["evidence"]
        ],
    }


def _field(field: Mapping[str, Any]) -> dict[str, object]:
    rest = {key: value for key, value in field.items() if key != "label"}
    return {**rest, "label_vi": field["label"][0], "label_en": field["label"][1]}
