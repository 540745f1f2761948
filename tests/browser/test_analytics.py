"""Figures of a queue in real Chromium: a field is chosen, its table downloaded, an item opened."""

import csv
from typing import Any

import pytest

from ..conftest import Cast
from ..reviews.analytics.answering import answer, page_url, queue_of
from .expecting import expect

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_field_is_chosen_downloaded_and_its_dispute_opened(cast: Cast, someone: Any) -> None:
    queue = queue_of(cast, "boolean", "category", items=2)
    answer(queue, cast.annotator, ("true", "good"), ("true", "bad"))
    answer(queue, cast.second, ("true", "good"), ("true", "unclear"))
    page = someone(cast.manager).page
    page.goto(page_url(queue))
    expect(page.locator("#field-title")).to_have_text("boolean")
    page.get_by_role("link", name="category").click()
    expect(page.locator("#field-title")).to_have_text("category")
    with page.expect_download() as download:
        page.get_by_role("button", name="Download “Answers” as CSV").click()
    with open(download.value.path(), encoding="utf-8-sig", newline="") as file:
        assert [row[:2] for row in csv.reader(file)][1:] == [
            ["Good", "2"], ["Bad", "1"], ["Unclear", "1"],
        ]  # fmt: skip
    page.locator(".row-main[href*='/items/']").click()
    expect(page.locator("h1")).to_be_visible()
    assert f"/items/{queue.items.latest('seq').pk}/" in page.url
