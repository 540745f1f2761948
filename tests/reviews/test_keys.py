"""The table of keys: no two rows take the same key, and every cap is of the table."""

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.template.loader import render_to_string

from reviews.keys import TABLES, Key

ROOT: Path = settings.BASE_DIR


@pytest.mark.parametrize("name", TABLES)
def test_no_key_does_two_things(name: str) -> None:
    presses = [press for key in TABLES[name] for press in key.press]
    assert len(presses) == len(set(presses))
    assert len({key.does for key in TABLES[name]}) == len(TABLES[name])


@pytest.mark.parametrize("name", TABLES)
def test_the_sheet_tells_the_whole_table_and_nothing_else(name: str) -> None:
    sheet = render_to_string("reviews/_keys.html", {"table": name})
    rows = re.findall(r'data-does="([^"]+)" data-press="([^"]+)"', sheet)
    assert rows == [(key.does, key.spelled) for key in TABLES[name]]
    assert all(key.says in sheet for key in TABLES[name])


def test_no_template_prints_a_cap_of_its_own() -> None:
    pages = [*(ROOT / "templates/reviews").glob("*.html"), ROOT / "templates/workspace_base.html"]
    assert [page.name for page in pages if "<kbd" in page.read_text()] == []


def test_keys_are_told_to_screen_readers_in_their_own_spelling() -> None:
    assert Key("x", ("mod+enter",), ("Ctrl", "↵"), "").aria == "Control+Enter Meta+Enter"
    assert Key("x", ("arrowleft",), ("←",), "").aria == "ArrowLeft"
    assert Key("x", ("s",), ("S",), "").aria == "S"
