"""Addresses of the pages of one queue."""

from django.urls import reverse

from queues.access import QueueRequest


def queue_url(request: QueueRequest, name: str, *more: object) -> str:
    """Of the page `reviews:<name>` in the queue of the request; `more`: an item's id."""
    return reverse(f"reviews:{name}", args=[request.access.project.slug, request.queue.pk, *more])
