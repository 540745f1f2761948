"""How texts are set, measured in real Chromium: direction, unseen characters, what is wide."""

import json
from typing import Any

import pytest
from playwright.sync_api import Page

from ..conftest import Cast
from .expecting import expect
from .reading import PIXEL, make_queue, open_workspace, says

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


def test_a_wide_object_opens_by_its_line_and_is_copied_whole(cast: Cast, someone: Any) -> None:
    value = {f"key {n}": [n] if n % 7 == 0 else n for n in range(60)}
    page = show(cast, someone, verdict=value)
    row = page.locator(".json .json-row", has_text="key 58")
    expect(row).to_be_hidden()
    assert copied(page, "#ws-item [data-copy-part]") == json.dumps(value, indent=2)
    page.locator(".json-more > summary").click()
    expect(row).to_be_visible()
    row.click()
    page.keyboard.press("c")
    expect(page.locator(".toast").last).to_have_text("Copied")
    assert page.evaluate("navigator.clipboard.readText()") == "verdict.key 58"
    left = "row => row.getBoundingClientRect().left"
    shown, behind = page.locator(".json > .json-row"), page.locator(".json-more > .json-row")
    assert shown.first.evaluate(left) == behind.first.evaluate(left)


WIDE = f"""Some words before them.

| plan | {" | ".join(f"column {n}" for n in range(18))} |
|---{"|---" * 18}|
| a {"| value here " * 18}|

```py
x = 1  # {"long " * 80}
```
"""


def test_wide_tables_and_code_have_the_column_and_scroll_by_keyboard(
    cast: Cast, someone: Any
) -> None:
    page = show(cast, someone, messages=[says("assistant", WIDE), says("user", "a\n\n`b`")])
    prose = page.locator("#ws-item .turn-text.prose").first
    width = "one => one.getBoundingClientRect().width"
    words, column = prose.locator("> p").evaluate(width), prose.evaluate(width)
    assert words < column - 100
    for name, role in (("Table", "region"), ("Code", "group")):
        box = page.locator(f"#ws-item [role={role}][aria-label={name}]")
        assert box.evaluate(width) == column
        box.focus()
        page.keyboard.press("ArrowRight")
        page.wait_for_function("() => document.activeElement.scrollLeft > 0")
    code = page.locator("#ws-item [aria-label=Code]")
    page.locator("[data-wrap-code]").dispatch_event("click")
    assert code.evaluate("code => code.scrollWidth - code.clientWidth") == 0
    expect(page.locator("[data-wrap-code]")).to_have_attribute("aria-pressed", "true")


def test_many_pictures_stand_in_a_grid(cast: Cast, someone: Any) -> None:
    shown = [{"type": "image_url", "image_url": {"url": PIXEL}} for _ in range(60)]
    page = show(cast, someone, messages=[{"role": "user", "content": shown}])
    pictures = page.locator("#ws-item .attachment")
    pictures.evaluate_all("all => all.forEach(one => { one.width = 162; one.height = 135; })")
    rows = pictures.evaluate_all("all => new Set(all.map(one => one.offsetTop)).size")
    assert pictures.count() == 60
    assert rows <= 20


def test_footnotes_lead_to_their_own_text(cast: Cast, someone: Any) -> None:
    text = "Claim[^1].\n\n[^1]: Note."
    page = show(cast, someone, messages=[says("assistant", text), says("user", text)])
    page.locator("#ws-item .turn-user [role=doc-noteref]").click()
    note = page.locator(".footnote:target")
    expect(note).to_have_text("[1]")
    assert note.evaluate("note => note.closest('.turn').className").startswith("turn turn-user")
    expect(page.locator("#ws-form")).to_be_visible()


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
