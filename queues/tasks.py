from celery import shared_task

from annotate_site.projects.events import BEAT

from .actions import lapsing
from .actions.status import complete_all_done


@shared_task
def sweep() -> None:
    """Each minute: ends lapsed holds, and completes queues in which nothing is open any more."""
    lapsing.sweep()
    complete_all_done(BEAT)
