"""Whatever a trace holds, a page shows a bounded part of it, says so, and takes a bounded time."""

import json
import time
from typing import Any

import pytest
from django.template.loader import render_to_string

from tests.traces.hostile import nested
from traces.reading.budget import MOST_CHARACTERS, MOST_PARTS
from traces.reading.sections import Reading, read_sides

MEGABYTE = 1_000_000
FOUND = '{"found": [1, 2, {"a": "b"}]}'


def calls(count: int) -> dict[str, Any]:
    messages: list[dict[str, Any]] = [{"role": "user", "content": "Go"}]
    for number in range(count):
        asked = json.dumps({"n": number, "list": list(range(40))})
        function = {"name": "look", "arguments": asked}
        messages += [
            {"role": "assistant", "tool_calls": [{"id": str(number), "function": function}]},
            {"role": "tool", "tool_call_id": str(number), "content": FOUND},
        ]  # fmt: skip
    return {"messages": messages}


LARGE: dict[str, dict[str, Any]] = {
    "five thousand tool calls": calls(5000),
    "one line of a megabyte": {"text": "x" * MEGABYTE},
    "five megabytes of prose": {"text": "A **good** line with [a] link.\n" * 160_000},
    "many messages": {"messages": [{"role": "user", "content": "word " * 200}] * 5000},
    "many keys": {str(number): "value" for number in range(50_000)},
    "wide data": {"rows": [{"id": n, "name": "x" * 20} for n in range(60_000)]},
    "a long string inside data": {"rows": ["x" * MEGABYTE, "y" * MEGABYTE]},
}
WHOLE: dict[str, dict[str, Any]] = {
    "a hundred thousand asterisks": {"text": "*" * 100_000},
    "asterisks between spaces": {"text": "* a" * 30_000},
    "brackets": {"text": "[" * 100_000},
    "deep data": {"deep": nested(62), "messages": [{"role": "user", "content": nested(60)}]},
    "deep quotes": {"text": ">" * 5000},
    "beginnings of formulas": {"text": "\\[\n$x_ \\( " * 10_000},
}


def drawn(inputs: dict[str, Any]) -> tuple[Reading, str]:
    started = time.process_time()
    reading = read_sides(inputs, {})
    html = render_to_string("traces/_reading.html", {"reading": reading})
    took = (time.process_time() - started) * 1000
    size = len(json.dumps(inputs)) / 1000
    print(
        f"\n{size:,.0f} kB of content: {took:.0f} ms of the processor, {len(html) / 1000:,.0f} kB"
    )
    return reading, html


@pytest.mark.parametrize("what", LARGE)
def test_what_is_large_is_shown_in_part_and_says_so(what: str) -> None:
    reading, html = drawn(LARGE[what])
    assert reading.is_cut
    assert 0 < reading.shown <= min(reading.whole, MOST_CHARACTERS)
    assert "This is long: about the first" in html
    assert len(html) < 8 * MOST_CHARACTERS
    assert html.count('class="turn ') + html.count('class="tool"') <= MOST_PARTS


@pytest.mark.parametrize("what", WHOLE)
def test_hostile_content_of_a_usual_size_is_shown_whole(what: str) -> None:
    reading, html = drawn(WHOLE[what])
    assert not reading.is_cut
    assert "This is long" not in html


def test_two_hundred_kilobytes_are_shown_whole() -> None:
    turn = (
        "The **second** leg leaves at 10:40, see `HAT192` and [this](https://a.example).\n\n- one\n"
    )
    messages = [{"role": "user", "content": turn * 25}] * 90 + calls(60)["messages"]
    reading, _ = drawn({"messages": messages})
    assert not reading.is_cut


def test_the_order_of_reading_is_kept_where_it_ends() -> None:
    (section,) = read_sides(LARGE["many messages"], {}).sections
    assert section.chat is not None
    assert [turn.number for turn in section.chat.turns] == list(
        range(1, len(section.chat.turns) + 1)
    )
    assert section.chat.left == 5000 - len(section.chat.turns)


def test_images_beyond_the_limit_are_left_out_and_it_is_said() -> None:
    image = f"data:image/png;base64,{'A' * 5_000_000}"
    part = {"type": "image_url", "image_url": {"url": image}}
    reading, html = drawn({"messages": [{"role": "user", "content": [part, part]}]})
    assert reading.is_cut
    assert html.count("<img") == 1
