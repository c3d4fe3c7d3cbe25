"""The key by which a list goes on: the moment and the id of the last row of a page."""

from datetime import datetime


def write_key(at: datetime, row_id: str) -> str:
    """The key of the page after this row, as it stands in an address."""
    return f"{at.isoformat()}|{row_id}"


def read_key(typed: str | None) -> tuple[datetime, str] | None:
    """The key in an address, or None for none and for one that nobody of us wrote."""
    at, found, row_id = (typed or "").rpartition("|")
    if not found:
        return None
    try:
        moment = datetime.fromisoformat(at)
    except ValueError:
        return None
    return (moment, row_id) if moment.tzinfo is not None and row_id.isalnum() else None
