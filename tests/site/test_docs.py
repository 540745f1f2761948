"""What the documents name exists, and what they promise to list is listed."""

import inspect
import re
from pathlib import Path

import pytest
from django.core.management import get_commands

from annotate_site import settings
from reviews.invariants import RULES
from reviews.keys import WORKSPACE
from reviews.results.export.long import LONG_COLUMNS
from reviews.results.export.wide import WIDE_COLUMNS
from traces.ingest.formats.own import SPAN_KEYS, TRACE_KEYS

ROOT: Path = settings.BASE_DIR
PAGES = [ROOT / "README.md", ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").glob("*.md"))]
LINK = re.compile(r"\]\(([^)#]+)[^)]*\)")
IN_CODE = re.compile(r"`([^`\n]+)`")
PATH = re.compile(r"(?:annotate_site|fields|traces|queues|reviews|tests|static|docs)/[\w./-]+")
each_page = pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.name))


def named(page: str) -> set[str]:
    """Everything set in `code` on a page of docs/."""
    return set(IN_CODE.findall((ROOT / "docs" / page).read_text()))


@each_page
def test_links_lead_somewhere(page: Path) -> None:
    for target in LINK.findall(page.read_text()):
        assert target.startswith("https://") or (page.parent / target).exists(), target


@each_page
def test_named_files_exist(page: Path) -> None:
    for code in IN_CODE.findall(page.read_text()):
        if PATH.fullmatch(code):
            assert (ROOT / code).exists(), code


@each_page
def test_named_commands_exist(page: Path) -> None:
    commands = set(re.findall(r"manage\.py (\w+)", page.read_text()))
    assert commands <= set(get_commands())


def test_the_readme_is_short() -> None:
    assert len((ROOT / "README.md").read_text().splitlines()) <= 150


def test_the_readme_names_every_library_of_the_site() -> None:
    project = (ROOT / "pyproject.toml").read_text().split("[project.optional-dependencies]")[0]
    libraries = re.findall(r'^  "([\w-]+)', project, re.M)
    readme = (ROOT / "README.md").read_text()
    assert [name for name in libraries if name not in readme] == []


def test_every_setting_is_told_to_operators() -> None:
    read = set(re.findall(r'env(?:_\w+)?\("([A-Z_]+)"', inspect.getsource(settings)))
    assert read
    assert {*read, "ANNOTATE_VAR"} <= named("operators.md")


def test_every_key_and_column_is_told_to_engineers() -> None:
    assert named("engineers.md") >= TRACE_KEYS | SPAN_KEYS
    assert named("engineers.md") >= {*LONG_COLUMNS, *WIDE_COLUMNS, "answers", "skips"}


def test_every_invariant_is_told_by_its_number() -> None:
    text = (ROOT / "docs/trust.md").read_text()
    numbers = {number for number, _ in RULES} | {"3b", "5b"}
    for number in numbers:
        assert f"({number})" in text or f"| {number} |" in text, number


def test_every_key_of_the_workspace_is_told_to_annotators() -> None:
    keys = {cap for key in WORKSPACE for cap in key.caps if cap.isalnum()}
    told = (ROOT / "docs/annotators.md").read_text().split("## Keys")[1]
    assert keys >= {"S", "P", "E", "G", "U"}
    assert [key for key in keys if not re.search(rf"\b{key}\b", told)] == []
    assert [key.caps for key in WORKSPACE if any(cap not in told for cap in key.caps)] == []
