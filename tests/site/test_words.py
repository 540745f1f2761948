"""What people read is written as a native product writer would: these phrases are not."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
APPS = ("annotate_site", "fields", "queues", "reviews", "traces")
BANNED = (
    r"how it stands",
    r"\bstands?\b(?! for)",
    r"became of",
    r"whereof",
    r"what was said of",
    r"\bthose that\b",
    r"(is|are) made\b(?! of)",
    r"\b(go|goes) on\b",
    r"\bput back\b",
    r"\bmake the (queue|link|field)\b",
    r"\bstars\b",
    r"missing or to be",
    r"who was removed",
    r"who has nothing",
    r"who came (by|before)",
    r"come(s)? back by",
    r"count(s)? for nothing",
    r"(asked|offered|wanted|count) no more",
    r"is no (member|path)\b",
    r"\bhere no longer\b",
    r"^shown are\b",
    r"what is meant",
    r"somebody chosen",
    r"(?<!completed )\bby itself\b",
    r"has not the\b",
    r"as the first traces will read",
    r"\bas they will read\b",
    r"\bdo(es)? well\b",
)
PATTERN = re.compile("|".join(BANNED), re.IGNORECASE | re.MULTILINE)
COMMENT_OF_TEMPLATE = re.compile(
    r"\{#.*?#\}|\{% comment %\}.*?\{% endcomment %\}|<!--.*?-->", re.DOTALL
)
UNSEEN_ATTRIBUTE = re.compile(r'\s(?:class|id|for|name|value|href|src|hx-[a-z-]+)="[^"]*"')
TAG_WITHOUT_TEXT = re.compile(r"\{%\s*(?:url|load|partial|include \S+)\b")
STRING_OF_SCRIPT = re.compile(r'"((?:[^"\\\n]|\\.)*)"|`((?:[^`\\]|\\.)*)`')


def found(text: str) -> list[str]:
    return [match.group() for match in PATTERN.finditer(" ".join(text.split()))]


def text_of_template(source: str) -> str:
    source = COMMENT_OF_TEMPLATE.sub(" ", source)
    return TAG_WITHOUT_TEXT.sub(" ", UNSEEN_ATTRIBUTE.sub(" ", source))


def is_read_by_people(literal: str) -> bool:
    """Not a key or a name: it has a space, or begins with a capital."""
    return " " in literal or literal[:1].isupper()


def strings_of_python(source: str) -> Iterator[str]:
    """Literals that people read, outside docstrings; an f-string is one text."""
    tree = ast.parse(source)
    passed = {
        id(node.value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr):
            passed.update(id(part) for part in node.values)
            parts = [str(p.value) if isinstance(p, ast.Constant) else "{}" for p in node.values]
            yield "".join(parts)
    for node in ast.walk(tree):
        value = node.value if isinstance(node, ast.Constant) else None
        if isinstance(value, str) and id(node) not in passed and is_read_by_people(value):
            yield value


def strings_of_script(source: str) -> Iterator[str]:
    lines = (line for line in source.splitlines() if not line.lstrip().startswith("//"))
    for match in STRING_OF_SCRIPT.finditer("\n".join(lines)):
        yield match.group(1) or match.group(2) or ""


def texts() -> Iterator[tuple[Path, str]]:
    for path in sorted((ROOT / "templates").rglob("*.html")):
        yield path, text_of_template(path.read_text())
    for path in sorted((ROOT / "static/js").glob("*.js")):
        yield from ((path, string) for string in strings_of_script(path.read_text()))
    for app in APPS:
        for path in sorted((ROOT / app).rglob("*.py")):
            if "migrations" not in path.parts:
                yield from ((path, string) for string in strings_of_python(path.read_text()))


def test_the_interface_has_none_of_the_banned_phrases() -> None:
    faults = [
        f"{path.relative_to(ROOT)}: {phrase!r} in {' '.join(text.split())[:100]!r}"
        if path.suffix != ".html"
        else f"{path.relative_to(ROOT)}: {phrase!r}"
        for path, text in texts()
        for phrase in found(text)
    ]
    assert not faults, "\n".join(faults)


@pytest.mark.parametrize(
    "page", sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/*.md")]), ids=lambda page: page.stem
)
def test_pages_of_documentation_have_none_of_them(page: Path) -> None:
    assert not found(page.read_text())


def test_strings_are_read_and_comments_are_not() -> None:
    assert found(text_of_template('<p title="How it stands">a</p>{# stands #}<b class="stands">'))
    assert not found(text_of_template('{# How it stands #}<b class="stands">Status</b>'))
    python = '"""It stands."""\nx = f"{1} goes" " on"\n# is made\ny = "ready"\n'
    assert [text for text in strings_of_python(python) if found(text)] == ["{} goes on"]
    script = '// it stands\nsay("It stands here"); tell(`goes\n on ${x}`);'
    assert [bool(found(text)) for text in strings_of_script(script)] == [True, True]
