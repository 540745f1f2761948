"""Whoever sends slowly, or too much, takes nothing from the others: the real web server."""

import http.client
import os
import selectors
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, closing, suppress
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection

from annotate_site.health import is_healthy
from queues.models import Item
from tests import factories
from tests.bench.over_http import CSRF, Annotator, KeptAlive
from tests.conftest import Cast
from tests.factories import make_session
from tests.ports import free_port
from tests.site import servers
from tests.site.running import name_of, wait_for

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.needs_a_core,
    pytest.mark.timeout(240),
]
HOST = "127.0.0.1"
COOKIE = f"csrftoken={CSRF}"
FORM = "Content-Type: application/x-www-form-urlencoded"
REQUEST_SECONDS = 5  # so that the end of slow ones is soon
SLOW = 40
COLLECT = """
import django
django.setup()
from annotate_site.local.preparing import collect_static
collect_static()
"""


Process = subprocess.Popen[bytes]


@pytest.fixture(scope="module")
def server(django_db_setup: None) -> Iterator[tuple[int, Process]]:
    """A web server on the database of the tests: port and process."""
    number = free_port()
    database = connection.settings_dict
    name = f"postgresql://{database['USER']}@/{database['NAME']}?host={database['HOST']}"
    environment = os.environ | {"DATABASE_URL": name, "REQUEST_SECONDS": str(REQUEST_SECONDS)}
    collect = [sys.executable, "-c", COLLECT]
    subprocess.run(collect, cwd=servers.SITE, env=environment, check=True)
    command = [sys.executable, "-m", "annotate_site.serving", "--port", str(number)]
    process = subprocess.Popen(command, cwd=servers.SITE, env=environment, start_new_session=True)
    try:
        wait_for(lambda: is_healthy(HOST, number))
        yield number, process
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(30)


@pytest.fixture
def port(server: tuple[int, Process]) -> int:
    return server[0]


def head(path: str, *more: str, length: int = 0, cookie: str = COOKIE) -> bytes:
    """Of a POST that promises so many bytes."""
    lines = [f"POST {path} HTTP/1.1", f"Host: {HOST}", f"Cookie: {cookie}", FORM, *more]
    return "\r\n".join([*lines, f"Content-Length: {length}", "", ""]).encode()


def connect(port: int, first: bytes) -> socket.socket:
    client = socket.create_connection((HOST, port), timeout=60)
    client.sendall(first)
    return client


def drip_until_closed(clients: list[socket.socket]) -> None:
    """Send a byte on each from time to time, until the server has closed them all."""
    with selectors.DefaultSelector() as waiting:
        for client in clients:
            waiting.register(client, selectors.EVENT_READ, client)
        while waiting.get_map():
            for key, _ in waiting.select(1):
                if is_closed(key.data):
                    waiting.unregister(key.data)
            for key in list(waiting.get_map().values()):
                with suppress(OSError):  # closed just now: the next look says so
                    key.data.send(b"x")


def is_closed(client: socket.socket) -> bool:
    try:
        return client.recv(4096) == b""
    except ConnectionError:
        return True


@pytest.fixture
def annotator(port: int, cast: Cast) -> Iterator[Annotator]:
    """At work in a queue of three items."""
    field = factories.make_field(cast.project, "rating")
    queue = factories.make_queue(
        cast.project, by=cast.manager, fields=[field], annotators=[cast.annotator]
    )
    factories.add_items(queue, [factories.make_trace(cast.project) for _ in range(3)])
    browser = KeptAlive(port, cast.annotator)
    with closing(browser.connection):
        yield Annotator(browser, queue)


def submitted() -> int:
    return Item.objects.filter(status="completed").count()


def test_forty_slow_connections_of_each_kind_freeze_nothing_and_are_closed(
    port: int, annotator: Annotator
) -> None:
    sign_in = "/accounts/login/"
    kinds = [
        head(sign_in, length=100_000) + b"x",  # more than a stranger may send
        head(sign_in, length=60_000) + b"x",
        head(sign_in, length=60_000)[:-2],  # the end of the head is missing
    ]
    with ExitStack() as opened:
        slow = [opened.enter_context(connect(port, kind)) for kind in kinds for _ in range(SLOW)]
        assert is_healthy(HOST, port)
        assert annotator.cycle()
        assert submitted() == 1
        drip_until_closed(slow)
    assert annotator.cycle()


def test_a_thousand_silent_connections_leave_room_for_others(port: int) -> None:
    with ExitStack() as opened:
        for _ in range(1000):
            opened.enter_context(connect(port, b""))
        assert is_healthy(HOST, port)


