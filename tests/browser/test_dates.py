"""A date is typed or picked in the browser's own control; our keys leave it alone."""

from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import Locator

from fields.models import Field
from reviews.models import Annotation, Score

from .. import factories
from ..conftest import Cast
from .desks import Tab
from .expecting import expect

pytestmark = pytest.mark.django_db(transaction=True)

RANGE = {"min": "2026-01-01", "max": "2026-12-31"}


@pytest.fixture
def field(cast: Cast) -> Field:
    return factories.make_field(cast.project, "date", name="Due", settings=RANGE)


@pytest.fixture
def tab(cast: Cast, someone: Any, field: Field) -> Tab:
    fields = [factories.make_field(cast.project, name="Right"), field]
    queue = factories.make_queue(cast.project, fields=fields, annotators=[cast.annotator], items=2)
    return Tab(someone(cast.annotator).page, queue).start()


def box(tab: Tab) -> Locator:
    return tab.page.get_by_label("Due", exact=True)


def test_a_date_is_typed_saved_and_submitted_by_keyboard(tab: Tab) -> None:
    box(tab).focus()
    tab.page.keyboard.type("12312026")
    expect(box(tab)).to_have_value("2026-12-31")
    expect(tab.page.locator(".answer[data-answered]")).to_have_count(1)
    expect(tab.word).to_have_text("Saved")
    assert list(Annotation.objects.get().draft["values"].values()) == [["2026-12-31"]]
    expect(tab.page.locator("#ws-form :checked")).to_have_count(0)
    tab.page.get_by_role("radio", name="Yes").check()
    tab.press("Control+Enter")
    expect(tab.count).to_have_text("1 done · 1 left")
    assert sorted(map(str, Score.objects.values_list("value", flat=True))) == ["2026-12-31", "True"]


def test_up_and_down_turn_the_part_of_the_date_and_leave_the_field_alone(tab: Tab) -> None:
    box(tab).fill("2026-05-20")
    box(tab).focus()
    tab.press("ArrowUp")
    expect(box(tab)).to_have_value("2026-06-20")
    expect(box(tab)).to_be_focused()


def test_a_date_out_of_range_is_told_at_the_field_and_stays(tab: Tab) -> None:
    tab.page.get_by_role("radio", name="Yes").check()
    box(tab).fill("2027-01-01")
    tab.press("Control+Enter")
    error = tab.page.locator(".answer-error")
    expect(error).to_have_text("Give 31 Dec 2026 or earlier; 1 Jan 2027 is too late.")
    expect(box(tab)).to_have_value("2027-01-01")
    expect(box(tab)).to_be_focused()
    tab.page.get_by_role("button", name="Clear the answer: Due").click()
    expect(error).to_have_count(0)
    expect(box(tab)).to_have_value("")


def test_a_date_field_is_made_with_the_preview_alive(cast: Cast, someone: Any) -> None:
    page = someone(cast.manager).page
    page.goto(reverse("fields:field-create", args=[cast.project.slug]))
    page.get_by_role("radio", name="Date").check()
    page.get_by_label("Name", exact=True).fill("Due")
    page.get_by_label("Earliest date").fill("2026-03-01")
    preview = page.locator("#field-preview")
    expect(preview.locator(".answer-hint")).to_have_text("1 Mar 2026 or later.")
    preview.get_by_label("Due", exact=True).fill("2026-03-02")
    page.get_by_role("button", name="Try this answer").click()
    expect(preview.get_by_text("Accepted: 2 Mar 2026")).to_be_visible()
    page.get_by_role("button", name="Create field").click()
    expect(page.get_by_role("heading", name="Due", exact=True)).to_be_visible()
    assert Field.objects.get().settings == {"min": "2026-03-01", "max": None}
