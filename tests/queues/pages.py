"""Addresses of the queues' pages, and what several tests of pages need."""

from typing import Any
from urllib.parse import urlencode

from django.test import Client
from django.urls import reverse

from annotate_site.projects.models import Project
from queues.models import Item, Queue


def url(name: str, project: Project, queue: Queue | None = None, **more: Any) -> str:
    """`item` may be an Item; `query` a dict of parameters."""
    query = more.pop("query", None)
    if isinstance(more.get("item"), Item):
        more["item"] = more["item"].pk
    where = {"project": project.slug} | ({"queue": queue.pk} if queue else {})
    address = reverse(f"queues:{name}", kwargs=where | more)
    return f"{address}?{urlencode(query, doseq=True)}" if query else address


def read(client: Client, address: str) -> str:
    """The page's text; fails on any answer but 200."""
    response = client.get(address)
    assert response.status_code == 200, response.status_code
    return response.content.decode()


def told(response: Any) -> list[str]:
    """The messages that the next page will show."""
    return [str(message) for message in response.wsgi_request._messages]
