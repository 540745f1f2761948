"""Connections to the database that outlive a request."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.core.handlers.wsgi import WSGIHandler
from django.db import connection, connections
from django.test import RequestFactory

from annotate_site import sql


@pytest.fixture
def server_thread() -> Iterator[ThreadPoolExecutor]:
    """One thread of a web server, which keeps its connection from request to request."""
    with ThreadPoolExecutor(1) as thread:
        yield thread
        thread.submit(connections.close_all).result()


def ready() -> tuple[int, int]:
    """The status that /readyz has, and the session of the database that answered it."""
    statuses: list[str] = []

    def start_response(status: str, *_: Any) -> Callable[[bytes], object]:
        statuses.append(status)
        return bytes

    environ = RequestFactory().get("/readyz", HTTP_HOST="localhost").environ
    response = WSGIHandler()(environ, start_response)
    list(response)
    response.close()
    return int(statuses[0].split()[0]), connection.connection.info.backend_pid


@pytest.mark.django_db
def test_the_first_request_after_a_restart_of_postgresql_is_answered(
    server_thread: ThreadPoolExecutor,
) -> None:
    status, session = server_thread.submit(ready).result()
    assert (status, server_thread.submit(ready).result()) == (200, (200, session))
    ended = sql.one("select pg_terminate_backend(%s, 5000) as done", [session])
    assert ended
    assert ended.done
    status, other = server_thread.submit(ready).result()
    assert status == 200
    assert other != session
