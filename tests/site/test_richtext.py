"""Hostile text stays text, in both renderers and in each layer alone; good text reads well."""

import re
from collections.abc import Callable
from html import unescape
from html.parser import HTMLParser
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotate_site import guidelines_child, richtext

HOSTILE = [
    "<script>alert(1)</script>",
    "</p><script src=//evil.example></script>",
    "[x](javascript:alert(1))",
    "[x](JaVaScRiPt:alert(1))",
    "[x](java\tscript:alert(1))",
    "[x](&#106;avascript:alert(1))",
    "[x](\x01javascript:alert(1))",
    "[x](vbscript:msgbox)",
    "[x](data:text/html;base64,PHNjcmlwdD4=)",
    "[x](file:///etc/passwd)",
    "[x](/logout)",
    "[x](//evil.example)",
    "<javascript:alert(1)>",
    '[x](https://a.example "t\\" onmouseover=alert(1) x=\\"")',
    "[x]: javascript:alert(1)\n\n[x]",
    "![x](javascript:alert(1))",
    "![x](https://evil.example/pixel.png)",
    '![x](data:image/svg+xml,<svg onload="alert(1)">)',
    '<img src=x onerror="alert(1)">',
    "<a href='javascript:alert(1)'>x</a>",
    '<a href="https://a.example" onclick="alert(1)" style="position:fixed">x</a>',
    "<svg><script>alert(1)</script></svg>",
    "<svg><style><img src=x onerror=alert(1)></style></svg>",
    "<math><mtext><table><mglyph><style><img src=x onerror=alert(1)>",
    '<math href="javascript:alert(1)">x</math>',
    "<iframe srcdoc='<script>alert(1)</script>'></iframe>",
    "<style>@import url(//evil.example)</style>",
    "<form action=/delete><button>x</button></form>",
    "<input autofocus onfocus=alert(1)>",
    '<div hx-get="/delete" hx-trigger="load">x</div>',
    '<div data-hx-get="/delete" data-hx-trigger="load" hx-on:click="alert(1)">x</div>',
    "<p id=main class=toast style='display:none'>x</p>",
    "<base href=//evil.example><meta http-equiv=refresh content=0>",
    "<object data=//evil.example></object><embed src=//evil.example>",
    "<!--><img src=x onerror=alert(1)>-->",
    "<noscript><p title='</noscript><img src=x onerror=alert(1)>'>",
    "```<script>\nalert(1)\n```",
    '``` x" onload=alert(1)\n<svg>\n```',
    "a | b\n--|--\n<script>alert(1)</script> | [x](javascript:alert(1))",
    "> - > <script>alert(1)</script>",
    "[^1]: <b id=x> [^1] [x[^1]](https://a.example) ![[^1]](https://a.example) `[^1]`",
    "- [x] <input> [y](javascript:alert(1))\n- [ ] ![z](java\tscript:alert(1))",
    "![x](https://a.example \"' onerror=alert(1) x='\") ![](//evil.example/a.png)",
    "{{ settings.SECRET_KEY }} {% debug %}",
    "\u202e<script>\u202d \u200b<img src=x onerror=alert(1)>",
]
ALLOWED = richtext.TAGS
ATTRIBUTES = {
    "a": {"href", "title", "rel", "target"},
    "ol": {"start"},
    "th": {"align"},
    "td": {"align"},
    **{tag: {"dir"} for tag in richtext.DIRECTED},
    "p": {"class", "dir"},  # the site's own: plain, notice
    "li": {"class", "dir"},
    "span": {"class", "role", "aria-label"},
    "pre": {"dir", "tabindex", "role", "aria-label"},
    "div": {"class", "dir", "tabindex", "role", "aria-label"},  # a table's own box
}
# What is put around texts once they are clean: the sanitiser itself lets none of it through.
OURS = {
    "span": {"class", "role", "aria-label", "data-char", "title"},
    "sup": {"class", "id"},
    "a": {"href", "title", "rel", "target", "role"},
}
CLASSES = {
    "plain", "notice", "scroll", "unseen", "unseen direction", "task", "picture", "box", "box done",
    "footnote",
}  # fmt: skip


@pytest.fixture(autouse=True)
def guidelines_need_no_process() -> None:
    """Here they do."""


