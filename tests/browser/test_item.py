"""Reading an item in real Chromium: folds, widths, raw view, copying, a large one."""

import json
from typing import Any

import pytest
from playwright.sync_api import Page

from queues.models import Queue

from .. import factories
from ..conftest import Cast
from .expecting import expect
from .reading import (
    POLICY,
    add,
    calls,
    conversation,
    make_queue,
    open_workspace,
    says,
    sideways,
    with_steps,
)

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def queue(cast: Cast) -> Queue:
    return make_queue(cast, {"messages": conversation()}, {"messages": conversation(4)})


@pytest.fixture
def page(cast: Cast, queue: Queue, someone: Any) -> Page:
    return open_workspace(someone(cast.annotator).page, queue)


def clipboard(page: Page) -> str:
    expect(page.locator(".toast").last).to_have_text("Copied")
    text: str = page.evaluate("navigator.clipboard.readText()")
    return text


def test_a_run_of_forty_messages_fits_wide_and_narrow_with_every_fold_open(page: Page) -> None:
    expect(page.locator("#ws-item .turn-user").first).to_contain_text("User")
    for opened in (False, True):
        if opened:
            page.evaluate(
                "document.querySelectorAll('#ws-item details').forEach(d => d.open = true)"
            )
        for width in (1280, 320):
            page.set_viewport_size({"width": width, "height": 800})
            assert sideways(page) == 0, (width, opened)
    page.set_viewport_size({"width": 1280, "height": 800})
    longer: int = page.evaluate("document.documentElement.scrollHeight - innerHeight")
    assert longer <= 1  # the item scrolls alone: nothing hidden in it lengthens the page


def test_a_call_is_folded_with_what_it_gave_and_a_long_system_prompt_with_its_first_line(
    page: Page,
) -> None:
    system = page.locator("details.turn-system")
    expect(system.get_by_text("Agents never refund").last).to_be_visible()  # the first time
    page.reload()
    expect(system.locator(".fold-says")).to_have_text("Airline policy")
    expect(system.get_by_text("Agents never refund").last).to_be_hidden()
    first, second = page.locator(".tool").first, page.locator(".tool").nth(1)
    expect(first.locator(".tool-line")).to_contain_text("reservation_id: ZFA04Y")
    expect(second.locator(".tool-line")).to_contain_text("Error: payment method not found")
    expect(first.locator(".tool-body")).to_be_hidden()
    first.locator("summary").first.focus()
    page.keyboard.press("Enter")
    expect(first.locator(".tool-body")).to_be_visible()


def test_what_repeats_is_open_the_first_time_and_folded_from_then_on(
    cast: Cast, someone: Any
) -> None:
    queue = make_queue(cast)
    preamble = "Read the contract as a lawyer would. " * 20
    contents = [{"messages": [says("user", f"{preamble}\n\nClause {n}?")]} for n in range(3)]
    add(queue, [factories.make_trace(cast.project, inputs=one) for one in contents])
    page = open_workspace(someone(cast.annotator).page, queue)
    fold = page.locator("#ws-item .repeat")
    assert fold.evaluate("part => part.open")
    expect(page.get_by_text("Clause 0?")).to_be_visible()
    page.keyboard.press("s")
    expect(page.get_by_text("Clause 1?")).to_be_visible()
    expect(fold.locator("summary")).to_contain_text("Same as in the other items")
    expect(fold.locator(".prose")).to_be_hidden()
    fold.locator("summary").click()
    expect(fold.locator(".prose")).to_be_visible()
    assert "lawyer" not in page.evaluate("JSON.stringify({...sessionStorage, ...localStorage})")


