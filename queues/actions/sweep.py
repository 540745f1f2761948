"""What beat does each minute. Fired twice it does nothing twice, and without it the queue is right
all the same: a claim ends what has lapsed first.
"""

from annotate_site.projects.events import BEAT

from .holds.expiry import queues_with_lapsed, reap, sweep_queues
from .holds.reviewing import sweep_reviews
from .items.rounds import free_all_sent_back
from .status import complete_all_done


def sweep() -> int:
    """Ends lapsed holds, frees what was kept too long, and completes queues in which nothing is
    open any more; how many holds and slots.

    Items that another sweep has locked are passed over.
    """
    swept = sweep_queues(queues_with_lapsed(), reap, BEAT)
    swept += sweep_reviews(BEAT) + free_all_sent_back(BEAT)
    complete_all_done(BEAT)
    return swept