class Inspector(HTMLParser):
    """Collects what a browser would build, and complains of what it must never build."""

    def __init__(self, html: str, ours: dict[str, set[str]] = OURS) -> None:
        super().__init__()
        self.allowed = {tag: ATTRIBUTES.get(tag, set()) for tag in ALLOWED} | ours
        self.tags: list[str] = []
        self.text = ""
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag in self.allowed, tag
        self.tags.append(tag)
        for name, value in attrs:
            assert name in self.allowed[tag], (tag, name)
            assert name != "href" or str(value).startswith(("http:", "https:", "mailto:", "#fn-"))
            assert name != "class" or value in CLASSES, value
            assert name != "dir" or value == ("ltr" if tag == "pre" else "auto"), value
        if not str(dict(attrs).get("href", "#")).startswith("#"):
            assert ("rel", "noopener noreferrer nofollow") in attrs
            assert ("target", "_blank") in attrs

    def handle_data(self, data: str) -> None:
        self.text += data

    def handle_comment(self, data: str) -> None:
        raise AssertionError(data)

    def handle_decl(self, decl: str) -> None:
        raise AssertionError(decl)

    def handle_pi(self, data: str) -> None:
        raise AssertionError(data)


class Untouched:
    """A sanitiser that lets everything through."""

    def clean(self, html: str) -> str:
        return html


@pytest.mark.parametrize("text", HOSTILE)
@pytest.mark.parametrize("render", [richtext.render_trace_text, guidelines_child.render])
def test_hostile_text_becomes_nothing_but_harmless_tags(
    render: Callable[[str], str], text: str
) -> None:
    Inspector(render(text))


def test_the_inspector_would_notice() -> None:
    for html in (
        "<script>",
        "<p onclick=x>",
        '<a href="javascript:x">',
        "<p hx-get=/x>",
        "<!--x-->",
    ):
        with pytest.raises(AssertionError):
            Inspector(html)


@pytest.mark.parametrize("text", HOSTILE)
def test_the_sanitiser_holds_alone_on_raw_html(text: str) -> None:
    Inspector(richtext._cleaner.clean(text), ours={})


