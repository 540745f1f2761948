from celery import shared_task

from .actions.settling import settle_left


@shared_task
def settle() -> None:
    """Each five minutes."""
    settle_left()
