"""Real Chromium against a live server. Without one: skipped aloud, or failed if required."""

import logging
import os
import shutil
import time
from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import settings
from django.contrib.staticfiles.handlers import StaticFilesHandler
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.test import Client, override_settings
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from annotate_site import sql

# Playwright's sync interface runs a loop in this thread; the tests read rows beside it.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")

# The first draws no window of its own, for a third of the processor time.
NAMES = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
FLAGS = [
    "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip

# What the console says of a refusal, or of a network that a test has cut: both are answered.
ANSWERED = (
    "status of 4", "status of 503", "Status Error Code 4", "Status Error Code 503",
    "ERR_INTERNET_DISCONNECTED", "htmx:sendError", "htmx:afterRequest",
)  # fmt: skip
LAST_REQUEST_SECONDS = 10
STORED = {"storageTypes": "local_storage,indexeddb,cache_storage,service_workers"}
# The pause before a text is saved, and the moment in which an item that has come takes no click.
HURRY = """
const inTime = globalThis.setTimeout;
globalThis.setTimeout = (act, wait, ...more) =>
  inTime(act, wait === 500 || wait === 1000 ? wait / 10 : wait, ...more);
"""
QUIET = "() => document.getElementById('ws-saved')?.dataset.saved !== 'saving'"


def chromium() -> str | None:
    """The browser to drive: CHROMIUM, or the first one on PATH."""
    return os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), None)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    path = chromium()
    if path is None:
        sentence = "No Chromium: put one on PATH or name it in CHROMIUM."
        if os.environ.get("REQUIRE_BROWSER") == "1":
            pytest.fail(sentence)
        pytest.skip(sentence)
    flags = FLAGS + (["--no-sandbox"] if os.geteuid() == 0 else [])
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=flags)
        yield browser
        browser.close()


@pytest.fixture(scope="session", autouse=True)
def files_are_cached() -> Iterator[None]:
    """As in production, where a name has a hash; here nobody changes them meanwhile."""
    serve = StaticFilesHandler.serve

    def for_an_hour(handler: StaticFilesHandler, request: HttpRequest) -> HttpResponseBase:
        response = serve(handler, request)
        response.headers["Cache-Control"] = "max-age=3600, immutable"
        return response

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(StaticFilesHandler, "serve", for_an_hour)
        yield


class Contexts:
    """Browsers that people have left, by their options: whoever comes next has their files of ours
    in the cache already, and nothing else of theirs.
    """

    def __init__(self, browser: Browser, base: str) -> None:
        self.browser, self.base = browser, base
        self.left: dict[str, list[BrowserContext]] = {}

    def take(self, options: dict[str, Any]) -> BrowserContext:
        left = self.left.get(repr(options))
        return left.pop() if left else self.new_in_a_hurry(options)

    def new(self, options: dict[str, Any]) -> BrowserContext:
        context = self.browser.new_context(base_url=self.base, **options)
        context.grant_permissions(["clipboard-read", "clipboard-write"])
        return context

    def new_in_a_hurry(self, options: dict[str, Any]) -> BrowserContext:
        context = self.new(options)
        context.add_init_script(HURRY)
        return context

    def leave(self, context: BrowserContext, options: dict[str, Any]) -> None:
        """Nothing of it runs on; what it has sent is not called back."""
        for page in context.pages:
            page.close()
        context.clear_cookies()
        self.left.setdefault(repr(options), []).append(context)


class Person:
    """Somebody at a browser of their own; errors of scripts and of the policy end the test.

    `as_it_is`: one that nobody has used, whose timers run as everybody's do.
    """

    def __init__(self, contexts: Contexts, *, as_it_is: bool = False, **options: Any) -> None:
        self.options: dict[str, Any] = {"viewport": {"width": 1440, "height": 900}} | options
        self.contexts, self.as_it_is = contexts, as_it_is
        self.context = contexts.new(self.options) if as_it_is else contexts.take(self.options)
        self.page: Page = self.context.new_page()
        if not as_it_is:
            self._forget()
        self.complaints: list[str] = []
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("console", self._hear)

    def _forget(self) -> None:
        """What a page of before has stored, but for the cache."""
        self.context.set_offline(False)
        session = self.context.new_cdp_session(self.page)
        session.send("Storage.clearDataForOrigin", {"origin": self.contexts.base} | STORED)
        session.detach()

    def _hear(self, message: Any) -> None:
        if message.type == "error" and not any(known in message.text for known in ANSWERED):
            self.complaints.append(message.text)

    def leave(self) -> None:
        """Goes when nothing is being saved."""
        for page in self.context.pages:
            page.wait_for_function(QUIET)
        self.context.set_offline(True)
        if self.as_it_is:
            self.context.close()
        else:
            self.contexts.leave(self.context, self.options)


@pytest.fixture(scope="session")
def contexts(browser: Browser, live_server: Any) -> Contexts:
    return Contexts(browser, live_server.url)


@pytest.fixture
def someone(contexts: Contexts, live_server: Any) -> Iterator[Any]:
    """Makes people at browsers; none of them may have seen a script error."""
    people: list[Person] = []

    def make(user: Any = None, **options: Any) -> Person:
        person = Person(contexts, **options)
        if user is not None:
            client = Client()
            client.force_login(user)
            cookie = client.cookies["sessionid"].value
            person.context.add_cookies(
                [{"name": "sessionid", "value": cookie, "url": live_server.url}]
            )
        people.append(person)
        return person

    yield make
    complaints = [text for person in people for text in person.complaints]
    for person in people:
        person.leave()
    await_the_last_request()
    assert complaints == []


OTHERS = """
select true as there from pg_stat_activity where datname = current_database()
   and backend_type = 'client backend' and pid <> pg_backend_pid() and state <> 'idle' limit 1
"""


def await_the_last_request() -> None:
    """A late one would meet an emptied database, and each in the other's way."""
    deadline = time.monotonic() + LAST_REQUEST_SECONDS
    while sql.one(OTHERS) and time.monotonic() < deadline:
        time.sleep(0.01)


@pytest.fixture
def rich(transactional_db: None, caplog: pytest.LogCaptureFixture) -> Iterator[Any]:
    """A world with one of everything to see (rich.py); files of uploads are kept in memory."""
    from .rich import Rich

    caplog.set_level(logging.CRITICAL, "django.request")  # refusals are among the pages
    memory = {"BACKEND": "django.core.files.storage.InMemoryStorage"}
    with override_settings(STORAGES=settings.STORAGES | {"default": memory}):
        yield Rich()
