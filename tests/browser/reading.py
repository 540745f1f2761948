"""Items to read in a browser: content of the shapes that real traces have."""

import json
from datetime import timedelta
from typing import Any

from django.utils import timezone
from playwright.sync_api import Page

from annotate_site.projects.events import SYSTEM
from queues.actions.items.adding import add_traces, start_batch
from queues.models import Queue
from traces.models import Span, Trace

from .. import factories
from ..conftest import Cast
from .expecting import expect

RULE = "Agents never refund a basic economy ticket without a reason. "
POLICY = "# Airline policy\n\n" + RULE * 30
CODE = "```py\nx = 1  # " + "long " * 60 + "\n```"
COLUMNS = " | ".join(f"column {n}" for n in range(14))
TABLE = f"| plan | {COLUMNS} |\n|---{'|---' * 14}|\n| a {'| value here ' * 14}|"
PIXEL = "data:image/gif;base64,R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7"
RESULT: dict[str, Any] = {
    "reservation_id": "ZFA04Y", "passengers": [{"first_name": "Ada", "dob": "1990-01-02"}],
    "total": 120, "paid": True, "note": None, "odd.key": {"back\\slash": "x" * 300},
}  # fmt: skip


def says(role: str, text: str) -> dict[str, Any]:
    return {"role": role, "content": text}


def calls(number: int, name: str, result: Any) -> list[dict[str, Any]]:
    asked = json.dumps({"reservation_id": f"R{number}"})
    call = {"id": f"c{number}", "function": {"name": name, "arguments": asked}}
    given = result if isinstance(result, str) else json.dumps(result)
    return [
        {"role": "assistant", "content": None, "tool_calls": [call]},
        {"role": "tool", "tool_call_id": f"c{number}", "content": given},
    ]


def conversation(messages: int = 40, system: str = POLICY) -> list[dict[str, Any]]:
    """A run of an agent with a long policy: calls, a table, code, a long word, an image."""
    found = [says("system", system), says("user", "Please change my flight.")]
    found += calls(1, "get_reservation_details", RESULT)
    found += calls(2, "update_reservation_flights", "Error: payment method not found")
    found.append(says("assistant", f"It **failed**.\n\n{CODE}"))
    found.append(says("assistant", f"{TABLE}\n\n{'w' * 400}"))
    image = {"type": "image_url", "image_url": {"url": PIXEL}}
    found.append({"role": "user", "content": [{"type": "text", "text": "See this:"}, image]})
    while len(found) < messages:
        found.append(says("assistant", f"Reply {len(found)}: what else may I do for you today?"))
        found.append(says("user", "Nothing, thanks. " * 5))
    return found[:messages]


def add(queue: Queue, traces: list[Trace], **display: Any) -> None:
    chosen = {"inputs": ["messages"], "outputs": ["messages", "verdict"], **display}
    batch = start_batch(queue=queue, by=None, display=chosen, filter={})
    add_traces(queue=queue, trace_ids=[one.pk for one in traces], batch=batch, actor=SYSTEM)


def make_queue(cast: Cast, *contents: dict[str, Any], **more: Any) -> Queue:
    """A queue of the annotator's, with one item for each of these outputs."""
    fields = [factories.make_field(cast.project, name="Right")]
    queue = factories.make_queue(cast.project, fields=fields, annotators=[cast.annotator], **more)
    add(queue, [factories.make_trace(cast.project, inputs={}, outputs=one) for one in contents])
    return queue


def open_workspace(page: Page, queue: Queue) -> Page:
    page.goto(f"/p/{queue.project.slug}/annotate/queues/{queue.pk}/workspace/")
    page.get_by_role("button", name="Start annotating").click()
    expect(page.locator("#ws-title")).to_be_focused()
    is_dressed(page)
    return page


def is_dressed(page: Page) -> None:
    """Trees have a row in the tab order and code has its button: both come with the scripts."""
    expect(page.locator(".json:not(:has([tabindex='0']))")).to_have_count(0)
    expect(page.locator(".reading .prose pre:not(.code > pre)")).to_have_count(0)


def with_steps(cast: Cast) -> Trace:
    trace = factories.make_trace(cast.project, model="gpt-4o")
    start = timezone.now()
    Trace.objects.filter(pk=trace.pk).update(span_count=4)
    rows = [("a", "root", "plan", "chain", "ok"), ("b", "a", "chat gpt-4o", "llm", "ok"),
            ("c", "root", "charge_card", "tool", "error")]  # fmt: skip
    for number, (own, parent, name, kind, status) in enumerate(rows):
        began = start + timedelta(seconds=number)
        Span.objects.create(
            project=cast.project, trace=trace, span_id=own, parent_id=parent, name=name, kind=kind,
            status=status, start=began, end=began + timedelta(seconds=1.5),
        )  # fmt: skip
    return trace


def sideways(page: Page) -> int:
    """By how many pixels the page, or the item in it, scrolls sideways."""
    found: int = page.evaluate("""() => {
      const item = document.getElementById("ws-item") ?? document.documentElement;
      return Math.max(document.documentElement.scrollWidth - innerWidth,
                      item.scrollWidth - item.clientWidth);
    }""")
    return found
