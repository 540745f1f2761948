"""A reviewer's pages over HTTP: their addresses, what they hold, what a form of theirs sends."""

import re
from typing import Any

from django.test import Client
from django.urls import reverse

from queues.models import Item, Queue

OF_QUEUE = ("review-list", "review-decided", "review-next", "review-bulk")


def url(name: str, queue: Queue, item: Item | None = None) -> str:
    args: list[Any] = [queue.project.slug, queue.pk]
    return reverse(f"reviews:{name}", args=args if name in OF_QUEUE else [*args, item and item.pk])


def read(client: Client, address: str) -> str:
    return client.get(address).content.decode()


def sent(page: str, **more: str) -> dict[str, str]:
    return dict(re.findall(r'type="hidden"\s+name="(\w+)"\s+value="([^"]*)"', page)) | more


def opened(client: Client, queue: Queue, item: Item) -> str:
    client.post(url("item-review", queue, item))
    return read(client, url("item-review", queue, item))
