"""What can go wrong in a queue, each with the sentence a person reads."""

from datetime import datetime

from annotate_site.errors import Refused

ERASED = "The content of this item was erased. There is nothing left to annotate."


class WrongState(Refused):
    code = "wrong_state"


class NotMember(Refused):
    code = "not_member"
    status = 403

    def __init__(self, sentence: str = "You do not annotate in this queue.") -> None:
        super().__init__(sentence)


class CannotPick(Refused):
    code = "cannot_pick"


class CannotReview(Refused):
    code = "cannot_review"


class StaleHold(Refused):
    """The token is not that of a live hold. `ending` says how the hold ended, "" if unknown."""

    code = "stale_hold"

    def __init__(self, sentence: str, ending: str = "") -> None:
        super().__init__(sentence)
        self.ending = ending


class NothingToClaim(Refused):
    """`reason`: others_hold (until `retry_at` at least), held_for_colleagues, share_done, paused,
    finished, archived, not_open.
    """

    code = "nothing_to_claim"

    def __init__(self, reason: str, retry_at: datetime | None = None) -> None:
        super().__init__("There is nothing for you in this queue right now.")
        self.reason = reason
        self.retry_at = retry_at


class NeverHeld(Refused):
    """The person has never held the item in that round, which may not even exist."""

    code = "never_held"
    status = 404

    def __init__(self) -> None:
        super().__init__("You have not worked on this item in that round. Nothing was stored.")
