"""A due date is a day in the project's time zone; a queue is overdue once that day has ended."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from .states import QueueStatus


def is_overdue(due_date: date | None, *, status: str, time_zone: str, now: datetime) -> bool:
    """`status`: as shown, so that of an archived queue is "archived"; `now`: the database's clock.

    Finished work is not late any more.
    """
    days = days_left(due_date, time_zone=time_zone, now=now)
    return days is not None and days < 0 and status not in (QueueStatus.COMPLETED, "archived")


def days_left(due_date: date | None, *, time_zone: str, now: datetime) -> int | None:
    """From today, in the project's zone, to the due date; negative once it has passed."""
    return (due_date - now.astimezone(ZoneInfo(time_zone)).date()).days if due_date else None
