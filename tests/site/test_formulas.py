"""Formulas in traces stay readable: nothing that markdown would take for a sign is lost."""

import re
from html import unescape

import pytest

from annotate_site.richtext import render_trace_text


def shown(text: str) -> str:
    """The text as a reader sees it."""
    html = re.sub(r"<br>\n?", "\n", render_trace_text(text))
    return unescape(re.sub(r"<[^>]+>", "", html)).strip()


@pytest.mark.parametrize(
    "text",
    [
        r"So \(a_1 * b * c\) and \[ x \\ y \] hold.",
        r"$x_{1} * y_{2}$ and $\{1, 2\}$",
        r"$$\frac{a*b*c}{2}$$",
        "\\[\n- x\n= 5 \\\\\n# y\n1. z\n\\]",
        "$$\n    a *b* c\n$$".replace("    ", ""),
        r"costs $5 and $10",
    ],
)
def test_a_formula_is_shown_as_it_is_written(text: str) -> None:
    assert shown(text) == text


def test_a_formula_interrupts_a_paragraph_and_the_text_goes_on() -> None:
    html = render_trace_text("We get\n\\[\n- x\n\\]\nand **so** on")
    assert '<p dir="auto">We get</p>' in html
    assert "<strong>so</strong>" in html
    assert "<li" not in html


@pytest.mark.parametrize("text", ["$5 **bold** for US$ now", "\\( **bold**", "$$ **bold**\n\nx"])
def test_what_is_no_formula_keeps_its_emphasis(text: str) -> None:
    assert "<strong>bold</strong>" in render_trace_text(text)


def test_markup_in_a_formula_is_text() -> None:
    assert "<script>" not in render_trace_text(r"\(<script>alert(1)</script>\)")


def test_tables_and_code_scroll_by_themselves_and_take_the_focus() -> None:
    html = render_trace_text("a|b\n-|-\n1|2\n\n```py\nx\n```\n\n    indented")
    assert re.search('<div class="scroll" [^>]*tabindex="0" role="region" [^>]*><table>', html)
    assert html.count('<pre dir="ltr" tabindex="0" role="group" aria-label="Code"><code>') == 2
