"""An answer of every kind on its whole way: draft, submit, review, history, feedback, exports."""

import csv
import json
from io import StringIO
from typing import Any

import pytest
from django.utils.html import escape

from fields.kinds import KINDS
from queues.models import Item, Queue
from reviews.models import Score
from reviews.my_history.earlier import own_past
from reviews.my_history.item import read_own_item
from traces.models import TraceFeedback

from .. import factories
from ..conftest import Cast
from .judging import Judge
from .pages import Desk
from .review_pages import opened
from .test_export import fetch
from .working import Worker

pytestmark = pytest.mark.django_db

# What a form posts, the value that is stored, and how people read it.
ANSWERS: dict[str, tuple[str | list[str], Any, str]] = {
    "boolean": ("false", False, "No"),
    "thumbs": ("up", "up", "Thumbs up"),
    "integer": ("0", 0, "0"),
    "number": ("0.3", 0.3, "0.3"),
    "rating": ("4", 4, "4 of 5"),
    "date": ("2026-12-31", "2026-12-31", "31 Dec 2026"),
    "category": ("bad", "bad", "Bad"),
    "categories": (["tone", "facts"], ["tone", "facts"], "Tone, Facts"),
    "ranking": (
        ["policy", "tone", "facts"],
        ["policy", "tone", "facts"],
        "1. Policy, 2. Tone, 3. Facts",
    ),
    "text": ("=1+1 <b>", "=1+1 <b>", "=1+1 <b>"),
}
POSTED = [posted for posted, _, _ in ANSWERS.values()]
VALUES = {kind: value for kind, (_, value, _) in ANSWERS.items()}
WORDS = [words for _, _, words in ANSWERS.values()]


@pytest.fixture
def queue(cast: Cast) -> Queue:
    """Asks every kind, by whose name the fields are called; needs a review."""
    assert set(ANSWERS) == set(KINDS)
    fields = [factories.make_field(cast.project, kind, name=kind) for kind in ANSWERS]
    return factories.make_queue(
        cast.project, by=cast.manager, fields=fields, annotators=[cast.annotator],
        reviewers=[cast.reviewer], requires_review=True, items=1,
    )  # fmt: skip


@pytest.fixture
def item(cast: Cast, queue: Queue) -> Item:
    """Drafted, submitted."""
    worker = Worker(queue, cast.annotator)
    hold = worker.claim()
    saved = worker.save(hold, *POSTED)
    (draft,) = read_own_item(queue, Item.objects.get(pk=hold.item_id), cast.annotator)
    assert [one.text for one in draft.answers] == WORDS
    worker.submit(hold, *POSTED, version=saved.version)
    return Item.objects.get(pk=hold.item_id)


def test_its_author_finds_it_again(cast: Cast, queue: Queue, item: Item) -> None:
    (round,) = read_own_item(queue, item, cast.annotator)
    assert [one.text for one in round.answers] == WORDS
    past = own_past(queue, cast.annotator)
    assert past
    assert [one.text for one in past.answers] == WORDS


def test_its_reviewer_sees_it_and_puts_another_value_right(
    cast: Cast, queue: Queue, item: Item
) -> None:
    client = Desk.of(queue, cast.reviewer).client
    page = opened(client, queue, item)
    assert [words for words in WORDS if escape(words) not in page] == []
    final: dict[str, str | list[str]] = {
        "date": "2027-01-01",
        "ranking": ["facts", "tone", "policy"],
    }
    Judge(queue, cast.reviewer).approve(item, *(final.get(kind, "") for kind in ANSWERS))
    resolved = Score.objects.filter(review__isnull=False).values_list("value", flat=True)
    assert list(resolved) == ["2027-01-01", ["facts", "tone", "policy"]]


def test_it_is_feedback_on_its_trace_and_exported_in_both_shapes(
    cast: Cast, queue: Queue, item: Item
) -> None:
    judge = Judge(queue, cast.reviewer)
    judge.open(item)
    judge.approve(item)
    texts = set(TraceFeedback.objects.exclude(text=None).values_list("text", flat=True))
    assert {"2026-12-31", "policy tone facts"} <= texts
    lines = map(json.loads, fetch(queue, cast.manager, shape="long").splitlines())
    assert {one["kind"]: one["value"] for one in lines if one["record"] == "answer"} == VALUES
    (row,) = csv.DictReader(StringIO(fetch(queue, cast.manager, shape="wide", format="csv")))
    mine = {kind: row[kind] for kind in ANSWERS}
    assert mine["date"] == "2026-12-31"
    assert mine["ranking"] == "policy; tone; facts"
