from celery import shared_task

from .actions.rules import feed as feed_now
from .actions.sweep import sweep as sweep_now
from .notices.following import notify as notify_now
from .notices.reminders import remind as remind_now


@shared_task
def sweep() -> None:
    """Each minute."""
    sweep_now()


@shared_task
def feed() -> None:
    """Each minute."""
    feed_now()


@shared_task
def notify() -> None:
    """Each minute."""
    notify_now()


@shared_task
def remind() -> None:
    """Each ten minutes."""
    remind_now()
