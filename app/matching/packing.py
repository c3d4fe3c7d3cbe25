"""What a run saw, kept as bytes, so that the past can be replayed under another policy."""

import json
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from operator import itemgetter
from typing import Any, TypeVar

from app.matching.rules.policy import KindRule, PolicyRules
from app.matching.rules.snapshot import FreeLine, Kind, OpenNeed, Snapshot

DATES = frozenset({"starts_on", "deadline_on", "waiting_since", "available_from", "available_to"})
TUPLES = frozenset({"groups", "wards"})
Row = TypeVar("Row", OpenNeed, FreeLine)


def document_of(seen: Snapshot) -> bytes:
    """The snapshot as JSON, ids and codes, no names; equal for equal rows in any order."""
    document = {
        "on": seen.on,
        "needs": sorted(seen.needs, key=itemgetter(0)),
        "lines": sorted(seen.lines, key=itemgetter(0)),
        "kinds": [
            [k.code, k.model, k.fit, k.rule.repeat_after_days, k.rule.one_per_household]
            for _, k in sorted(seen.kinds.items())
        ],
        "provinces": seen.provinces,
        "pending": sorted([*pair, units] for pair, units in seen.pending.items()),
        "declined": sorted(seen.declined),
        "by_ward": seen.by_ward,
    }
    return json.dumps(document, sort_keys=True, default=str).encode()


def packed(document: bytes) -> bytes:
    """A document as it is kept: about a tenth of its size, at half the cost of the best level."""
    return zlib.compress(document, 4)


def unpacked(body: bytes) -> Snapshot:
    """The snapshot again, equal to the one that was packed."""
    document = json.loads(zlib.decompress(body))
    return Snapshot(
        on=date.fromisoformat(document["on"]),
        needs=tuple(_row(OpenNeed, values) for values in document["needs"]),
        lines=tuple(_row(FreeLine, values) for values in document["lines"]),
        kinds={
            code: Kind(code, model, fit, KindRule(days, bool(one)))
            for code, model, fit, days, one in document["kinds"]
        },
        provinces=document["provinces"],
        pending={(need, line): units for need, line, units in document["pending"]},
        declined=frozenset((need, line) for need, line in document["declined"]),
        by_ward=document["by_ward"],
    )


def under(seen: Snapshot, policy: PolicyRules) -> Snapshot:
    """The snapshot with the kinds' rules of another policy.

    Needs that had been helped too recently stay out: who they were was settled when it was read.
    """
    kinds: Mapping[str, Kind] = {
        code: replace(kind, rule=policy.kind_rule(code, kind.rule))
        for code, kind in seen.kinds.items()
    }
    return replace(seen, kinds=kinds)


def _row(made: type[Row], values: Sequence[object]) -> Row:
    # A row packed before a field was added ends earlier; the field's default holds.
    read: list[Any] = [_read(n, value) for n, value in zip(made._fields, values, strict=False)]
    return made(*read)


def _read(name: str, value: Any) -> object:  # noqa: ANN401 - any value of JSON.
    if name in DATES and value is not None:
        return date.fromisoformat(value)
    return tuple(value) if name in TUPLES else value
