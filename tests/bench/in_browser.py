"""One annotator in a real browser: what an item costs from the key to the settled page."""

from dataclasses import dataclass
from http import HTTPStatus
from statistics import median
from typing import Any

from playwright.sync_api import Page, sync_playwright

from tests.browser.conftest import FLAGS, chromium
from tests.factories import make_session

from .ground import HOST
from .scene import Post

WATCH = """() => {
  window.__swaps = [];
  let began = 0;
  addEventListener("keydown", (event) => {
    if (event.ctrlKey && event.key === "Enter") began = performance.now();
  }, { capture: true });
  document.addEventListener("htmx:afterSettle", (event) => {
    if (event.target.id === "workspace") window.__swaps.push(performance.now() - began);
  });
}"""
# Every field is given its first choice, or a text, as a person would: by its own events.
ANSWER = """() => {
  for (const answer of document.querySelectorAll("#ws-form .answer")) {
    const control = answer.querySelector("[name^='f-']");
    if (control.matches("[type=radio], [type=checkbox]")) control.click();
    else {
      control.value = "Polite and to the point.";
      control.dispatchEvent(new Event("input", { bubbles: true }));
    }
  }
}"""


@dataclass(frozen=True)
class Swap:
    """One next item: milliseconds from key to settled, of the server, and compressed bytes."""

    ms: float
    server_ms: float
    size: int


def watch(page: Page) -> None:
    """Once after the workspace was opened."""
    page.evaluate(WATCH)


def swap(page: Page) -> Swap:
    """Answers the item in hand, submits it by key, and waits for the next one."""
    seen = page.evaluate("window.__swaps.length")
    page.evaluate(ANSWER)
    with page.expect_response("**/submit/") as caught:
        page.keyboard.press("Control+Enter")
    if caught.value.status != HTTPStatus.OK:
        raise RuntimeError(f"answered {caught.value.status}: {caught.value.text()[:400]}")
    page.wait_for_function("(seen) => window.__swaps.length > seen", arg=seen)
    request = caught.value.request
    timing: Any = request.timing
    return Swap(
        page.evaluate("window.__swaps.at(-1)"),
        timing["responseStart"] - timing["requestStart"],
        request.sizes()["responseBodySize"],
    )


def swaps(page: Page, count: int) -> list[Swap]:
    return [swap(page) for _ in range(count)]


def middle(found: list[Swap]) -> tuple[float, float, int]:
    """Medians: from key to settled, of the server, bytes."""
    return (
        median(one.ms for one in found),
        median(one.server_ms for one in found),
        round(median(one.size for one in found)),
    )


def measure(post: Post, port: int, count: int = 30) -> list[Swap]:
    """A new browser at the web server; nothing where there is no Chromium."""
    path, base = chromium(), f"http://{HOST}:{port}"
    if path is None:
        return []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=[*FLAGS, "--no-sandbox"])
        context = browser.new_context(base_url=base)
        cookie: Any = {"name": "sessionid", "value": make_session(post.people[0]), "url": base}
        context.add_cookies([cookie])
        page = context.new_page()
        queue = post.queue
        page.goto(f"/p/{queue.project.slug}/annotate/queues/{queue.pk}/workspace/")
        if page.locator("#ws-form").count() == 0:
            page.locator("#workspace button[type=submit]").click()
        page.locator("#ws-form").wait_for()
        watch(page)
        found = swaps(page, count)
        browser.close()
    return found
