"""Choosing a span of a trace in real Chromium: by click, by the arrow keys, without a script."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from traces.models import Span, Trace

from .. import factories
from ..conftest import Cast
from .expecting import expect

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def trace(cast: Cast) -> Trace:
    trace, now = factories.make_trace(cast.project), timezone.now()
    for n, own in enumerate(("look", "book")):
        Span.objects.create(
            project=cast.project, trace=trace, span_id=own, parent_id="root", name=own,
            inputs={"asked": f"In of {own}"}, start=now + timedelta(seconds=n),
            end=now + timedelta(seconds=n + 1),
        )  # fmt: skip
    Trace.objects.filter(pk=trace.pk).update(span_count=3)
    return trace


def test_a_span_is_chosen_by_click_and_by_arrows(cast: Cast, trace: Trace, someone: Any) -> None:
    page = someone(cast.viewer).page
    address = f"/p/{cast.project.slug}/traces/{trace.pk}/"
    page.goto(address)
    page.evaluate("window.sameWindow = true")
    page.locator("[data-spans] a").nth(1).click()
    beside, current = page.locator("#beside"), page.locator("[data-spans] [aria-current]")
    expect(beside).to_contain_text("In of look")
    expect(current).to_contain_text("look")
    expect(page.locator("[data-spans-says]")).to_have_text("Shown: look")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(beside).to_contain_text("In of book")
    expect(current).to_contain_text("book")
    expect(current).to_have_count(1)
    expect(page).to_have_url(re.compile("span=book$"))
    assert page.evaluate("window.sameWindow") is True
    page.reload()
    expect(beside).to_contain_text("In of book")


def test_without_a_script_a_span_is_a_link(cast: Cast, trace: Trace, someone: Any) -> None:
    page = someone(cast.viewer, java_script_enabled=False).page
    page.goto(f"/p/{cast.project.slug}/traces/{trace.pk}/")
    page.locator("[data-spans] a").nth(2).click()
    expect(page.locator("#beside")).to_contain_text("In of book")