def test_a_system_message_that_repeats_is_open_the_first_time_too(cast: Cast, someone: Any) -> None:
    queue = make_queue(cast)
    for number in range(3):
        turns = [says("system", POLICY), says("user", f"Clause {number}?")]
        add(queue, [factories.make_trace(cast.project, inputs={"messages": turns})])
    page = open_workspace(someone(cast.annotator).page, queue)
    policy = page.locator("#ws-item details.turn-system")
    expect(policy.locator("summary")).to_contain_text("Same as in the other items")
    expect(policy.locator(".prose")).to_be_visible()
    page.keyboard.press("s")
    expect(page.get_by_text("Clause 1?").last).to_be_visible()
    expect(policy.locator(".prose")).to_be_hidden()


def test_raw_is_one_key_away_and_both_views_keep_their_place(page: Page, queue: Queue) -> None:
    item = page.locator("#ws-item")
    item.evaluate("item => item.scrollTo(0, 500)")
    page.keyboard.press("r")
    raw = page.locator("[data-raw-text]")
    expect(raw).to_be_visible()
    shown = json.loads(raw.text_content() or "")
    assert shown == queue.items.order_by("seq")[0].snapshot
    expect(page.locator("[data-raw-toggle]")).to_have_attribute("aria-pressed", "true")
    expect(page.locator("[data-item-says]")).to_have_text("Raw content")
    assert item.evaluate("item => item.scrollTop") == 0
    item.evaluate("item => item.scrollTo(0, 300)")
    page.keyboard.press("r")
    expect(raw).to_be_hidden()
    assert item.evaluate("item => item.scrollTop") == 500
    page.locator("[data-raw-toggle]").click()
    expect(raw).to_be_visible()
    assert item.evaluate("item => item.scrollTop") == 300
    page.keyboard.press("s")
    expect(page.locator("[data-reading]")).to_be_visible()


def test_raw_and_find_keep_still_while_typing_and_in_dialogs(page: Page) -> None:
    page.keyboard.press("?")
    expect(page.locator("#keys")).to_contain_text("Find in the item")
    page.keyboard.press("r")
    page.keyboard.press("/")
    page.keyboard.press("Escape")
    for keys in ("Control+/", "Alt+r", "Control+Shift+r"):
        page.evaluate("""keys => {
          const parts = keys.split("+");
          document.body.dispatchEvent(new KeyboardEvent("keydown", {
            key: parts.at(-1), bubbles: true, cancelable: true,
            ctrlKey: parts.includes("Control"), altKey: parts.includes("Alt"),
          }));
        }""", keys)  # fmt: skip
    expect(page.locator("[data-find]")).to_be_hidden()
    expect(page.locator("[data-raw]")).to_be_hidden()
    page.keyboard.press("/")
    page.keyboard.type("r/")
    expect(page.locator("[data-find-text]")).to_have_value("r/")
    expect(page.locator("[data-raw]")).to_be_hidden()


def test_messages_code_arguments_and_results_are_copied(page: Page) -> None:
    turn = page.locator(".turn-assistant", has_text="It failed").first
    turn.hover()
    turn.locator("[data-copy-turn]").click()
    assert clipboard(page).startswith("It failed.")
    turn.locator(".code").hover()
    turn.locator("[data-copy-code]").click()
    page.wait_for_function("async () => (await navigator.clipboard.readText()).startsWith('x = 1')")
    tool = page.locator(".tool").first
    tool.locator("summary").first.click()
    result = tool.locator(".part").nth(1)
    result.locator("[data-copy-part]").click()
    page.wait_for_function("async () => (await navigator.clipboard.readText()).startsWith('{')")
    copied = json.loads(page.evaluate("navigator.clipboard.readText()"))
    source = conversation()[3]["content"]
    assert copied == json.loads(source)


