from celery import shared_task

from . import outbox, pruning


@shared_task(name=outbox.DRAIN)
def drain_outbox() -> None:
    outbox.drain()


@shared_task
def prune() -> None:
    """Each hour."""
    pruning.prune()
