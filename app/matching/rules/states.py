"""The states of runs, proposals and allocations, and which may follow which."""

from enum import StrEnum


class RunState(StrEnum):
    """pending -> running -> ready | failed; ready -> superseded.

    Before it is ready a run may be cancelled, or superseded by a newer one.
    """

    PENDING = "pending"
    RUNNING = "running"
    READY = "ready"
    FAILED = "failed"
    SUPERSEDED = "superseded"
    CANCELLED = "cancelled"


class Trigger(StrEnum):
    """What asked for a run."""

    PLEDGE = "pledge"
    NEED = "need"
    WARD = "ward"
    NIGHTLY = "nightly"
    PROVINCE = "province"


class ShardState(StrEnum):
    """waiting -> running -> done | failed; a run that ends early leaves them as they are."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


class ProposalState(StrEnum):
    """proposed -> accepted | declined | superseded | expired."""

    PROPOSED = "proposed"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    SUPERSEDED = "superseded"
    EXPIRED = "expired"


class AllocationState(StrEnum):
    """approved -> ready -> part-handed -> handed -> confirmed; approved | ready -> released.

    READY is read, not stored: an approved allocation whose goods or money are in stock.
    """

    APPROVED = "approved"
    READY = "ready"
    PART_HANDED = "part-handed"
    HANDED = "handed"
    CONFIRMED = "confirmed"
    RELEASED = "released"
    DISPUTED = "disputed"
    REVERSED = "reversed"


OPEN_ALLOCATION = (AllocationState.APPROVED, AllocationState.READY, AllocationState.PART_HANDED)
RELEASABLE = (AllocationState.APPROVED, AllocationState.READY)
GONE = (AllocationState.RELEASED, AllocationState.REVERSED)
