"""Hostile texts in every column, on every page, with the policy and without: nothing happens."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import Any

import pytest
from django.test import override_settings
from playwright.sync_api import Browser, Error

from . import hostile
from .desks import is_still, two_texts
from .expecting import expect
from .poison import Hand, poison
from .rich import Rich, Sight, sights
from .trapping import NARROW, WIDE, Trap

# Texts written past all validation: snapshots no longer match their hashes.
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.breaks_promises]

# Classes of which a browser does something where they reach a page unescaped.
ACTING = (
    "script tags", "event handlers", "svg and mathml", "htmx", "styles", "elsewhere", "frames",
    "mutation",
)  # fmt: skip
# On these pages most texts stand; they are looked at with the policy in every run of the tests.
BUSY = ("workspace", "trace", "item", "queue", "/p/<slug:project>/people/")
# Only compared, or shown where no page of these leads: a job that failed, others' open reviews.
UNSEEN = {
    "Job.failure", "Queue.repeated_line", "Review.draft", "Review.remark", "Trace.output_preview",
    "TraceAttribute.path", "TraceAttribute.value", "TraceFeedback.text",
    "TraceFeedback.evaluator", "TraceText.input", "TraceText.output",
}  # fmt: skip

WIDENING = ("unbroken", "directions", "invisible", "names")  # classes that act on the layout


class Visitors:
    """A browser tab for each actor, each with a trap."""

    def __init__(self, someone: Any, world: Rich, base: str) -> None:
        self.someone, self.world, self.base = someone, world, base
        self.traps: dict[str, Trap] = {}

    def visit(self, sight: Sight, *sizes: Any) -> None:
        trap = self.of(sight.actor)
        if sight.first:
            trap.page.goto(sight.first)
        trap.visit(sight.path, f"{sight.name} as {sight.actor}", sizes)

    def of(self, actor: str) -> Trap:
        if actor not in self.traps:
            person = self.someone(self.world.people[actor])
            self.traps[actor] = Trap(person.page, self.base)
        return self.traps[actor]

    def all(self, pages: Sequence[Sight], *sizes: Any) -> list[str]:
        """What goes wrong on these pages."""
        for sight in pages:
            self.visit(sight, *sizes)
        return [one for trap in self.traps.values() for one in trap.sprung]

    @property
    def source(self) -> str:
        return "".join(trap.source for trap in self.traps.values())


@contextmanager
def no_policy() -> Iterator[None]:
    """The site without its content security policy."""
    with override_settings(CONTENT_SECURITY_POLICY=None):
        yield


def has_policy(visitors: Visitors) -> bool:
    response = visitors.of("manager").page.goto("/")
    return response is not None and "content-security-policy" in response.headers


def pages_of(world: Rich, **more: bool) -> list[Sight]:
    """The forms for new fields differ in what they ask alone."""
    return [one for one in sights(world, **more) if not one.name.startswith("new ")]


@pytest.mark.parametrize("most", [2, pytest.param(99, marks=pytest.mark.soak)])
def test_the_trap_springs_where_a_text_is_not_escaped(
    browser: Browser, live_server: Any, most: int
) -> None:
    missed, shown = [], ""
    context = browser.new_context(base_url=live_server.url)
    context.route("**/raw/", lambda route: route.fulfill(body=shown, content_type="text/html"))
    for text in [one for name in ACTING for one in hostile.CORPUS[name][:most]]:
        shown = f"<!doctype html><title>x</title><div class=prose>{text}</div>"
        page = context.new_page()
        trap = Trap(page, live_server.url)
        with suppress(Error):  # some lead away from the page, which is told, too
            page.goto("/raw/", wait_until="commit")
            page.wait_for_load_state("domcontentloaded")
            trap.look()
        if not trap.sprung:
            missed.append(text)
        page.close()
    context.close()
    assert missed == []


def test_nothing_that_is_written_acts(rich: Rich, someone: Any, live_server: Any) -> None:
    hand, visitors = Hand(hostile.SAMPLE), Visitors(someone, rich, live_server.url)
    poison(hand)
    pages = pages_of(rich)
    with no_policy():
        assert not has_policy(visitors)
        found = visitors.all(pages, WIDE)
        assert found == [], "\n".join(found)
    assert has_policy(visitors)
    busy = [one for one in pages if one.name.startswith(BUSY)]
    found = visitors.all(busy, NARROW)
    assert found == [], "\n".join(found)
    assert set(hand.column_of.values()) - hand.shown(visitors.source) <= UNSEEN


def test_a_hostile_item_moves_neither_form_nor_button(
    rich: Rich, someone: Any, live_server: Any
) -> None:
    visitors = Visitors(someone, rich, live_server.url)
    trap = visitors.of("annotator")
    desk = f"/p/{rich.project.slug}/annotate/queues/{rich.asked.pk}/workspace/"
    before = {}
    for size in (WIDE, NARROW):
        trap.page.set_viewport_size(size)
        trap.page.goto(desk)
        before[str(size)] = trap.standing()
    poison(Hand(hostile.CORPUS["unbroken"] + hostile.CORPUS["styles"]))
    for size in (WIDE, NARROW):
        trap.page.set_viewport_size(size)
        trap.page.goto(desk)
        assert trap.standing() == before[str(size)]
    assert trap.sprung == []


def test_a_hostile_item_is_answered_taken_back_and_skipped(
    rich: Rich, someone: Any, live_server: Any
) -> None:
    poison(Hand(hostile.SAMPLE))
    trap = Visitors(someone, rich, live_server.url).of("annotator")
    page, queue = trap.page, rich.here.queue
    with no_policy():
        page.goto(f"/p/{rich.project.slug}/annotate/queues/{queue.pk}/workspace/")
        for text in (hostile.SAMPLE[0], "</textarea><img src=x onerror=__hit()>"):
            box = page.locator("#ws-form textarea").first
            box.fill(text)
            is_still(page)
            page.keyboard.press("Control+Enter")
            expect(box).to_have_value("")
            trap.look()
        is_still(page)
        page.locator("#ws-undo button").click()
        expect(page.locator("#ws-form textarea").first).not_to_have_value("")
        trap.look()
        # A click at the moment of arrival is not meant for the item that has just come.
        page.locator("#ws-form:not([data-new])").wait_for()
        is_still(page)
        page.locator(".ws-earlier").click()
        expect(page.locator("#ws-past [data-past-title]")).to_be_focused()
        trap.look()
        page.keyboard.press("Escape")
        page.locator("[data-raw-toggle]").click()
        expect(page.locator("[data-raw-text]")).to_be_visible()
        trap.look()
        two_texts(page, *hostile.SAMPLE[:2])
        trap.look()
        page.locator("#ws-notice [data-about=conflict] button").first.click()
        expect(page.locator("#ws-saved")).to_have_text("Saved")
        item = page.locator("#ws-form").get_attribute("data-item")
        page.locator("#ws-form [data-action=skip]").click()
        expect(page.locator("#ws-form")).not_to_have_attribute("data-item", item)
        trap.look()
        trap.visit(f"/p/{rich.project.slug}/annotate/queues/{queue.pk}/mine/?q=%3Cimg%20src=x%3E")
    assert trap.sprung == []


def test_previews_searches_and_refusals_show_what_was_written_and_no_more(
    rich: Rich, someone: Any, live_server: Any
) -> None:
    visitors = Visitors(someone, rich, live_server.url)
    trap, project = visitors.of("manager"), f"/p/{rich.project.slug}"
    page, text = trap.page, '"><img src=x onerror=__hit()> [x](javascript:__hit())'
    with no_policy():
        for path in ("traces/?name=", "people/?q=", "annotate/queues/?q=", "annotate/fields/?q="):
            trap.visit(f"{project}/{path}%22%3E%3Cimg%20src%3Dx%20onerror%3D__hit()%3E")
        page.goto(f"{project}/annotate/queues/new/")
        page.locator("[name=guidelines]").fill(text)
        page.locator("[data-write-show=preview]").click()
        expect(page.locator(".guidelines-edit .prose")).to_contain_text("onerror")
        trap.look()
        page.locator("[name=name]").fill("")
        with page.expect_navigation():
            page.locator("main form button[type=submit].primary").click()
        trap.look()
        page.goto(f"{project}/annotate/fields/new/?kind=category")
        page.locator("[name=name]").fill(text)
        page.locator("[name=description]").fill(text)
        with page.expect_navigation():
            page.locator("main form button[type=submit].primary").click()
        trap.look()
        page.goto(f"{project}/traces/upload/")
        rows = b'{"<img src=x onerror=__hit()>": "<script>__hit()</script>", "input": "x"}\n[1]\n'
        name = "<svg onload=__hit()>.jsonl"
        file: Any = {"name": name, "mimeType": "application/json", "buffer": rows}
        page.locator("input[type=file]").set_input_files(file)
        page.locator("main form button[type=submit]").first.click()
        expect(page.locator("main")).to_contain_text("__hit()")
        trap.look()
    assert trap.sprung == []


@pytest.mark.soak
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("name", hostile.CORPUS)
def test_no_text_of_a_class_acts_in_any_column(
    rich: Rich, someone: Any, live_server: Any, name: str
) -> None:
    """Each column shows each text of the class once; as everybody. What a text can do to the layout
    is looked at narrow, too; the policy, which is the same for all, with the first.
    """
    hand, visitors = Hand(hostile.CORPUS[name]), Visitors(someone, rich, live_server.url)
    for turn in range(len(hand.corpus)):
        poison(hand)
        pages = pages_of(rich, everyone=turn == 0)
        sizes = (WIDE, NARROW) if turn == 0 or name in WIDENING else (WIDE,)
        with no_policy():
            found = visitors.all(pages, *sizes)
        if turn == 0:
            found = visitors.all(pages, NARROW)
        for trap in visitors.traps.values():
            trap.source = ""
    assert found == [], "\n".join(found)
