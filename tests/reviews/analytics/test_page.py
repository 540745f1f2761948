"""The Analytics tab: who opens it, what it says, and what it costs."""

import re
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from annotate_site.projects.models import Membership, User
from reviews.results.analytics import kept
from reviews.results.analytics.answers import read_answers

from ...conftest import Cast
from ..judging import Judge, reviewed_queue
from ..judging import answer as answer_one
from .answering import answer, page, page_url, queue_of

pytestmark = pytest.mark.django_db


def words(html: str) -> str:
    """What the page says, without its markup."""
    return " ".join(re.sub("<[^>]+>", " ", html).split())


def test_managers_and_viewers_open_it_and_nobody_else(cast: Cast) -> None:
    queue = queue_of(cast)
    answer(queue, cast.annotator, "true")
    queue.members.create(user=cast.reviewer, can_review=True)
    people = {
        cast.manager: 200, cast.viewer: 200, cast.annotator: 403, cast.reviewer: 403,
        cast.member: 403, cast.stranger: 404, cast.other_manager: 404,
    }  # fmt: skip
    for user, status in people.items():
        client = Client()
        client.force_login(user)
        assert client.get(page_url(queue)).status_code == status
        assert client.post(page_url(queue)).status_code in (405, status)


def test_before_the_first_answer_it_says_what_will_come(cast: Cast) -> None:
    assert "Nobody has submitted an answer yet." in page(cast.manager, queue_of(cast))


def test_who_annotates_or_views_is_told_that_completed_items_alone_count(cast: Cast) -> None:
    queue = queue_of(cast)
    answer(queue, cast.annotator, "true")
    assert "completed items only" not in page(cast.manager, queue)
    seen = words(page(cast.viewer, queue))
    assert "Figures of completed items only ." in seen.replace("only.", "only .")
    assert "Nobody has answered this field yet." in seen
    Membership.objects.filter(user=cast.annotator).update(role="manager")
    assert "since you annotate in this queue" in page(cast.annotator, queue)


def test_every_kind_of_field_has_its_figures(cast: Cast) -> None:
    from fields.kinds import KINDS

    queue = queue_of(cast, *KINDS, items=1)
    mine = ("true", "up", "2", "0.1", "5", "2026-03-01", "good", ["tone"],
            ["tone", "facts", "policy"], "words")  # fmt: skip
    theirs = ("false", "down", "0", "0.3", "3", "2026-03-02", "bad", ["facts"],
              ["facts", "tone", "policy"], "more words")  # fmt: skip
    answer(queue, cast.annotator, mine)
    answer(queue, cast.second, theirs)
    for one in queue.queue_fields.select_related("field"):
        seen = words(page(cast.manager, queue, field=one.field_id))
        assert f"{one.field.name} 2 1 2" in seen  # answers, items, people
        assert "Only 1 item has answers from two people" in seen
        if one.field.kind == "text":
            assert "2 texts." in seen
            assert "more words" not in seen
        else:
            assert "Items on which answers" in seen, one.field.kind
            assert str(cast.annotator) in seen


@pytest.mark.parametrize("field", ["", "x", "00000000-0000-0000-0000-000000000000", "\x00", "é"])
def test_a_field_that_is_none_shows_the_first(cast: Cast, field: str) -> None:
    queue = queue_of(cast, "boolean", "rating")
    answer(queue, cast.annotator, ("true", "4"))
    assert 'id="field-title"><bdi>boolean</bdi>' in page(cast.manager, queue, field=field)


def statements(user: User, url: str) -> int:
    client = Client()
    client.force_login(user)
    with CaptureQueriesContext(
        connection,
    ) as asked:
        assert client.get(url).status_code == 200
    return len(asked)


def test_ten_times_the_answers_cost_the_same_statements(cast: Cast) -> None:
    small, large = (
        queue_of(cast, "boolean", "category", items=items, name=f" {items}") for items in (2, 20)
    )
    for queue, items in ((small, 2), (large, 20)):
        answer(queue, cast.annotator, *[("true", "good")] * items)
        answer(queue, cast.second, *[("true", "bad")] * items)
    for user in (cast.manager, cast.viewer):
        costs = [[statements(user, page_url(queue)) for _ in range(2)] for queue in (small, large)]
        assert costs[0] == costs[1]
        assert costs[0][0] > costs[0][1]  # the second time they are kept


def test_answers_are_compared_with_the_final_values_of_reviewers(cast: Cast) -> None:
    queue = reviewed_queue(cast.project, [cast.annotator, cast.second], [cast.reviewer])
    item = answer_one(queue, cast.annotator, cast.second)
    assert "Answers and final values" not in page(cast.manager, queue)
    judge = Judge(queue, cast.reviewer)
    judge.open(item)
    judge.approve(item, "false")
    seen = words(page(cast.manager, queue))
    compared = seen.partition("Answers and final values")[2]
    assert "Answer Yes No Yes 0 2 No 0 0" in compared
    assert "Final value by a reviewer 1 of 1" in seen


def test_figures_are_kept_until_an_answer_comes_in(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    queue, read = queue_of(cast), []

    def counted(*given: Any) -> Any:
        read.append(given)
        return read_answers(*given)

    monkeypatch.setattr(kept, "read_answers", counted)
    answer(queue, cast.annotator, "true")
    first, again = page(cast.manager, queue), page(cast.manager, queue)
    assert len(read) == 1
    assert words(first) == words(again)
    answer(queue, cast.annotator, "false")
    assert "No 1 of 2" in words(page(cast.manager, queue))
    assert len(read) == 2
    page(cast.viewer, queue)  # who may not read the same
    assert len(read) == 3


def test_an_answer_that_comes_in_meanwhile_is_in_all_figures(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between the mark, under which the summaries are kept, and the reading of a field."""
    queue = queue_of(cast, "boolean", "rating")
    answer(queue, cast.annotator, ("true", "4"))
    page(cast.manager, queue)

    def late(*given: Any) -> Any:
        monkeypatch.setattr(kept, "read_answers", read_answers)
        answer(queue, cast.annotator, ("true", "5"))
        return read_answers(*given)

    monkeypatch.setattr(kept, "read_answers", late)
    rating = queue.queue_fields.get(field__name="rating").field_id
    seen = words(page(cast.manager, queue, field=rating))
    assert "boolean 2 2 1" in seen
    assert "rating 2 2 1" in seen
    assert "5 of 5 1 of 2" in seen
