"""The two readings of time: an aware UTC instant, and the day in Vietnam."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")


def now() -> datetime:
    """The present instant, aware, in UTC. Only views, jobs and commands ask."""
    return datetime.now(UTC)


def today() -> date:
    """The calendar day in Vietnam, which has no summer time."""
    return local_day(now())


def local_day(instant: datetime) -> date:
    """The Vietnamese calendar day of an aware `instant`."""
    return instant.astimezone(VIETNAM).date()
