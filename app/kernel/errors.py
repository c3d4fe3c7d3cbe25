"""Refusals that an action may raise; the factory turns them into answers, once."""

from typing import ClassVar


class DomainError(Exception):
    """A use case refused. `code` selects the words shown; `facts` fill them.

    Facts carry ids and numbers, never names, phones or addresses.
    """

    status: ClassVar[int] = 422

    def __init__(self, code: str, **facts: object) -> None:
        super().__init__(code)
        self.code = code
        self.facts = facts


class NotFound(DomainError):
    """Missing, or not this person's to see: the two look the same."""

    status = 404


class Conflict(DomainError):
    """Somebody else was first, or the row changed since it was read."""

    status = 409
