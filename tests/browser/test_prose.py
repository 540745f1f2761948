"""How texts are set, measured in real Chromium: direction, unseen characters, what is wide."""

import json
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from ..conftest import Cast
from .reading import make_queue, open_workspace, says

pytestmark = pytest.mark.django_db(transaction=True)

# Whether the characters of a text run from left to right, those after `from` of the first `text`.
RUNS = """([where, text]) => {
  const walker = document.createTreeWalker(document.querySelector(where), NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const at = walker.currentNode.data.indexOf(text);
    if (at < 0) continue;
    const range = document.createRange();
    const lefts = [...text].map((_, n) => {
      range.setStart(walker.currentNode, at + n);
      range.setEnd(walker.currentNode, at + n + 1);
      return range.getBoundingClientRect().left;
    });
    return lefts.every((left, n) => n === 0 || left > lefts[n - 1]);
  }
  throw new Error(`no ${text} in ${where}`);
}"""


def show(cast: Cast, someone: Any, **outputs: Any) -> Page:
    """One item with these outputs, at the workspace."""
    return open_workspace(someone(cast.annotator).page, make_queue(cast, outputs))


def copied(page: Page, button: str) -> str:
    page.locator(button).first.dispatch_event("click")
    expect(page.locator(".toast").last).to_have_text("Copied")
    text: str = page.evaluate("navigator.clipboard.readText()")
    return text


def test_an_override_turns_nothing_is_marked_and_is_copied(cast: Cast, someone: Any) -> None:
    text = "save \u202egpj.exe now"
    given = f'say "{text}"'
    call = {"id": "c", "function": {"name": "read", "arguments": json.dumps({text: text})}}
    page = show(cast, someone, messages=[
        says("user", text),
        {"role": "assistant", "content": "", "tool_calls": [call]},
        {"role": "tool", "tool_call_id": "c", "content": given},
    ])  # fmt: skip
    page.evaluate("document.querySelectorAll('#ws-item details').forEach(d => d.open = true)")
    places = [".turn-text.prose", ".tool-body .raw", ".json-key", ".json-string"]
    for place in places:
        assert page.evaluate(RUNS, [f"#ws-item {place}", "gpj.exe now"]), place
        mark = page.locator(f"#ws-item {place} .unseen").first
        expect(mark).to_have_attribute("title", "U+202E right-to-left override")
        assert mark.evaluate("mark => mark.getBoundingClientRect().width") > 15
    assert copied(page, ".turn-user [data-copy-turn]") == text
    assert copied(page, ".tool-body .part:has(.json) [data-copy-part]") == json.dumps(
        {text: text}, ensure_ascii=False, indent=2
    )
    assert copied(page, ".tool-body .part:has(.raw) [data-copy-part]") == given


MIXED = """# שלום

מה שלום API שלך היום?
And a line in English.

- אחת עם code `x = 1`
- second
  - ثالث

> מצוטט

| א | ב |
|---|---|
| one | שתיים |

```py
x = "שלום"
```

1. راجع"""
# Of each block its direction, and on which side its bullet or bar is.
SIDES = """() => {
  const found = {};
  const prose = document.querySelector("#ws-item .turn-text.prose");
  for (const block of prose.querySelectorAll("h1, p, li, .scroll, pre")) {
    const { direction, marginLeft, marginRight } = getComputedStyle(block);
    const side = parseFloat(marginRight) > parseFloat(marginLeft) ? "right" : "left";
    found[block.innerText.trim().split("\\n")[0]] =
      [direction, ...(block.localName === "li" ? [side] : [])];
  }
  return found;
}"""


def test_each_block_has_the_direction_of_its_text(cast: Cast, someone: Any) -> None:
    page = show(cast, someone, messages=[says("assistant", MIXED)], verdict="مرحبا")
    assert page.evaluate(SIDES) == {
        "שלום": ["rtl"],
        "מה שלום API שלך היום?": ["rtl"],
        "אחת עם code x = 1": ["rtl", "right"],
        "second": ["ltr", "left"],
        "ثالث": ["rtl", "right"],
        "מצוטט": ["rtl"],
        "א\tב": ["rtl"],
        'x = "שלום"': ["ltr"],
        "راجع": ["rtl", "right"],
    }
    quote = page.locator("#ws-item blockquote")
    assert quote.evaluate("q => getComputedStyle(q).borderRightWidth") == "2px"
    text = "#ws-item .turn-text.prose"
    assert page.evaluate(RUNS, [text, "API"])
    assert page.evaluate(RUNS, [text, "And a line in English."])
    assert not page.evaluate(RUNS, [text, "שלך היום?"])
