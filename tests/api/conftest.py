"""Programs that ask by a token."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from django.test import Client

from annotate_site.projects.models import ApiToken, User
from tests import factories
from tests.conftest import Cast

JSON = "application/json"
ROW = {"trace_id": "t-1", "name": "One", "inputs": {"q": "Why?"}, "outputs": {"a": "So."}}


@dataclass
class Program:
    """One token of a project; `secret` "" sends no header."""

    base: str
    secret: str
    token: ApiToken | None = None

    def ask(self, method: str, path: str, body: Any = None, **headers: str) -> Any:
        """`path` below /api/v1; a body that is no bytes is sent as JSON."""
        if self.secret:
            headers["Authorization"] = f"Bearer {self.secret}"
        if body is None:
            return Client().generic(method, f"/api/v1{path}", headers=headers)
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        kind = headers.pop("kind", JSON)
        return Client().generic(method, f"/api/v1{path}", data, kind, headers=headers)

    def traces(self, method: str, rest: str = "", body: Any = None, **headers: str) -> Any:
        return self.ask(method, f"{self.base}/traces{rest}", body, **headers)


Make = Callable[..., Program]


@pytest.fixture
def program(cast: Cast) -> Make:
    """Makes programs in the cast's project; by the manager and with all scopes, unless told."""

    def make(*scopes: str, by: User | None = None) -> Program:
        wanted = scopes or ("read", "write", "annotate", "ingest")
        token, secret = factories.make_secret_token(cast.project, by or cast.manager, *wanted)
        return Program(f"/projects/{cast.project.slug}", secret, token)

    return make
