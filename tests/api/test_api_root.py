"""What all operations share: who asks, limits, errors, the document, and what is kept secret."""

import logging
import re
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from typing import Any

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client

from annotate_site import sql
from annotate_site.api.root import ROUTERS
from annotate_site.projects.models import ApiToken, ApiUse, Event
from tests.conftest import Cast
from traces.models import Span, Trace

from .conftest import ROW, Make, Program

pytestmark = pytest.mark.django_db
PROBLEM = "application/problem+json"


def test_me_tells_who_asks_and_nothing_secret(cast: Cast, program: Make) -> None:
    asking = program("read", "ingest")
    response = asking.ask("GET", "/me")
    told = response.json()
    assert told["user"] == {"email": cast.manager.email, "name": cast.manager.name}
    assert told["project"]["slug"] == cast.project.slug
    assert (told["token"]["name"], told["token"]["scopes"]) == ("A program", ["read", "ingest"])
    assert told["token"]["expires_at"] is None
    assert response.headers["Cache-Control"] == "no-store"
    assert not {asking.secret, asking.token and asking.token.token_hash} & set(
        response.content.decode().split('"')
    )


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("GET", "/nothing", 404, "not_found"),
        ("GET", "/me/", 404, "not_found"),
        ("GET", "", 404, "not_found"),
        ("POST", "/me", 405, "method_not_allowed"),
        ("PATCH", "/openapi.json", 405, "method_not_allowed"),
    ],
)
def test_programs_get_no_pages(
    program: Make, method: str, path: str, status: int, code: str
) -> None:
    response = program().ask(method, path)
    assert (response.status_code, response.headers["Content-Type"]) == (status, PROBLEM)
    assert (response.json()["status"], response.json()["code"]) == (status, code)
    assert ("Allow" in response.headers) == (status == 405)


def test_a_mistake_of_ours_is_told_as_a_problem_too(
    program: Make, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.CRITICAL, "django.request")
    asking = program()
    monkeypatch.setattr("annotate_site.api.traces.read_page", lambda *a, **b: 1 / 0)
    client = Client(raise_request_exception=False)
    path = f"/api/v1{asking.base}/traces"
    response = client.get(path, headers={"Authorization": f"Bearer {asking.secret}"})
    assert (response.status_code, response.headers["Content-Type"]) == (500, PROBLEM)


def test_a_token_has_so_many_requests_a_minute(program: Make, monkeypatch: Any) -> None:
    monkeypatch.setattr(settings, "API_REQUESTS_PER_MINUTE", 3)
    asking, other = program("read"), program("read")
    minute = "update projects_apiuse set minute = date_trunc('minute', clock_timestamp())"
    got = []
    for _ in range(5):
        got.append(asking.ask("GET", "/me"))
        sql.run(minute)  # the minute may end while the test runs
    assert [one.status_code for one in got] == [200, 200, 200, 429, 429]
    assert 1 <= int(got[-1].headers["Retry-After"]) <= 60
    assert got[-1].json()["code"] == "too_many_requests"
    assert other.ask("GET", "/me").status_code == 200
    ApiUse.objects.update(minute=sql.clock() - timedelta(minutes=1))
    assert asking.ask("GET", "/me").status_code == 200


def test_the_last_use_is_noted_at_most_once_a_minute(program: Make) -> None:
    asking = program("read")
    uses = []
    for _ in range(2):
        asking.ask("GET", "/me")
        uses.append(ApiToken.objects.get().last_used_at)
    assert uses[0] is not None
    assert uses[0] == uses[1]
    earlier = sql.clock() - timedelta(seconds=61)
    ApiToken.objects.update(last_used_at=earlier)
    asking.ask("GET", "/me")
    noted = ApiToken.objects.get().last_used_at
    assert noted
    assert noted > earlier


def test_the_secret_is_nowhere_but_with_who_has_it(
    cast: Cast, program: Make, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    asking = program()
    answers = [
        asking.ask("GET", "/me"), asking.traces("POST", "", [ROW]), asking.traces("GET"),
        asking.traces("POST", "", [5]), asking.traces("GET", "/none"), asking.ask("GET", "/none"),
    ]  # fmt: skip
    sent = [one.content.decode() + str(dict(one.headers)) for one in answers]
    rows = [str(row) for table in (ApiToken, Event, ApiUse) for row in table.objects.values_list()]
    statements = [entry.getMessage() for entry in caplog.records]
    assert not [text for text in (*sent, *rows, *statements) if asking.secret in text]


def test_the_document_lists_every_operation(client: Client) -> None:
    told = client.get("/api/v1/openapi.json").json()
    addresses = [path for router in ROUTERS for path in router.path_operations]
    assert set(told["paths"]) == {
        "/api/v1" + re.sub(r"{\w+:(\w+)}", r"{\1}", path) for path in addresses
    }
    assert len(addresses) > 10
    assert all(
        operation["security"] == [{"Token": []}]
        for path in told["paths"].values()
        for operation in path.values()
    )
    listed = told["paths"]["/api/v1/projects/{project}/traces"]["get"]["parameters"]
    assert {one["name"] for one in listed} == {"project", "limit", "cursor", "filter", "sort"}
    assert told["components"]["securitySchemes"]["Token"] == {"type": "http", "scheme": "bearer"}


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("key", ["", "the same"])
def test_two_that_send_the_same_at_once_add_it_once(cast: Cast, program: Make, key: str) -> None:
    asking, together = program("ingest"), Barrier(2)
    rows = [{"trace_id": f"t-{n}", "inputs": {"n": n}, "outputs": {"a": 1}} for n in range(20)]
    headers = {"Idempotency-Key": key} if key else {}

    def send(turn: int) -> Any:
        try:
            together.wait()
            body = rows if key or turn else rows[::-1]
            return Program(asking.base, asking.secret).traces("POST", "", body, **headers)
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as both:
        one, two = both.map(send, (0, 1))
    assert (one.status_code, two.status_code) == (200, 200)
    counts = sorted((one.json()["added"], two.json()["added"]))
    assert counts == ([20, 20] if key else [0, 20])
    assert (Trace.objects.count(), Span.objects.count()) == (20, 20)
