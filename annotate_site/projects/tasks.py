from celery import shared_task

from . import outbox


@shared_task
def drain_outbox() -> None:
    outbox.drain()