def test_connections_are_dealt_to_all_processes(server: tuple[int, Process]) -> None:
    port, process = server
    serving = [pid for pid in servers.descendants(process.pid) if name_of(pid).startswith("web")]
    assert len(serving) == 2
    with ExitStack() as opened:
        clients = [opened.enter_context(connect(port, b"")) for _ in range(60)]
        ours = {client.getsockname()[1] for client in clients}
        wait_for(lambda: sum(taken_by(pid, ours) for pid in serving) == len(ours))
        dealt = [taken_by(pid, ours) for pid in serving]
    assert min(dealt) > 10, dealt


def taken_by(pid: int, client_ports: set[int]) -> int:
    """How many connections that come from these ports the process holds."""
    held = set()
    for file in Path(f"/proc/{pid}/fd").iterdir():
        with suppress(FileNotFoundError):  # those of tests before are being closed
            held.add(file.readlink().name)
    connections = [line.split() for line in Path(f"/proc/{pid}/net/tcp").read_text().splitlines()]
    return sum(
        int(remote.rpartition(":")[2], 16) in client_ports and f"socket:[{inode}]" in held
        for _, _, remote, *_, inode in (line[:10] for line in connections[1:])
    )


def answer_of(client: socket.socket) -> tuple[int, str, bool]:
    """Status, text, and whether the connection stays open."""
    response = http.client.HTTPResponse(client)
    response.begin()
    return response.status, response.read().decode(), not response.will_close


def test_a_body_larger_than_a_stranger_may_send_is_answered_with_a_sentence(port: int) -> None:
    with connect(port, head("/accounts/login/", length=100_000) + b"x" * 100_000) as client:
        status, text, stays = answer_of(client)
        assert (status, stays) == (413, True)
        assert "larger than the 64.0\xa0KB that are accepted here" in text
        client.sendall(f"GET /healthz HTTP/1.1\r\nHost: {HOST}\r\n\r\n".encode())
        assert answer_of(client)[:2] == (200, "ok")


@pytest.mark.parametrize("header", ["Expect: 100-continue", "Transfer-Encoding: chunked"])
def test_a_body_that_cannot_be_read_to_its_end_is_refused_at_once(port: int, header: str) -> None:
    body = b"" if "100" in header else b"186a0\r\n" + b"x" * 100_000
    with connect(port, head("/accounts/login/", header, length=100_000) + body) as client:
        assert answer_of(client)[::2] == (413, False)


def test_who_is_signed_in_may_send_more_and_most_where_files_are_uploaded(
    port: int, cast: Cast
) -> None:
    cookie = f"{COOKIE}; {settings.SESSION_COOKIE_NAME}={make_session(cast.manager)}"
    upload = f"/p/{cast.project.slug}/traces/upload/"
    megabyte = 1024 * 1024
    found = []
    for path, size in [("/", 1), ("/", 5), (upload, 5), (upload, 70)]:
        first = head(path, length=size * megabyte, cookie=cookie)
        with connect(port, first) as client:
            client.sendall(b"x" * size * megabyte)
            found.append(answer_of(client)[0] == 413)
    assert found == [False, True, False, True]


def test_a_session_that_does_not_exist_is_a_strangers(port: int) -> None:
    cookie = f"{COOKIE}; {settings.SESSION_COOKIE_NAME}={'s' * 32}"
    with connect(port, head("/", length=100_000, cookie=cookie) + b"x" * 100_000) as client:
        status, text, _ = answer_of(client)
    assert status == 413
    assert "64.0" in text


def test_a_program_may_send_more_with_a_token_that_works_and_by_nothing_else(
    port: int, cast: Cast
) -> None:
    _, secret = factories.make_secret_token(cast.project, cast.manager)
    session = f"{COOKIE}; {settings.SESSION_COOKIE_NAME}={make_session(cast.manager)}"
    found = []
    for path, token, size in [
        ("/api/v1/me", secret, 1_000_000),
        ("/api/v1/me", secret, 5_000_000),
        ("/api/v1/me", "x" * 48, 100_000),
        ("/api/v1/me", "", 100_000),  # a session is none
        ("/accounts/login/", secret, 100_000),
    ]:
        authorization = f"Authorization: Bearer {token}"
        cookie = COOKIE if token else session
        with connect(port, head(path, authorization, length=size, cookie=cookie)) as client:
            client.sendall(b"x" * size)
            status, text, _ = answer_of(client)
            found.append(status == 413)
            assert status != 413 or path.startswith("/acc") or '"code": "too_large"' in text
    assert found == [False, True, True, True, True]


def test_a_connection_is_kept_after_answers_with_and_without_a_body(
    port: int, annotator: Annotator
) -> None:
    browser = annotator.browser
    assert isinstance(browser, KeptAlive)
    first = browser.connection.sock
    headers = browser.headers | {"HX-Request": "true"}
    statuses = []
    for path in ("workspace/", "workspace/past/", "workspace/"):
        browser.connection.request("GET", f"{annotator.root}/{path}", headers=headers)
        response = browser.connection.getresponse()
        response.read()
        statuses.append(response.status)
    assert statuses == [200, 204, 200]
    assert browser.connection.sock is first
