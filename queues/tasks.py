from celery import shared_task

from .actions.rules import feed as feed_now
from .actions.sweep import sweep as sweep_now


@shared_task
def sweep() -> None:
    """Each minute."""
    sweep_now()


@shared_task
def feed() -> None:
    """Each minute."""
    feed_now()
