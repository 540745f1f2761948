"""A program that annotates by token: one kept-alive connection, the next item in each answer."""

import http.client
import json
from typing import Any
from uuid import uuid4

from annotate_site.projects.models import User
from queues.models import Queue
from tests.factories import make_secret_token

from .crowd import Sit
from .ground import HOST
from .scene import ANSWERS, Post

# The JSON of what a form posts.
VALUES: dict[str, Any] = ANSWERS | {"rating": 4}


class Program:
    """Opens an item; each cycle submits the one in hand and gets the next."""

    def __init__(self, port: int, user: User, queue: Queue) -> None:
        self.connection = http.client.HTTPConnection(HOST, port, timeout=30)
        secret = make_secret_token(queue.project, user, "annotate")[1]
        self.headers = {"Authorization": f"Bearer {secret}", "Content-Type": "application/json"}
        self.root = f"/api/v1/projects/{queue.project.slug}/queues/{queue.pk}"
        kinds = {str(one.field_id): one.field.kind for one in queue.queue_fields.all()}
        self.values = {pk: VALUES[kind] for pk, kind in kinds.items()}
        self.held = self._post("/next", {})

    def cycle(self) -> bool:
        """Submits; False if no item came back."""
        item = self.held["item"]
        if not item:
            return False
        body = {
            "token": self.held["reservation"]["token"], "round": item["round"],
            "submission_id": str(uuid4()), "version": self.held["version"], "values": self.values,
            "next": True,
        }  # fmt: skip
        self.held = self._post(f"/items/{item['id']}/submit", body)["next"]
        return self.held["item"] is not None

    def _post(self, path: str, body: dict[str, Any]) -> Any:
        self.connection.request("POST", self.root + path, json.dumps(body), self.headers)
        response = self.connection.getresponse()
        data = response.read()
        if response.status != http.HTTPStatus.OK:
            raise RuntimeError(f"POST {path} answered {response.status}: {data[:200]!r}")
        return json.loads(data)


def sit(port: int, post: Post) -> Sit:
    """For `crowd.work`: the programs of a post."""
    return lambda number: Program(port, post.people[number], post.queue).cycle
