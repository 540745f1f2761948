"""Characters that nobody sees are marked where texts are drawn, unless writing needs them."""

import re
from html import unescape

import pytest
from django.template import Context, Template
from hypothesis import given
from hypothesis import strategies as st

from annotate_site.richtext import Drawing, plain_text, render_trace_text
from annotate_site.unseen import MOST_MARKS, mark_unseen, name_of

RLO = "\u202e"


def titles(html: str) -> list[str]:
    return re.findall(r'class="unseen[^"]*" [^>]*title="([^"]*)"', html)


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("\u202etxt.exe", "U+202E right-to-left override"),
        ("a\u2066b", "U+2066 left-to-right isolate"),
        ("pass\u200bword", "U+200B zero width space"),
        ("a\u200db", "U+200D zero width joiner"),
        ("a\u200cb", "U+200C zero width non-joiner"),
        ("a\u2060b", "U+2060 word joiner"),
        ("a\ufeffb", "U+FEFF zero width no-break space"),
        ("ring \x07", "U+0007 control character BEL"),
        ("\x1b[31mred", "U+001B control character ESC"),
        ("a\u200f", "U+200F right-to-left mark"),
        ("a\x85b", "U+0085 control character"),
        ("a\u200b\u200b", "U+200B zero width space, U+200B zero width space"),
        ("\U0001f3f4" + "\U000e0041" * 9 + "\U000e007f", "10 tag characters: AAAAAAAAA"),
        ("x\U000e0068\U000e0069\U000e003c", "3 tag characters: hi&lt;"),
    ],
)
def test_an_unseen_character_has_a_mark_that_names_it(text: str, title: str) -> None:
    for drawn in (plain_text(text), render_trace_text(text), render_trace_text(f"> `{text}`")):
        assert titles(drawn) == [title]
        assert text in unescape(re.sub("<[^>]+>", "", drawn))


def test_a_long_run_is_one_mark() -> None:
    (title,) = titles(plain_text("a" + "\u200b\u200c" * 40))
    assert title.endswith("zero width non-joiner and 76 more")


@pytest.mark.parametrize(
    "text",
    [
        "می\u200cخواهم", "क्\u200dष", "श्री\u200cमान", "👩\u200d🔬 👩\u200d❤️\u200d👨 👩🏽\u200d🚀",
        "🏴\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f", "ไทย\u200bภาษา",
        "\ufeffwith a byte-order mark", "tab\tand\nline\r\n", "so\u00adft", "שלום مرحبا",
    ],
)  # fmt: skip
def test_what_writing_needs_has_none(text: str) -> None:
    assert "unseen" not in plain_text(text) + render_trace_text(text)


@given(st.text(st.sampled_from("ab<>&\"' \u202e\u200b\u200d\x07\ufeff\U000e0041👩")))
def test_a_mark_adds_nothing_to_the_text_and_takes_nothing_from_it(text: str) -> None:
    assert unescape(re.sub("<[^>]+>", "", plain_text(text))) == text


def test_marks_are_bounded_and_nothing_beyond_them_turns() -> None:
    drawn = plain_text(f"a{RLO}b\u200b" * MOST_MARKS)
    assert len(titles(drawn)) == MOST_MARKS
    assert drawn.count(RLO) < MOST_MARKS
    assert drawn.count("\u200b") == MOST_MARKS


def test_tags_of_html_stay_as_they_are() -> None:
    html = f'<a title="{RLO} > x">y</a>'
    assert mark_unseen(html) == html


def test_a_drawing_marks_texts_and_leaves_attributes_alone() -> None:
    draw = Drawing()
    draw.markup('<p class="')
    draw.text("x")
    draw.wrap('" title="', RLO, '">')
    draw.text(RLO)
    draw.wrap("<b>", "\u200b", "</b>")
    html = draw.html()
    assert html.startswith(f'<p class="x" title="{RLO}"><span class="unseen"')
    assert len(titles(html)) == 2


def test_the_filter_escapes_and_marks() -> None:
    shown = Template("{% load richtext %}{{ text|marked }}").render(Context({"text": f"<b>{RLO}"}))
    assert shown.startswith('&lt;b&gt;<span class="unseen"')


def test_each_control_has_a_name() -> None:
    assert {name_of(chr(code))[7:] for code in (*range(9), 127)} >= {
        "control character NUL",
        "control character DEL",
    }