@pytest.mark.parametrize("text", HOSTILE)
def test_the_parser_lets_no_raw_html_and_no_bad_link_through_alone(
    text: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(richtext, "_cleaner", Untouched())
    html = richtext.render_trace_text(text).replace('<div class="scroll" ', "")
    assert not any(bad in html for bad in ("<script", "<img", "<svg", "<div", "<iframe", "<form"))
    assert 'href="j' not in html.lower()
    assert 'href="/' not in html


@given(st.lists(st.sampled_from([*HOSTILE, *"[]()<>*_`~|#-\\!&\"' \n", "a", "://", "http"])))
def test_any_mixture_of_hostile_pieces_stays_harmless(pieces: list[str]) -> None:
    Inspector(richtext.render_trace_text("".join(pieces)))


@given(st.text())
def test_any_text_renders(text: str) -> None:
    Inspector(richtext.render_trace_text(text))


@pytest.mark.parametrize(
    "text",
    ["[" * 5000, "[" * 150_000, "[[" * 3000 + "]]" * 3000, "[a](" * 20_000, "**a" * 50_000],
    ids=["brackets", "many brackets", "pairs", "open links", "stars"],
)
def test_a_wall_of_marks_is_shown_whole(text: str) -> None:
    assert Inspector(richtext.render_trace_text(text)).text.strip() == text


@pytest.mark.parametrize("text", ["- " * 2000, "> " * 2000 + "deep", "1. " * 2000, "[]" * 5000])
def test_deep_nesting_neither_fails_nor_hides_text(text: str) -> None:
    shown = Inspector(richtext.render_trace_text(text)).text
    assert "deep" in shown or "deep" not in text


def test_nesting_beyond_the_parser_is_shown_plain_with_a_note() -> None:
    html = richtext.render_trace_text("\n".join("  " * n + f"- level {n}" for n in range(60)))
    assert "level 59" in html
    assert "nested very deep" in html


def test_references_do_not_multiply_the_text() -> None:
    text = "[a]: https://x.example/" + "u" * 9_000 + "\n\n" + "[a] " * 2_400
    assert len(richtext.render_trace_text(text)) < 3 * len(text)
    assert len(richtext.render_guidelines(text)) < 3 * len(text)


def test_a_long_text_is_escaped_and_says_so() -> None:
    html = richtext.render_trace_text("*a* <b>" * 40_000)
    assert "280,000 characters" in html
    assert "*a* &lt;b&gt;" in html
    assert "<em>" not in html


def test_a_long_paragraph_keeps_its_line_breaks_and_leaves_the_rest_formatted() -> None:
    html = richtext.render_trace_text("line *x*\n" * 2_000 + "\nshort *y*")
    assert html.count("<br>") == 1_999
    assert "<em>x</em>" not in html
    assert "<em>y</em>" in html


def test_trace_markdown_reads_well() -> None:
    html = richtext.render_trace_text(
        "# Head\none\ntwo ~~gone~~\n\n```py\nx < 1\n```\n\na|b\n-|-:\n1|2\n\n[l](https://a.example)"
    )
    for part in (
        '<h1 dir="auto">Head</h1>', "one<br>", "<s>gone</s>", 'aria-label="Code"><code>x &lt; 1',
        '<td align="right">2</td>', '<a href="https://a.example" ',
    ):  # fmt: skip
        assert part in html


def test_guidelines_read_well() -> None:
    html = richtext.render_guidelines(
        "# Judge\n\n- *it*\n\na|b\n-|-:\n1|2\n\n```\nx < 1\n```\n\n[l](https://a.example)"
    )
    for part in (
        '<h1 dir="auto">Judge</h1>', "<em>it</em>", '<td align="right">2</td>', "x &lt; 1",
        'href="https://a.example"', 'rel="noopener noreferrer nofollow"', 'target="_blank"',
    ):  # fmt: skip
        assert part in html


@pytest.mark.parametrize("text", ["", "  \n"])
def test_no_guidelines_are_no_html(text: str) -> None:
    assert richtext.render_guidelines(text) == ""


def test_guidelines_over_twenty_kilobytes_are_shown_plain() -> None:
    html = richtext.render_guidelines("*ü*" * 5_001)
    assert html.startswith('<p class="plain" dir="auto">*ü*')


def test_guidelines_that_take_too_long_are_shown_plain() -> None:
    text = "[" * 19_000 + "<b>"  # a minute and more of Python-Markdown
    assert (
        richtext.render_guidelines(text)
        == f'<p class="plain" dir="auto">{"[" * 19_000}&lt;b&gt;</p>'
    )


@pytest.mark.parametrize("child", ["raise SystemExit(1)", "", "import os; os.kill(os.getpid(), 9)"])
def test_guidelines_whose_renderer_dies_are_shown_plain(
    child: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    script = tmp_path / "child.py"
    script.write_text(child)
    monkeypatch.setattr(richtext, "GUIDELINES_CHILD", script)
    assert richtext.render_guidelines("*a* <b>") == '<p class="plain" dir="auto">*a* &lt;b&gt;</p>'


def test_the_renderer_sees_neither_secrets_nor_a_shadowing_module(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "markdown.py").write_text("raise SystemExit(1)")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    monkeypatch.setenv("SECRET_KEY", "canary")
    assert richtext.render_guidelines("*a*") == '<p dir="auto"><em>a</em></p>'
    (tmp_path / "child.py").write_text("import os; print(dict(os.environ))")
    monkeypatch.setattr(richtext, "GUIDELINES_CHILD", tmp_path / "child.py")
    assert "canary" not in richtext.render_guidelines("x")


def test_text_that_cannot_be_encoded_is_shown_with_a_mark() -> None:
    assert richtext.render_guidelines("a \ud800") == '<p dir="auto">a ?</p>'
    assert richtext.render_trace_text("a \ud800") == '<p dir="auto">a ?</p>\n'


@pytest.mark.parametrize("text", ["2*7=<<2*7=14>>14", "3*5=15, 2**10=1024", "a*b*c"])
def test_asterisks_between_letters_and_digits_are_not_lost(text: str) -> None:
    shown = unescape(re.sub(r"<[^>]+>", "", richtext.render_trace_text(text)))
    assert shown.strip() == text


def test_emphasis_elsewhere_is_kept() -> None:
    assert "<strong>bold</strong>" in richtext.render_trace_text("this is **bold**, and *this* not")
    assert "<em>this</em>" in richtext.render_trace_text("this is **bold**, and *this* not")
