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


def shown(client: Client, address: str) -> dict[str, Any]:
    """What a browser would send back of the settings' page, untouched."""
    context = client.get(address).context
    sent: dict[str, Any] = {}
    for field in context["form"]:
        value = field.value()
        text = "" if value is None else str(value)
        sent[f"initial-{field.name}"] = text
        if not isinstance(value, bool):
            sent[field.name] = text
        elif value:
            sent[field.name] = "on"
    asked = context["asked"]
    sent |= {"asked-was": asked.was, "field": [str(row.field.pk) for row in asked.chosen]}
    for row in asked.chosen:
        sent[f"order-{row.field.pk}"] = row.order
        ticked = {"required": row.required, "note": row.allow_note}
        sent |= {f"{name}-{row.field.pk}": "on" for name, on in ticked.items() if on}
    return sent
