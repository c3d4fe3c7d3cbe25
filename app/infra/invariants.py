"""What must always hold in the database, as queries that return no row while it does."""

import re
from functools import cache
from pathlib import Path

from sqlalchemy import text
from sqlalchemy.orm import Session

FILE = Path(__file__).with_name("invariants.sql")
_NAME = re.compile(r"^-- name: ([a-z-]+)$", re.MULTILINE)


@cache
def invariants() -> dict[str, str]:
    """Every query by the name of what it checks, in the file's order."""
    _preface, *parts = _NAME.split(FILE.read_text(encoding="utf-8"))
    bodies = (body.strip().rstrip(";") for body in parts[1::2])
    return dict(zip(parts[::2], bodies, strict=True))


def broken(session: Session) -> list[tuple[str, int]]:
    """The invariants that do not hold, each with the number of rows that break it.

    The session must see every ward, or protected rows are left out. Cost: a few scans of each
    ledger.
    """
    counted = ((name, _count(session, query)) for name, query in invariants().items())
    return [(name, count) for name, count in counted if count]


def _count(session: Session, query: str) -> int:
    statement = text(f"select count(*) from ({query}) as violation")  # noqa: S608 - our own file.
    return int(session.scalar(statement) or 0)
