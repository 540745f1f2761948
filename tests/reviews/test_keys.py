"""The tables of keys: no key does two things, each row has its control, no cap is beside them."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from django.conf import settings
from django.template.loader import render_to_string
from django.test import Client

from annotate_site.projects.models import User
from queues.models import Queue
from reviews.keys import REVIEW, TABLES, WORKSPACE, Key

from .. import factories
from ..conftest import Cast
from .judging import answer, reviewed_queue
from .pages import HTMX, Desk
from .review_pages import opened

ROOT: Path = settings.BASE_DIR
MOVES = ("screen-down", "screen-up", "line-down", "line-up", "top", "bottom", "turn", "turn-before")
# What a row acts on that names no control; digits and arrows act on the fields.
PARTS = {
    "choose": 'data-key="1"', "before": 'class="answer', "after": 'class="answer',
    "open-field": 'class="answer', "into": 'class="answer', "out": 'id="ws-title"',
    "failed": 'id="ws-item"', **dict.fromkeys(MOVES, 'id="ws-item"'),
    "raw": "data-raw-toggle", "find": "data-find-open",
}  # fmt: skip


@pytest.mark.parametrize("name", TABLES)
def test_no_key_does_two_things(name: str) -> None:
    presses = [press for key in TABLES[name] for press in key.press]
    assert len(presses) == len(set(presses))
    assert len({key.does for key in TABLES[name]}) == len(TABLES[name])


@pytest.mark.parametrize("name", TABLES)
def test_the_sheet_tells_the_whole_table_and_nothing_else(name: str) -> None:
    queue = Queue(guidelines_html="<p>Judge.</p>")
    sheet = render_to_string("reviews/_keys.html", {"table": name, "queue": queue})
    rows = re.findall(r'data-does="([^"]+)" data-press="([^"]+)"', sheet)
    assert rows == [(key.does, key.spelled) for key in TABLES[name]]
    assert all(key.says in sheet for key in TABLES[name])


@pytest.mark.parametrize("name", TABLES)
def test_a_queue_without_guidelines_has_no_key_for_them(name: str) -> None:
    sheet = render_to_string("reviews/_keys.html", {"table": name, "queue": Queue()})
    assert 'data-does="guidelines"' not in sheet


def test_no_template_prints_a_cap_of_its_own() -> None:
    pages = [*(ROOT / "templates/reviews").glob("*.html"), ROOT / "templates/workspace_base.html"]
    assert [page.name for page in pages if "<kbd" in page.read_text()] == []


def test_keys_are_told_to_screen_readers_in_their_own_spelling() -> None:
    assert Key("x", ("mod+enter",), ("Ctrl", "↵"), "").aria == "Control+Enter Meta+Enter"
    assert Key("x", ("arrowleft",), ("←",), "").aria == "ArrowLeft"
    assert Key("x", ("s",), ("S",), "").aria == "S"


@pytest.mark.django_db
def test_every_row_of_the_workspaces_sheet_has_what_it_acts_on(cast: Cast) -> None:
    """Undo comes with the next item, the way forward with an earlier one."""
    queue = factories.make_queue(
        cast.project, fields=[factories.make_field(cast.project, name="Right")], items=2,
        annotators=[cast.annotator], guidelines="Judge the answer.",
    )  # fmt: skip
    field = queue.queue_fields.get().field_id
    desk = Desk.of(queue, cast.annotator)
    desk.post(desk.start(), "submit", {f"f-{field}": "true"})
    page = desk.client.get(desk.url("workspace")).content.decode()
    past = desk.client.get(desk.url("past"), headers=HTMX).content.decode()
    assert lacking(WORKSPACE, page + past) == []


@pytest.mark.django_db
def test_every_row_of_the_reviews_sheet_has_what_it_acts_on(
    cast: Cast, browser_of: Callable[[User], Client]
) -> None:
    queue = reviewed_queue(
        cast.project, [cast.annotator], [cast.reviewer], guidelines="Judge the answer.",
        fields=[factories.make_field(cast.project, name="Right")],
    )  # fmt: skip
    item = answer(queue, cast.annotator)
    assert lacking(REVIEW, opened(browser_of(cast.reviewer), queue, item)) == []


def lacking(table: tuple[Key, ...], page: str) -> list[str]:
    """Rows whose control is not there, or does not tell its key."""
    return [key.does for key in table if not acts_on(key, page)]


def acts_on(key: Key, page: str) -> bool:
    if key.does in PARTS:
        return PARTS[key.does] in page
    told = f'aria-keyshortcuts="{key.aria}"'
    controls = re.findall(rf'<(?:a|button)\b[^>]* data-action="{key.does}"[^>]*>', page)
    return bool(controls) and all(told in control for control in controls)
