"""Loading the national list of wards, and keeping a ward's residential groups."""

import csv
from datetime import date
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app.audit.actions import Doer, Subject, record
from app.kernel.ids import new_id
from app.kernel.vietnamese import fold, text_sort_key, tidy
from app.places.models import Province, ResidentialGroup, Ward

WARDS = Path(__file__).parent / "data" / "wards.csv"
KINDS = ("tổ dân phố", "khu phố", "thôn", "ấp", "bản", "buôn", "làng", "khóm")
_KIND_WORDS = {fold(kind): kind for kind in KINDS} | {"tdp": "tổ dân phố", "to": "tổ dân phố"}


def load_places(session: Session) -> int:
    """Load the 34 provinces and 3,321 wards of the product's list; returns the wards' number.

    Repeatable: codes are never reused, so a known code is left as it is. Source: the codes in
    force since 01/07/2025 (Decision 19/2025/QD-TTg); licence beside the file.
    """
    with WARDS.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    provinces = {row["province_code"]: tidy(row["province"]) for row in rows}
    session.execute(
        insert(Province).on_conflict_do_nothing(index_elements=["code"]),
        [{"code": c, "name": n, "sort_key": text_sort_key(n)} for c, n in provinces.items()],
    )
    session.execute(
        insert(Ward).on_conflict_do_nothing(index_elements=["code"]),
        [
            {
                "code": row["ward_code"],
                "province_code": row["province_code"],
                "name": tidy(row["ward"]),
                "kind": tidy(row["ward_type"]),
                "sort_key": text_sort_key(row["ward"]),
                "search_text": fold(f"{row['ward']} {row['province']}"),
                "latitude": float(row["lat"]) if row["lat"] else None,
                "longitude": float(row["lon"]) if row["lon"] else None,
            }
            for row in rows
        ],
    )
    return len(rows)


def group_named(session: Session, actor: Doer, ward_code: str, words: str, *, today: date) -> str:
    """The id of the ward's group that a list calls `words`, opened if it is new.

    "TDP số 13", "Tổ dân phố 13" and "tổ 13" are one group.
    """
    kind, name = canonical_group(words)
    folded = fold(name)
    known = session.scalar(
        select(ResidentialGroup.id).where(
            ResidentialGroup.ward_code == ward_code,
            ResidentialGroup.folded_name == folded,
            ResidentialGroup.valid_to.is_(None),
        )
    )
    if known is not None:
        return known
    group = ResidentialGroup(
        id=new_id(),
        ward_code=ward_code,
        kind=kind,
        name=name,
        folded_name=folded,
        sort_key=text_sort_key(name),
        valid_from=today,
    )
    session.add(group)
    session.flush()
    record(session, actor, "open-group", Subject("residential-group", group.id, ward_code))
    return group.id


def canonical_group(words: str) -> tuple[str, str]:
    """Kind and one spelling of a group's name: ("tổ dân phố", "Tổ dân phố 13")."""
    text = tidy(words).strip(" .:-")
    folded = fold(text)
    for start in sorted(_KIND_WORDS, key=len, reverse=True):
        if folded == start or folded.startswith(f"{start} "):
            kind = _KIND_WORDS[start]
            rest = text[len(start) :].strip(" .:-")
            rest = rest[2:].strip() if fold(rest).startswith("so ") else rest
            number = rest.lstrip("0") if rest.isdecimal() else rest
            return kind, f"{kind.capitalize()} {number or rest}".strip()
    number = text.lstrip("0") if text.isdecimal() else text
    return "tổ dân phố", f"Tổ dân phố {number}" if text.isdecimal() else text
