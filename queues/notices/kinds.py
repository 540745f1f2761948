"""The kinds of notices: what they are called, how often they mail, and where they lead."""

from dataclasses import dataclass
from datetime import timedelta

from annotate_site.projects.models import NoticeKind

GATHER = timedelta(minutes=10)  # so long a mail waits for more of the same
PAUSE = timedelta(hours=12)  # between two mails about the same, unless read in between


@dataclass(frozen=True)
class Kind:
    """`label`: in the list of what one wants to be told; `button` and `page`: where one acts.

    `gathers`: it may come again and again, so a mail waits for more, and then for a reader.
    """

    label: str
    button: str
    page: str
    by_mail: bool = True
    in_page: bool = True
    gathers: bool = False

    @property
    def wait(self) -> timedelta:
        return GATHER if self.gathers else timedelta()

    @property
    def pause(self) -> timedelta | None:
        return PAUSE if self.gathers else None


KINDS: dict[str, Kind] = {
    NoticeKind.INVITED: Kind("You're added to a queue", "Open queue", "queues:queue-detail"),
    NoticeKind.SENT_BACK: Kind(
        "Items are sent back to you", "Answer again", "reviews:workspace", gathers=True
    ),
    NoticeKind.REVIEW: Kind(
        "Items are waiting for your review", "Review", "reviews:review-list", gathers=True
    ),
    NoticeKind.DUE_SOON: Kind(
        "A queue with open items is due in 3 days, or tomorrow", "Open queue", "queues:queue-detail"
    ),
    NoticeKind.COMPLETED: Kind(
        "A queue you manage is completed", "See progress", "queues:queue-progress"
    ),
    # It repeats what the others say, so nobody gets it who hasn't asked for it.
    NoticeKind.DIGEST: Kind(
        "Each morning: what is waiting for you, by queue", "Open My work", "my-work",
        by_mail=False, in_page=False,
    ),
}  # fmt: skip
IN_PAGE = [kind for kind, told in KINDS.items() if told.in_page]
