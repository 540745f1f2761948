"""A day's work in one browser tab: neither memory nor time grow from item to item."""

from statistics import median
from typing import Any

import pytest

from tests.bench import in_browser
from tests.bench.scene import ANSWERS, make_traces

from .. import factories
from ..conftest import Cast
from .expecting import expect

pytestmark = pytest.mark.django_db(transaction=True)

# After a collection of garbage. What grows with each item would be many times this.
MORE_HEAP = 2_000_000  # bytes
MORE_NODES, MORE_LISTENERS = 1500, 150


class Memory:
    """What a tab holds once garbage is collected."""

    def __init__(self, page: Any) -> None:
        self.session = page.context.new_cdp_session(page)
        self.session.send("HeapProfiler.enable")
        self.session.send("Performance.enable")

    def read(self) -> dict[str, int]:
        for _ in range(2):  # what only garbage holds is found by the second
            self.session.send("HeapProfiler.collectGarbage")
        metrics = self.session.send("Performance.getMetrics")["metrics"]
        values = {one["name"]: int(one["value"]) for one in metrics}
        return {name: values[name] for name in ("JSHeapUsedSize", "Nodes", "JSEventListeners")}


@pytest.mark.parametrize(
    ("early", "late"), [(15, 60), pytest.param(50, 300, marks=pytest.mark.soak)]
)
def test_item_after_item(cast: Cast, someone: Any, early: int, late: int) -> None:
    fields = [factories.make_field(cast.project, kind, name=kind.title()) for kind in ANSWERS]
    queue = factories.make_queue(cast.project, fields=fields, annotators=[cast.annotator])
    factories.add_items(queue, make_traces(cast.project, late + 1))
    page = someone(cast.annotator, as_it_is=True).page
    page.goto(f"/p/{cast.project.slug}/annotate/queues/{queue.pk}/workspace/")
    page.get_by_role("button", name="Start annotating").click()
    expect(page.locator("#ws-title")).to_be_focused()
    in_browser.watch(page)
    memory = Memory(page)

    begin = in_browser.swaps(page, early)
    before = memory.read()
    rest = in_browser.swaps(page, late - early)
    after = memory.read()

    first, last = (median(one.ms for one in some[-early:]) for some in (begin, rest))
    print(f"\nitems 1 to {early}: {first:.0f} ms each; the last {early} of {late}: {last:.0f} ms")
    print("  ".join(f"{name} {before[name]:,} → {after[name]:,}" for name in before))
    assert after["JSHeapUsedSize"] < before["JSHeapUsedSize"] + MORE_HEAP
    assert after["Nodes"] < before["Nodes"] + MORE_NODES
    assert after["JSEventListeners"] < before["JSEventListeners"] + MORE_LISTENERS
    assert queue.items.filter(status="completed").count() == late