def test_the_steps_of_a_run_fold_above_the_chat_and_hide_the_model(
    cast: Cast, someone: Any
) -> None:
    queue = make_queue(cast, hidden_extras=["model"])
    add(queue, [with_steps(cast)], steps=True)
    page = open_workspace(someone(cast.annotator).page, queue)
    steps = page.locator("details.steps")
    expect(steps.locator("summary").first).to_contain_text("4 in 3.5 s, 1 failed")
    steps.locator("summary").first.click()
    expect(steps).to_contain_text("Model call")
    expect(steps.locator(".run-step", has_text="charge_card")).to_contain_text("Failed")
    assert "gpt-4o" not in page.content()
    steps.locator("[tabindex='0']").wait_for()  # the keys of trees have come
    plan = steps.locator("summary", has_text="plan")
    plan.focus()
    page.keyboard.press("ArrowLeft")
    expect(steps.get_by_text("Model call")).to_be_hidden()
    page.set_viewport_size({"width": 320, "height": 700})
    assert sideways(page) == 0


def opening(page: Page, what: str) -> None:
    """Loads the page again and prints what that took."""
    page.reload()
    expect(page.locator("#ws-item .turn").nth(1)).to_be_visible()
    server, browser, sent = page.evaluate("""() => {
      const seen = performance.getEntriesByType("navigation")[0];
      return [seen.responseStart - seen.requestStart, seen.loadEventEnd - seen.responseStart,
              seen.encodedBodySize / 1000];
    }""")
    print(f"\n{what}: server {server:.0f} ms, browser {browser:.0f} ms, {sent:.0f} kB sent")


def test_two_hundred_kilobytes_open_whole(cast: Cast, someone: Any) -> None:
    prose = says("assistant", "The second leg leaves at **10:40** from gate 7. " * 40)
    turns = [*conversation(10)[2:], prose]
    many = turns * (200_000 // len(json.dumps(turns)) + 1)
    queue = make_queue(cast, {"messages": many})
    page = open_workspace(someone(cast.annotator).page, queue)
    opening(page, "200 kB")
    expect(page.locator(".reading-cut")).to_have_count(0)
    results = sum(message["role"] == "tool" for message in many)
    expect(page.locator(".turn")).to_have_count(len(many) - results)


def test_five_megabytes_open_in_part_say_so_and_can_be_had_whole(cast: Cast, someone: Any) -> None:
    texts = ["A **good** line of an answer, with `code` in it.\n" * 2000] * 52
    queue = make_queue(cast, {"messages": [says("user", text) for text in texts]})
    page = open_workspace(someone(cast.annotator).page, queue)
    opening(page, "5 MB")
    expect(page.locator(".reading-cut")).to_contain_text("about the first 500,000 of 5,")
    expect(page.locator(".reading-cut")).to_contain_text(
        "Raw shows more, and its download has everything"
    )
    expect(page.locator(".reading-left").last).to_contain_text("of 52 messages are not shown")
    page.keyboard.press("/")
    page.locator("[data-find-text]").fill("nowhere in it")
    expect(page.locator("[data-find-count]")).to_have_text("No match in the part that is shown")
    page.locator("[data-find-text]").fill("of 52 messages are")
    expect(page.locator("[data-find-count]")).to_have_text("1 of 1 in the part that is shown")
    page.keyboard.press("Escape")
    page.keyboard.press("r")
    expect(page.locator("[data-raw-note]")).to_contain_text("The first 1,000,000 of")
    with page.expect_download() as download:
        page.locator("[data-raw-download]").click()
    content = json.loads(download.value.path().read_text())
    assert content == queue.items.get().snapshot


def test_a_trace_shows_raw_in_its_place_too(cast: Cast, someone: Any) -> None:
    trace = factories.make_trace(cast.project, outputs={"messages": calls(1, "look", {"a": 1})})
    page = someone(cast.manager).page
    page.goto(f"/p/{cast.project.slug}/traces/{trace.pk}/")
    page.keyboard.press("r")
    expect(page.locator("[data-raw-text]")).to_contain_text('"reservation_id')
    expect(page.locator(".item-raw-head")).to_contain_text("The content as JSON.")
    page.keyboard.press("r")
    expect(page.locator(".tool")).to_be_visible()
    page.keyboard.press("x")
    expect(page.locator(".reading details:not([open])")).to_have_count(0)
