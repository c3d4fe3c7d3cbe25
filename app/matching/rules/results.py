"""What a run found, ready to be stored: who gets what, who gets nothing, and why."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from app.matching.rules.table import Table


class ProposalDraft(NamedTuple):
    """`units` of a line for a need. rank: 1 is the neediest; reason: a code with its facts."""

    ward_code: str
    need_id: str
    line_id: str
    units: int
    rank: int
    reason: Mapping[str, object]


class UnmatchedDraft(NamedTuple):
    """A need or a line (one of them) of which `units` stay unmatched."""

    ward_code: str
    need_id: str | None
    line_id: str | None
    units: int
    reason: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class RunResult:
    """All that a run stores. certified: every part was proven optimal.

    digest: of its input and policy; document: the input, as packing.document_of() writes it.
    """

    proposals: Table[ProposalDraft]
    unmatched: Table[UnmatchedDraft]
    engine: str
    digest: str
    certified: bool
    document: bytes
    figures: Mapping[str, object] = field(default_factory=dict)
