"""A field with many options: one is found by typing, chosen by Enter; twelve need no such box."""

from typing import Any

import pytest

from reviews.models import Score

from .. import factories
from ..conftest import Cast
from .desks import Tab
from .expecting import expect

pytestmark = pytest.mark.django_db(transaction=True)

NAMES = ["Überweisung", *(f"Reason {n}" for n in range(1, 40))]


def options(names: list[str]) -> dict[str, Any]:
    return {"options": [{"label": name} for name in names]}


def test_an_option_of_forty_is_found_and_chosen_by_keys(cast: Cast, someone: Any) -> None:
    fields = [
        factories.make_field(cast.project, "category", name="Why", settings=options(NAMES)),
        factories.make_field(cast.project, "categories", name="All", settings=options(NAMES)),
        factories.make_field(cast.project, "category", name="Few", settings=options(NAMES[:12])),
    ]
    queue = factories.make_queue(cast.project, fields=fields, annotators=[cast.annotator], items=1)
    tab = Tab(someone(cast.annotator).page, queue).start()
    page, said = tab.page, tab.page.locator("#ws-announce")
    expect(page.locator("[data-filter]")).to_have_count(2)
    tab.press("Enter")
    expect(page.get_by_label("Find an option of Why")).to_be_focused()
    page.keyboard.type("uber")
    expect(page.locator(".answer >> nth=0").get_by_text("1 found")).to_be_visible()
    tab.press("Enter")
    tab.has_focus("ws-title")
    expect(said).to_have_text("Why: Überweisung")
    expect(page.locator(".answer >> nth=0").locator(".choice:visible")).to_have_count(40)
    tab.press("a", "Enter")
    for text in ("reason 12", "reason 39"):
        page.keyboard.type(text)
        tab.press("Enter")
    page.keyboard.type("zzz")
    tab.press("Enter")  # nothing is found, nothing chosen
    expect(page.locator(".answer >> nth=1").get_by_text("0 found")).to_be_visible()
    tab.press("Escape", "a", "9", "Control+Enter")
    expect(page.locator(".ws-end")).to_be_visible()
    values = sorted(map(str, Score.objects.values_list("value", flat=True)))
    assert values == ["['reason-12', 'reason-39']", "reason-8", "uberweisung"]
