"""What can go wrong in a queue, each with the sentence a person reads."""

from datetime import datetime


class QueueError(Exception):
    """A rule of the queue said no; nothing was changed unless the subclass says so."""

    code = "refused"


class WrongState(QueueError):
    code = "wrong_state"


class NotMember(QueueError):
    code = "not_member"


class CannotPick(QueueError):
    code = "cannot_pick"


class CannotReview(QueueError):
    code = "cannot_review"


class StaleHold(QueueError):
    """The token is not that of a live hold. `ending` says how the hold ended, "" if unknown."""

    code = "stale_hold"

    def __init__(self, sentence: str, ending: str = "") -> None:
        super().__init__(sentence)
        self.ending = ending


class NothingToClaim(QueueError):
    """`reason`: others_hold (until `retry_at` at least), held_for_colleagues, share_done, paused,
    finished, archived, not_open.
    """

    code = "nothing_to_claim"

    def __init__(self, reason: str, retry_at: datetime | None = None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.retry_at = retry_at
