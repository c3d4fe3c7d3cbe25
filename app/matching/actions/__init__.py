"""Writes of matching: runs, decisions on proposals, and what becomes of allocations."""

from app.matching.actions.allocations import (
    book_handover,
    confirm,
    release_allocation,
    unbook_handover,
)
from app.matching.actions.decisions import (
    Outcome,
    Refused,
    accept_proposals,
    decline_proposals,
    open_proposals,
)
from app.matching.actions.overrides import change_proposal, put_forward
from app.matching.actions.runs import (
    begin_run,
    fail_run,
    finish_run,
    request_nightly_run,
    request_run,
    store_arrival,
    store_chunk,
)

__all__ = [
    "Outcome",
    "Refused",
    "accept_proposals",
    "begin_run",
    "book_handover",
    "change_proposal",
    "confirm",
    "decline_proposals",
    "fail_run",
    "finish_run",
    "open_proposals",
    "put_forward",
    "release_allocation",
    "request_nightly_run",
    "request_run",
    "store_arrival",
    "store_chunk",
    "unbook_handover",
]
