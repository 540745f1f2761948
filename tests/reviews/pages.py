"""The workspace as a browser's form sees it: what a page holds, and posting it back."""

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import uuid4

from django.test import Client
from django.urls import reverse

from annotate_site.projects.models import User
from queues.models import Queue

if TYPE_CHECKING:
    from django.test.client import _MonkeyPatchedWSGIResponse as Answer

HTMX = {"HX-Request": "true"}


@dataclass
class Desk:
    """One annotator's tab on a queue's workspace."""

    client: Client
    queue: Queue

    @classmethod
    def of(cls, queue: Queue, user: User) -> "Desk":
        client = Client()
        client.force_login(user)
        return cls(client, queue)

    def url(self, name: str, item: object = None) -> str:
        args = [self.queue.project.slug, self.queue.pk, *([item] if item else [])]
        return reverse(f"reviews:{name}", args=args)

    def start(self) -> str:
        """Start, then the page that shows."""
        self.client.post(self.url("workspace"))
        return self.client.get(self.url("workspace")).content.decode()

    def post(
        self, page: str, verb: str, answers: dict[str, str] | None = None, *, htmx: bool = True
    ) -> "Answer":
        """Posts the page's hidden fields with the answers to submit, skip, park, draft, extend."""
        form = re.search(r'<form class="ws-form".*?</form>', page, re.DOTALL)
        item = re.search(r'data-item="([^"]+)"', page)
        assert form, "no form on this page"
        assert item
        # Of this form alone: Undo has a token of its own.
        hidden = dict(re.findall(r'type="hidden"\s+name="(\w+)"\s+value="([^"]*)"', form[0]))
        hidden.setdefault("submission_id", str(uuid4()))
        headers = HTMX if htmx else {}
        return self.client.post(
            self.url(f"item-{verb}", item[1]), {**hidden, **(answers or {})}, headers=headers
        )
