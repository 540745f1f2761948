"""What the page counts as time at an item, and that it is sent along."""

from typing import Any

import pytest

from queues.models import Reservation
from reviews.models import Annotation

from ..conftest import Cast
from .desks import Tab, make_queue
from .expecting import expect

pytestmark = pytest.mark.django_db(transaction=True)

CLOCK = """
window.passed = 0;
const now = performance.now.bind(performance);
performance.now = () => now() + window.passed * 1000;
Object.defineProperty(document, 'hidden', { get: () => Boolean(window.away) });
"""
SEEN = "(away) => { window.away = away; document.dispatchEvent(new Event('visibilitychange')); }"


def seconds(tab: Tab, *, after: int) -> int:
    """What the form carries, once `after` seconds have passed and a key was pressed."""
    tab.page.evaluate("(after) => { window.passed += after; }", after)
    tab.page.keyboard.press("Shift")
    return round(int(tab.form.locator("[name=active_ms]").input_value()) / 1000)


def test_time_counts_while_the_item_is_in_view_and_somebody_is_there(
    cast: Cast, someone: Any
) -> None:
    page = someone(cast.annotator).page
    page.add_init_script(CLOCK)
    tab = Tab(page, make_queue(cast, items=2)).start()
    page.wait_for_function("import('/static/js/active.js').then(() => true)")
    began = seconds(tab, after=0)
    assert seconds(tab, after=30) - began in (30, 31)
    assert seconds(tab, after=600) - began in (90, 91, 92)  # a minute of ten
    page.evaluate(SEEN, True)
    assert seconds(tab, after=50) - began in (90, 91, 92)
    page.evaluate(SEEN, False)
    counted = seconds(tab, after=20)
    assert counted - began in range(110, 114)
    Reservation.objects.update(opened_at="2026-01-01T00:00:00Z")
    item = tab.item
    tab.press("p")
    expect(tab.form).not_to_have_attribute("data-item", item)
    stored = Annotation.objects.get().active_ms
    assert stored is not None
    assert counted - 1 <= stored / 1000 <= counted + 2
