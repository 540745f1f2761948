"""What markdown has beside CommonMark: footnotes, boxes of tasks, pictures that stay outside."""

import re
from html import unescape

import pytest

from annotate_site.richtext import render_trace_text
from annotate_site.trace_markdown.footnotes import MOST_FOOTNOTES


def shown(html: str) -> str:
    return unescape(re.sub("<[^>]+>", "", html)).strip()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("![remote](https://a.example/b.png)", "remote"),
        ('![remote](https://a.example/b.png "Sales in May")', "remote · Sales in May"),
        ("![](https://a.example/b.png)", "https://a.example/b.png"),
        ("![chart](chart.png)", "chart (chart.png)"),
        ("![](/mnt/data/x.png)", "/mnt/data/x.png"),
        ("![dot](data:image/png;base64,iVBORw0KGgo=)", "dot"),
        ("[![badge](https://a.example/b.svg)](https://a.example)", "badge (https://a.example/b.svg)"),
        ("![*a* <b>](https://a.example/b.png)", "*a* <b>"),
    ],
)  # fmt: skip
def test_a_picture_that_is_not_loaded_says_so(text: str, said: str) -> None:
    html = render_trace_text(text)
    assert shown(html) == f"Picture not loaded: {said}"
    assert "<img" not in html
    assert html.count("<a ") == ("https:" in text)


def test_its_address_is_a_link() -> None:
    html = render_trace_text("![remote](https://a.example/b.png?x=1&y=2)")
    assert '<a href="https://a.example/b.png?x=1&amp;y=2" target="_blank" rel=' in html


FOOTNOTES = "One[^1], two[^note], one again[^1], none[^2].\n\n[^1]: *First*.\n[^note]: Second.\n"


def test_footnotes_lead_to_their_notes_and_back() -> None:
    html = render_trace_text(FOOTNOTES)
    assert shown(html) == "One[1], two[note], one again[1], none[^2].\n[1] First.\n[note] Second."
    ids, links = re.findall(r' id="([^"]+)"', html), re.findall(r'href="#([^"]+)"', html)
    assert len(ids) == len(set(ids)) == 4
    assert set(links) == set(ids)
    assert len(links) == 5


def test_footnotes_stay_inside_their_own_text() -> None:
    one, other = render_trace_text(FOOTNOTES), render_trace_text(FOOTNOTES)
    assert not set(re.findall(r' id="([^"]+)"', one)) & set(re.findall(r' id="([^"]+)"', other))


@pytest.mark.parametrize(
    "text", ["a[^1] without a note", "`[^1]`\n\n[^1]: x", "\\[^1]\n\n[^1]: x", "[y[^1]](http:z)"]
)
def test_what_is_no_footnote_stays_as_it_is(text: str) -> None:
    assert "[^1]" in shown(render_trace_text(text))


def test_a_note_that_nothing_asks_for_is_shown() -> None:
    html = render_trace_text("[^lone]: Still here.")
    assert shown(html) == "[lone] Still here."
    assert "<a" not in html


def test_footnotes_are_bounded() -> None:
    html = render_trace_text(("[^1] " * 300 + "\n\n") * 4 + "[^1]: x")
    assert html.count('class="footnote"') == MOST_FOOTNOTES
    assert html.count("[^1]") == 1201 - MOST_FOOTNOTES


def test_items_of_a_list_have_boxes() -> None:
    html = render_trace_text("- [ ] open\n- [x] **done**\n- [X] too\n\n1. [x] loose\n\n   more")
    assert re.findall(r'aria-label="([^"]+)">(...)<', html) == [
        ("Not done", "[ ]"), ("Done", "[x]"), ("Done", "[X]"), ("Done", "[x]"),
    ]  # fmt: skip
    assert html.count('<li class="task"') == 4
    assert "<input" not in html


@pytest.mark.parametrize("text", ["[x] no list", "- [x]no space", "- [y] no", "- a [x] b"])
def test_what_is_no_task_has_no_box(text: str) -> None:
    html = render_trace_text(text)
    assert 'class="box' not in html
    assert shown(html) == text.removeprefix("- ")
