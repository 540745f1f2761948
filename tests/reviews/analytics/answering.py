"""A queue that two people have answered, and its page of figures."""

from collections.abc import Sequence
from typing import Any

from django.test import Client
from django.urls import reverse

from annotate_site.projects.models import User
from queues.models import Queue

from ... import factories
from ...conftest import Cast
from ..working import Worker


def queue_of(cast: Cast, *kinds: str, items: int = 3, name: str = "", **settings: Any) -> Queue:
    """Each item wants an answer of both annotators to a field of each kind, named as its kind."""
    fields = [
        factories.make_field(cast.project, kind, name=kind + name) for kind in kinds or ("boolean",)
    ]
    return factories.make_queue(
        cast.project, fields=fields, annotators=[cast.annotator, cast.second], items=items,
        **{"annotations_required": 2} | settings,
    )  # fmt: skip


def answer(queue: Queue, user: User, *answers: str | Sequence[str | list[str]]) -> None:
    """One item after another: the answers to its fields, or the answer to its only one."""
    for given in answers:
        worker = Worker(queue, user)
        worker.submit(worker.claim(), *([given] if isinstance(given, str) else given))


def page_url(queue: Queue, name: str = "analytics") -> str:
    return reverse(f"reviews:{name}", args=[queue.project.slug, queue.pk])


def page(user: User, queue: Queue, **query: Any) -> str:
    client = Client()
    client.force_login(user)
    response = client.get(page_url(queue), query)
    assert response.status_code == 200
    return response.content.decode()
