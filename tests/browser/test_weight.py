"""What the workspace weighs: bytes, requests and statements are held to; times are printed."""

import gzip
import time
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from playwright.sync_api import Response

from annotate_site.assets import shorter
from queues.models import Queue
from tests.bench import counting, in_browser
from tests.bench.over_http import Annotator
from tests.bench.run import (
    MOST_BYTES_OF_NEXT,
    MOST_BYTES_OF_PAGE,
    MOST_STATEMENTS_OF_NEXT,
    MOST_STATEMENTS_OF_PAGE,
)
from tests.bench.scene import ANSWERS, Post, make_traces

from .. import factories
from ..conftest import Cast

pytestmark = pytest.mark.django_db(transaction=True)

MOST_REQUESTS = 33  # of the peer with the fewest
NEXT = 8  # items


@pytest.fixture
def queue(cast: Cast) -> Queue:
    fields = [factories.make_field(cast.project, kind, name=kind.title()) for kind in ANSWERS]
    queue = factories.make_queue(
        cast.project, fields=fields, annotators=[cast.annotator, cast.second]
    )
    factories.add_items(queue, make_traces(cast.project, NEXT + 8))
    return queue


def compressed(response: Response) -> int:
    """Bytes of the body as production sends it: files of ours, which this server leaves as is."""
    if response.headers.get("content-encoding"):
        return response.request.sizes()["responseBodySize"]
    body = response.body()
    name = urlsplit(response.url).path.removeprefix(settings.STATIC_URL)
    if name.endswith((".js", ".css")):
        body = shorter(name, body.decode()).encode()
    return min(len(body), len(gzip.compress(body)))


def milliseconds(act: Callable[[], object]) -> float:
    began = time.perf_counter()
    act()
    return (time.perf_counter() - began) * 1000


def test_weight_is_within_the_budgets(cast: Cast, queue: Queue, someone: Any) -> None:
    page = someone(cast.second).page
    path = f"/p/{cast.project.slug}/annotate/queues/{queue.pk}/workspace/"
    page.goto(path)
    page.get_by_role("button", name="Start annotating").click()
    page.locator("#ws-form").wait_for()
    page.close()

    fresh = someone(cast.second, as_it_is=True).page
    answers: list[Response] = []
    fresh.on("response", lambda answer: answers.append(answer))
    fresh.goto(path, wait_until="networkidle")
    first, requests = sum(map(compressed, answers)), len(answers)
    in_browser.watch(fresh)
    swap_ms, server_ms, size = in_browser.middle(in_browser.swaps(fresh, NEXT))
    print(f"\nfirst load: {first:,} bytes, {requests} requests")
    print(
        f"next item: {size:,} bytes, {swap_ms:.0f} ms to settled, of these {server_ms:.0f} server"
    )
    assert first < MOST_BYTES_OF_PAGE
    assert requests < MOST_REQUESTS
    assert size < MOST_BYTES_OF_NEXT


def test_statements_are_within_the_budgets(cast: Cast, queue: Queue) -> None:
    post = Post(queue, [cast.annotator])
    of_page, of_next = counting.statements(post)
    browser = counting.InProcess(post)
    annotator = Annotator(browser, queue)
    page_ms = milliseconds(lambda: browser.get(f"{annotator.root}/workspace/"))
    next_ms = milliseconds(annotator.cycle)
    print(f"\nworkspace: {of_page} statements, {page_ms:.0f} ms of Python and SQL")
    print(f"submit and next: {of_next} statements, {next_ms:.0f} ms")
    assert of_page <= MOST_STATEMENTS_OF_PAGE
    assert of_next <= MOST_STATEMENTS_OF_NEXT
