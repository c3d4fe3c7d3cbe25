"""Taking lists in: of cards that people hold, and of cards that were renewed."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy import ARRAY, Date, LargeBinary, String, func, literal, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app.accounts.rules import Actor
from app.audit.actions import Subject, record
from app.campaigns.actions.agreeing import ask_anew_if_grown
from app.campaigns.lists import CardRow, CardSheet
from app.campaigns.models import CardList, InsuranceCard
from app.campaigns.rules import ListKind
from app.infra.crypto import cipher
from app.infra.transaction import rows_changed
from app.kernel.errors import Conflict
from app.kernel.vietnamese import fold
from app.places.actions import canonical_group
from app.places.queries import groups_of

MOST_NAME, MOST_REFUSED = 120, 1000


@dataclass(frozen=True, slots=True)
class ListFile:
    """A file that came in, and whose list it is."""

    ward_code: str
    kind: ListKind
    name: str
    body: bytes

    @property
    def digest(self) -> bytes:
        """What the same file is known by when it comes again."""
        return hashlib.sha256(self.body).digest()


def take_list(
    session: Session, actor: Actor, file: ListFile, sheet: CardSheet, *, now: datetime
) -> int:
    """Enter a list's good rows: cards are added or corrected, renewals give known cards a new day.

    Returns how many rows were taken. Raises Conflict("list-taken-already") for the same file. A
    list of cards that makes a campaign reach more people than was agreed to asks for that anew.
    """
    kind, ward_code = file.kind, file.ward_code
    rows = list(sheet.rows.values())
    if kind is ListKind.RENEWALS:
        taken = _renew(session, ward_code, rows, now)
    else:
        taken = _enter(session, ward_code, rows)
    values = {
        "ward_code": ward_code,
        "kind": kind.value,
        "name": file.name[:MOST_NAME],
        "digest": file.digest,
        "taken": taken,
        "unknown": len(sheet.rows) - taken,
        "refused": sheet.refused[:MOST_REFUSED],
        "created_by": str(actor.account_id),
        "created_at": now,
    }
    statement = insert(CardList).values(**values).on_conflict_do_nothing()
    list_id = session.scalar(statement.returning(CardList.id))
    if list_id is None:
        raise Conflict("list-taken-already")
    facts = {"kind": kind.value, "taken": taken, "refused": len(sheet.refused)}
    subject = Subject("card-list", str(list_id), ward_code)
    record(session, actor, "take-card-list", subject, changes=facts)
    if kind is ListKind.CARDS:
        ask_anew_if_grown(session, actor, ward_code, now=now)
    return taken


def _enter(session: Session, ward_code: str, rows: Sequence[CardRow]) -> int:
    """Add or correct cards in one statement, in the list's order; returns how many.

    A list without groups leaves those that are known.
    """
    groups = _groups_meant(session, ward_code, rows)
    numbers = [cipher().index(row.card, "insurance-card") for row in rows]
    holders = [_sealed(ward_code, *pair) for pair in zip(numbers, rows, strict=True)]
    came = (
        func.unnest(
            literal(numbers, ARRAY(LargeBinary())),
            literal(holders, ARRAY(LargeBinary())),
            literal([row.expires_on for row in rows], ARRAY(Date())),
            literal([groups.get(row.group) for row in rows], ARRAY(String())),
        )
        .table_valued("number", "holder", "expires_on", "group_id")
        .render_derived()
    )
    statement = insert(InsuranceCard).from_select(
        ["ward_code", *came.c.keys()], select(literal(ward_code), *came.c)
    )
    fresh = {
        "holder": statement.excluded.holder,
        "expires_on": statement.excluded.expires_on,
        "group_id": func.coalesce(statement.excluded.group_id, InsuranceCard.group_id),
    }
    session.execute(
        statement.on_conflict_do_update(index_elements=["ward_code", "number"], set_=fresh)
    )
    return len(rows)


def _renew(session: Session, ward_code: str, rows: Sequence[CardRow], now: datetime) -> int:
    """Give known cards their new days in one statement; returns how many had an earlier one.

    A renewal never makes a card, nor shortens one.
    """
    numbers = [cipher().index(row.card, "insurance-card") for row in rows]
    came = (
        func.unnest(
            literal(numbers, ARRAY(LargeBinary())),
            literal([row.expires_on for row in rows], ARRAY(Date())),
        )
        .table_valued("number", "expires_on")
        .render_derived()
    )
    later = update(InsuranceCard).where(
        InsuranceCard.ward_code == ward_code,
        InsuranceCard.number == came.c.number,
        InsuranceCard.expires_on < came.c.expires_on,
    )
    values = {"expires_on": came.c.expires_on, "renewed_at": now}
    changed = later.values(values).execution_options(synchronize_session=False)
    return rows_changed(session, changed)


def _groups_meant(session: Session, ward_code: str, rows: Sequence[CardRow]) -> dict[str, str]:
    """The ward's groups by the words of the list; it opens none, as its typing errors would."""
    known = {fold(group.name): group.id for group in groups_of(session, ward_code)}
    names = {row.group: fold(canonical_group(row.group)[1]) for row in rows if row.group}
    return {words: known[name] for words, name in names.items() if name in known}


def _sealed(ward_code: str, number: bytes, row: CardRow) -> bytes:
    """The holder of a card, encrypted for its place."""
    kept = {k: v for k, v in asdict(row).items() if k not in {"expires_on", "group"}}
    place = f"insurance_card.holder:{ward_code}:{number.hex()}"
    return cipher().encrypt(json.dumps(kept, ensure_ascii=False), place)
