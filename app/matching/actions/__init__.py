"""Writes of matching: runs, decisions on proposals, and what becomes of allocations."""

from app.matching.actions.allocations import (
    book_handover,
    confirm,
    release_allocation,
    unbook_handover,
)
from app.matching.actions.comparisons import forget_inputs, keep_input
from app.matching.actions.decisions import (
    Outcome,
    Refused,
    accept_proposals,
    decline_proposals,
    open_proposals,
)
from app.matching.actions.merging import merge_run
from app.matching.actions.nightly import begin_nights, end_nights, request_the_nights_runs
from app.matching.actions.overrides import change_proposal, put_forward
from app.matching.actions.rehearsing import NOWHERE, rehearse
from app.matching.actions.runs import (
    Arrival,
    begin_run,
    cancel_run,
    fail_run,
    finish_run,
    go_on_with_run,
    request_nightly_run,
    request_run,
    still_running,
    store_arrival,
)
from app.matching.actions.shards import (
    begin_shard,
    fail_shard,
    request_province_run,
    split_run,
    store_quotas,
    store_shard,
)
from app.matching.actions.storing import store_chunk
from app.matching.actions.uniting import propose_merge, unite_households

__all__ = [
    "NOWHERE",
    "Arrival",
    "Outcome",
    "Refused",
    "accept_proposals",
    "begin_nights",
    "begin_run",
    "begin_shard",
    "book_handover",
    "cancel_run",
    "change_proposal",
    "confirm",
    "decline_proposals",
    "end_nights",
    "fail_run",
    "fail_shard",
    "finish_run",
    "forget_inputs",
    "go_on_with_run",
    "keep_input",
    "merge_run",
    "open_proposals",
    "propose_merge",
    "put_forward",
    "rehearse",
    "release_allocation",
    "request_nightly_run",
    "request_province_run",
    "request_run",
    "request_the_nights_runs",
    "split_run",
    "still_running",
    "store_arrival",
    "store_chunk",
    "store_quotas",
    "store_shard",
    "unbook_handover",
    "unite_households",
]
