from celery import shared_task

from . import outbox


@shared_task(name=outbox.DRAIN)
def drain_outbox() -> None:
    outbox.drain()
