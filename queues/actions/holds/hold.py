"""A live hold as those who use it see it: which item and round, by which token, for how long."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil
from uuid import UUID

from ...conditions import time_left


class TimeLeft:
    """Of a live hold. Exactly one of `expires_at` and `remaining` (paused) is set.

    Both, and `clock`, the moment of reading, are the database's.
    """

    expires_at: datetime | None
    remaining: timedelta | None
    clock: datetime

    @property
    def left(self) -> timedelta:
        return time_left(self.expires_at, self.remaining, self.clock)

    @property
    def seconds_left(self) -> int:
        return max(0, int(self.left.total_seconds()))

    @property
    def minutes_left(self) -> int:
        """Rounded up, as the page counts down."""
        return ceil(self.seconds_left / 60)

    @property
    def paused(self) -> bool:
        return self.remaining is not None


@dataclass(frozen=True)
class Hold(TimeLeft):
    """A live hold on a slot."""

    item_id: UUID
    round: int
    token: UUID
    slot_id: int
    expires_at: datetime | None
    remaining: timedelta | None
    clock: datetime
    resumed: bool = False


@dataclass(frozen=True)
class HoldTime(TimeLeft):
    """The time of a live hold, without the hold."""

    expires_at: datetime | None
    remaining: timedelta | None
    clock: datetime
