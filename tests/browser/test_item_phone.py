"""An item on a phone, where the buttons that a pointer brings up are always there."""

from typing import Any

import pytest

from .. import factories
from ..conftest import Cast
from .reading import add, calls, make_queue, open_workspace, says

pytestmark = pytest.mark.django_db(transaction=True)
PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
# Of each message that goes on, whether a line of its text is under its Copy and number.
COVERED = """() => [...document.querySelectorAll(".turn-more:not(.turn-silent)")].map((turn) => {
  const head = [...turn.querySelectorAll(":scope > .turn-head > :is(.copy, .turn-number)")]
    .map((one) => one.getBoundingClientRect());
  const walker = document.createTreeWalker(turn.querySelector(".turn-text"), NodeFilter.SHOW_TEXT);
  const lines = [];
  while (walker.nextNode()) {
    const text = document.createRange();
    text.selectNode(walker.currentNode);
    lines.push(...text.getClientRects());
  }
  return lines.some((line) => head.some((one) => line.left < one.right && line.right > one.left
    && line.top < one.bottom && line.bottom > one.top));
})"""


def test_copy_covers_no_line_of_a_message_that_goes_on(cast: Cast, someone: Any) -> None:
    text = "Here are the flights that leave tomorrow, with their prices and the seats left. " * 3
    turns = [says("user", "Which?")]
    for number in range(3):
        turns += [*calls(number, "search", {"n": number}), says("assistant", text)]
    queue = make_queue(cast)
    add(queue, [factories.make_trace(cast.project, inputs={"messages": turns})])
    page = open_workspace(someone(cast.annotator, **PHONE).page, queue)
    covered = page.evaluate(COVERED)
    assert covered == [False] * 3
    ring = "getComputedStyle(document.activeElement).outlineStyle"
    assert page.evaluate(f"[document.activeElement.id, {ring}]") == ["ws-title", "none"]
