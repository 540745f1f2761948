"""A due date is a day in the project's time zone; a queue is overdue once that day has ended."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from .states import QueueStatus


def is_overdue(due_date: date | None, *, status: str, time_zone: str, now: datetime) -> bool:
    """`status`: as shown, so that of an archived queue is "archived"; `now`: the database's clock.

    Finished work is not late any more.
    """
    if due_date is None or status in (QueueStatus.COMPLETED, "archived"):
        return False
    return now.astimezone(ZoneInfo(time_zone)).date() > due_date
