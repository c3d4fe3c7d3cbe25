"""What a run saw, kept as bytes, so that the past can be replayed under another policy."""

import json
import zlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any, NamedTuple, TypeVar

import numpy as np

from app.matching.rules.policy import KindRule, PolicyRules
from app.matching.rules.snapshot import FreeLine, Kind, OpenNeed, Snapshot
from app.matching.rules.table import Column, Ints, Table

DATES = frozenset({"starts_on", "deadline_on", "waiting_since", "available_from", "available_to"})
TUPLES = frozenset({"groups", "wards"})
Row = TypeVar("Row", bound=NamedTuple)
# Ends the document's head; what follows are the codes of the columns.
END = b"\n"
CODES = np.dtype("<u4")


def document_of(seen: Snapshot) -> bytes:
    """The snapshot as bytes, ids and codes, no names; equal for equal rows in the order of ids.

    A line of JSON, in which each column says its distinct values, and behind it of each column in
    turn the places of its rows' values there, four bytes each.
    """
    needs, lines = _columns_of(seen.needs), _columns_of(seen.lines)
    head = {
        "on": seen.on,
        "needs": [len(seen.needs), [list(column.values) for column in needs]],
        "lines": [len(seen.lines), [list(column.values) for column in lines]],
        "kinds": [
            [k.code, k.model, k.fit, k.rule.repeat_after_days, k.rule.one_per_household]
            for _, k in sorted(seen.kinds.items())
        ],
        "provinces": seen.provinces,
        "pending": sorted([*pair, units] for pair, units in seen.pending.items()),
        "declined": sorted(seen.declined),
        "by_ward": seen.by_ward,
    }
    text = json.dumps(head, sort_keys=True, default=date.isoformat).encode()
    codes = (column.codes.astype(CODES).tobytes() for column in (*needs, *lines))
    return b"".join((text, END, *codes))


def _columns_of(rows: Table[Any]) -> list[Column[Any]]:
    """Its columns, their values in the order in which they first come."""
    return [_as_they_come(rows.column(name)) for name in rows.made._fields]


def _as_they_come(column: Column[Any]) -> Column[Any]:
    most_before = np.maximum.accumulate(np.append(-1, column.codes))
    # A value comes for the first time where its place is one more than any before.
    in_turn = bool((column.codes <= most_before[:-1] + 1).all())
    if in_turn and len(column.values) == most_before[-1] + 1:
        return column
    return Column.of(list(column))


def packed(document: bytes) -> bytes:
    """A document as it is kept: about a tenth of its size."""
    return zlib.compress(document, 1)


def unpacked(body: bytes) -> Snapshot:
    """The snapshot again, equal to the one that was packed."""
    head, _, codes = zlib.decompress(body).partition(END)
    document = json.loads(head)
    needs, lines = document["needs"], document["lines"]
    if not codes and not _is_by_column(needs):
        read = _rows(OpenNeed, needs), _rows(FreeLine, lines)
    else:
        places = np.frombuffer(codes, CODES).astype(np.int64)
        end = needs[0] * len(needs[1])
        read = _table(OpenNeed, needs, places[:end]), _table(FreeLine, lines, places[end:])
    return Snapshot(
        on=date.fromisoformat(document["on"]),
        needs=read[0],
        lines=read[1],
        kinds={
            code: Kind(code, model, fit, KindRule(days, bool(one)))
            for code, model, fit, days, one in document["kinds"]
        },
        provinces=document["provinces"],
        pending={(need, line): units for need, line, units in document["pending"]},
        declined=frozenset((need, line) for need, line in document["declined"]),
        by_ward=document["by_ward"],
    )


def _is_by_column(stored: Sequence[Any]) -> bool:
    """Whether rows were packed a column each; the first way to pack kept them row by row."""
    return bool(stored) and isinstance(stored[0], int)


def under(seen: Snapshot, policy: PolicyRules) -> Snapshot:
    """The snapshot with the kinds' rules of another policy.

    Needs that had been helped too recently stay out: who they were was settled when it was read.
    """
    kinds: Mapping[str, Kind] = {
        code: replace(kind, rule=policy.kind_rule(code, kind.rule))
        for code, kind in seen.kinds.items()
    }
    return replace(seen, kinds=kinds)


def _table(made: type[Row], stored: Sequence[Any], codes: Ints) -> Table[Row]:
    """A table of how many rows it has, its columns' values, and their codes.

    A field that was added since has its default.
    """
    size, values = stored
    columns: dict[str, Column[Any]] = {
        name: Column.of_one(default, size) for name, default in made._field_defaults.items()
    }
    for place, (name, known) in enumerate(zip(made._fields, values, strict=False)):
        mine = codes[place * size : (place + 1) * size]
        columns[name] = Column(list(map(_reader(name), known)), mine)
    return Table(made, {name: columns[name] for name in made._fields}, size)


def _rows(made: type[Row], rows: Iterable[Sequence[Any]]) -> Table[Row]:
    """A table of rows that were packed one by one; the end of them may be missing."""
    readers = [_reader(name) for name in made._fields]
    read = ([f(v) for f, v in zip(readers, row, strict=False)] for row in rows)
    return Table.of(made, [made(*row) for row in read])


def _reader(name: str) -> Callable[[Any], Any]:
    if name in DATES:
        return lambda value: value if value is None else date.fromisoformat(value)
    return tuple if name in TUPLES else lambda value: value
