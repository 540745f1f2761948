from celery import shared_task

from .actions.keeping import start_due
from .datasets.sweeping import sweep_additions


@shared_task
def keep() -> None:
    """Each hour."""
    start_due()
    sweep_additions()
