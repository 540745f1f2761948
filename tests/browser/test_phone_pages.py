"""At 390 px nothing of the bar and the sheet is cut, and filters are one row."""

from typing import Any

import pytest
from django.urls import reverse

from .. import factories
from ..conftest import Cast
from ..reviews.judging import answer, reviewed_queue
from .desks import Tab, make_queue
from .expecting import expect
from .test_review import open_next

pytestmark = pytest.mark.django_db(transaction=True)

PHONE: dict[str, Any] = {
    "viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True,
}  # fmt: skip
OUTSIDE = """() => [...document.querySelectorAll(".ws-bar > *, #ws-form [data-place] *")]
  .filter((one) => one.checkVisibility()).map((one) => [one, one.getBoundingClientRect()])
  .filter(([, box]) => box.width && (box.right > innerWidth - 8 || box.left < 4))
  .map(([one]) => one.className || one.tagName)"""
CUT = """() => [...document.querySelectorAll("#ws-form [data-place] :is(label, p)")]
  .filter((one) => one.checkVisibility()).filter((one) => one.getBoundingClientRect().bottom
    > document.querySelector(".ws-foot").getBoundingClientRect().top)
  .map((one) => one.textContent.trim())"""


def test_filters_are_one_row_until_they_are_wanted(cast: Cast, someone: Any) -> None:
    queue = make_queue(cast)
    page = someone(cast.manager, **PHONE).page
    page.goto(reverse("queues:queue-detail", args=[cast.project.slug, queue.pk]))
    filters, more = page.locator("form.filters"), page.get_by_role("button", name="Filters")
    box = filters.bounding_box()
    assert box
    assert box["height"] < 60
    expect(page.get_by_label("Status")).to_be_hidden()
    more.tap()
    expect(more).to_have_attribute("aria-expanded", "true")
    page.get_by_label("Status").select_option("completed")
    page.get_by_role("button", name="Filter", exact=True).tap()
    expect(page.get_by_role("button", name="Filters: 1")).to_be_visible()
    expect(page.get_by_role("link", name="Clear")).to_be_visible()


def test_conditions_of_the_list_of_traces_are_one_row_as_well(cast: Cast, someone: Any) -> None:
    factories.make_trace(cast.project)
    page = someone(cast.manager, **PHONE).page
    page.goto(reverse("traces:trace-list", args=[cast.project.slug]))
    expect(page.get_by_label("Column", exact=True)).to_be_hidden()
    page.get_by_role("button", name="Filters").tap()
    expect(page.get_by_label("Column", exact=True)).to_be_visible()


def test_without_scripts_every_filter_is_there(cast: Cast, someone: Any) -> None:
    queue = make_queue(cast)
    page = someone(cast.manager, **PHONE, java_script_enabled=False).page
    page.goto(reverse("queues:queue-detail", args=[cast.project.slug, queue.pk]))
    expect(page.get_by_label("Status")).to_be_visible()


def test_time_extend_and_guidelines_are_within_reach(cast: Cast, someone: Any) -> None:
    page = Tab(someone(cast.annotator, **PHONE).page, make_queue(cast)).start().page
    for name in ("Extend the time", "Guidelines"):
        expect(page.get_by_role("button", name=name)).to_be_in_viewport(ratio=1)
    expect(page.locator("#ws-time")).to_be_in_viewport(ratio=1)
    assert page.evaluate(OUTSIDE) == []


def test_a_review_has_them_too_and_its_sheet_peeks_with_nothing_cut(
    cast: Cast, someone: Any
) -> None:
    queue = reviewed_queue(
        cast.project, [cast.annotator], [cast.reviewer], guidelines="Judge the answer."
    )
    answer(queue, cast.annotator)
    page = someone(cast.reviewer, **PHONE).page
    open_next(page, queue)
    for name in ("Extend the time", "Guidelines", "Approve"):
        expect(page.get_by_role("button", name=name)).to_be_in_viewport(ratio=1)
    page.evaluate("async () => { await import('/static/js/sheet.js'); }")
    assert page.evaluate(CUT) == []
    assert page.evaluate(OUTSIDE) == []
    page.get_by_role("button", name="All fields").tap()
    page.locator("#remark-help").wait_for()
    assert page.evaluate(CUT) == []


def test_a_zoomed_window_with_a_keyboard_keeps_its_caps_and_the_sheet_of_keys(
    cast: Cast, someone: Any
) -> None:
    zoomed = {"viewport": {"width": 720, "height": 450}, "device_scale_factor": 2}
    page = Tab(someone(cast.annotator, **zoomed).page, make_queue(cast)).start().page
    expect(page.locator(".ws-foot kbd").first).to_be_visible()
    expect(page.get_by_role("button", name="Extend the time")).to_be_visible()
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Keys")).to_be_visible()
