"""Loading the national list of wards, and keeping a ward's residential groups."""

import csv
from datetime import date
from pathlib import Path

from sqlalchemy import Update, func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.audit.actions import Doer, Subject, record
from app.infra.transaction import rows_changed
from app.kernel.errors import Conflict, DomainError, NotFound
from app.kernel.ids import new_id
from app.kernel.vietnamese import fold, text_sort_key, tidy
from app.places.models import Province, ResidentialGroup, Ward

# The first key of the advisory lock on a ward's groups; the second is the ward's code.
GROUPS_LOCK = 7_306_002
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
    known = _open_group_called(session, ward_code, name)
    if known is None:
        _hold_groups(session, ward_code)
        known = _open_group_called(session, ward_code, name)
    return known or _open(session, actor, ward_code, kind, name, today)


def open_group(session: Session, actor: Doer, ward_code: str, words: str, *, today: date) -> str:
    """Open a residential group; returns its id.

    Raises DomainError("group-without-name"), Conflict("group-known") if it is open already.
    """
    kind, name = _named(words)
    _hold_groups(session, ward_code)
    if _open_group_called(session, ward_code, name) is not None:
        raise Conflict("group-known", name=name)
    return _open(session, actor, ward_code, kind, name, today)


def rename_group(session: Session, actor: Doer, ward_code: str, group_id: str, words: str) -> None:
    """Correct a group's name; it stays the same group. Raises as open_group does, and NotFound."""
    kind, name = _named(words)
    _hold_groups(session, ward_code)
    known = _open_group_called(session, ward_code, name)
    if known not in {None, group_id}:
        raise Conflict("group-known", name=name)
    names = {
        "kind": kind,
        "name": name,
        "folded_name": fold(name),
        "sort_key": text_sort_key(name),
    }
    try:
        with session.begin_nested():
            changed = rows_changed(session, _of_group(ward_code, group_id).values(names))
    except IntegrityError as error:
        # A closed group of that name began on the same day.
        raise Conflict("group-known", name=name) from error
    if changed != 1:
        raise NotFound("group-unknown")
    subject = Subject("residential-group", group_id, ward_code)
    record(session, actor, "rename-group", subject, changes={"name": name})


def close_group(
    session: Session, actor: Doer, ward_code: str, group_id: str, *, today: date
) -> None:
    """Close a group for new households; those who live in it keep its name. Raises NotFound."""
    if rows_changed(session, _of_group(ward_code, group_id).values(valid_to=today)) != 1:
        raise NotFound("group-unknown")
    record(session, actor, "close-group", Subject("residential-group", group_id, ward_code))


def _named(words: str) -> tuple[str, str]:
    kind, name = canonical_group(words)
    if not any(c.isalnum() for c in words) or fold(name) in _KIND_WORDS:
        raise DomainError("group-without-name")
    return kind, name


def _hold_groups(session: Session, ward_code: str) -> None:
    """Let one transaction at a time change a ward's groups, so that none is opened twice."""
    session.execute(select(func.pg_advisory_xact_lock(GROUPS_LOCK, int(ward_code))))


def _open_group_called(session: Session, ward_code: str, name: str) -> str | None:
    return session.scalar(
        select(ResidentialGroup.id).where(
            ResidentialGroup.ward_code == ward_code,
            ResidentialGroup.folded_name == fold(name),
            ResidentialGroup.valid_to.is_(None),
        )
    )


def _of_group(ward_code: str, group_id: str) -> Update:
    return update(ResidentialGroup).where(
        ResidentialGroup.id == group_id,
        ResidentialGroup.ward_code == ward_code,
        ResidentialGroup.valid_to.is_(None),
    )


def _open(  # noqa: PLR0913, PLR0917 - one row, told in full.
    session: Session, actor: Doer, ward_code: str, kind: str, name: str, today: date
) -> str:
    """A new row, or the one that was closed earlier on the same day, opened again."""
    row = {
        "id": new_id(),
        "ward_code": ward_code,
        "kind": kind,
        "name": name,
        "folded_name": fold(name),
        "sort_key": text_sort_key(name),
        "valid_from": today,
    }
    statement = (
        insert(ResidentialGroup)
        .values(row)
        .on_conflict_do_update(
            index_elements=["ward_code", "folded_name", "valid_from"], set_={"valid_to": None}
        )
        .returning(ResidentialGroup.id)
    )
    group_id = session.scalars(statement).one()
    record(session, actor, "open-group", Subject("residential-group", group_id, ward_code))
    return group_id


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
