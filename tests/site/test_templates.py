"""What no template may hold: the CSP forbids some of it, safety the rest."""

import json
import re
from pathlib import Path

import pytest
from django.conf import settings

ROOT: Path = settings.BASE_DIR
TEMPLATES = sorted(path for path in (ROOT / "templates").rglob("*.html"))
PACKAGES = ("annotate_site", "fields", "traces", "queues", "reviews")
MAY_MARK_SAFE = {"annotate_site/richtext.py"}
FORBIDDEN = {
    "a style attribute": r"\sstyle=",
    "a style element": r"<style",
    "an inline script": r"<script(?![^>]*\ssrc=)(?![^>]*json)",
    "an inline handler": r"\son[a-z]+=",
    "an htmx handler": r"hx-on",
    "an unescaped value": r"\|\s*safe\b|\|\s*safeseq\b|autoescape\s+off",
    # Numbers (inputmode) have one direction in every language.
    "a text box that does not take the direction of what is typed": (
        r"""<textarea(?![^>]*\sdir="auto")"""
        r"""|<input(?=[^>]*type="(?:text|search)")(?![^>]*\sdir="auto")(?![^>]*inputmode)"""
    ),
    "a foreign host": r"""(?:src|href)=["'](?:https?:)?//""",
}


def broken_rules(source: str) -> list[str]:
    return [name for name, pattern in FORBIDDEN.items() if re.search(pattern, source)]


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_template_keeps_the_rules(path: Path) -> None:
    assert broken_rules(path.read_text()) == []


@pytest.mark.parametrize(
    "source",
    [
        '<p style="x">', "<style>", "<script>x</script>", '<a onclick="x">', '<a hx-on:click="x">',
        "{{ x|safe }}", "{{ x | safe }}", "{% autoescape off %}",
        '<textarea rows="2">', '<input name="q" type="search">',
        '<script src="https://cdn.example/x.js"></script>', '<a href="//x">',
    ],
)  # fmt: skip
def test_a_breach_would_be_seen(source: str) -> None:
    assert broken_rules(source)


def test_html_is_marked_safe_in_one_place() -> None:
    places = {
        str(path.relative_to(ROOT))
        for package in PACKAGES
        for path in (ROOT / package).rglob("*.py")
        if re.search(r"mark_safe|SafeString\(|SafeText\(", path.read_text())
    }
    assert places == MAY_MARK_SAFE


def test_htmx_is_told_to_evaluate_nothing_keep_nothing_and_show_refusals() -> None:
    source = (ROOT / "templates/_htmx.html").read_text()
    content = re.search(r"content='([^']+)'", source)
    assert content
    config = json.loads(content[1])
    assert config["allowEval"] is False
    assert config["historyCacheSize"] == 0
    assert config["includeIndicatorStyles"] is False
    assert config["selfRequestsOnly"] is True
    for status, swapped in (("200", True), ("422", True), ("409", True), ("500", False)):
        rule = next(r for r in config["responseHandling"] if re.search(r["code"], status))
        assert rule["swap"] is swapped
