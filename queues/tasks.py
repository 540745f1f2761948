from celery import shared_task

from .actions.sweep import sweep as sweep_now


@shared_task
def sweep() -> None:
    """Each minute."""
    sweep_now()
