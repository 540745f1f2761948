"""Answers that differ: approving asks once, one can be taken; a missing remark is marked."""

from collections.abc import Callable

import pytest
from django.test import Client

from annotate_site.projects.models import User
from fields.models import Field
from queues.models import Item, Queue
from reviews.actions.deciding import AnswersDiffer, approve_item, bulk_approve
from reviews.models import Review, Score

from .. import factories
from ..conftest import Cast
from .judging import Judge, answer, reviewed_queue, state_of
from .pages import HTMX
from .review_pages import opened, sent, url
from .working import Worker

pytestmark = pytest.mark.django_db
BrowserOf = Callable[[User], Client]


def test_approving_answers_that_differ_asks_and_a_final_value_settles_them(
    queue: Queue, item: Item, cast: Cast
) -> None:
    judge = Judge(queue, cast.reviewer)
    judge.open(item)
    with pytest.raises(
        AnswersDiffer, match=r"The answers to “Is it right\?” differ, and no final value"
    ):
        judge.approve(item, unsettled=False)
    assert state_of(item)[0] == "pending_review"
    judge.approve(item, "false", unsettled=False)
    assert state_of(item)[0] == "completed"


def test_approving_without_a_final_value_is_possible(queue: Queue, item: Item, cast: Cast) -> None:
    judge = Judge(queue, cast.reviewer)
    judge.open(item)
    approve_item(
        queue=queue, user=judge.user, form=judge.form(item), asked=judge.asked(), unsettled=True
    )
    assert state_of(item)[0] == "completed"


def test_answers_that_agree_and_texts_are_not_asked_about(cast: Cast) -> None:
    fields = [
        factories.make_field(cast.project, name="Right"),
        factories.make_field(cast.project, "text", name="Why"),
    ]
    queue = reviewed_queue(
        cast.project, [cast.annotator, cast.second], [cast.reviewer], fields=fields
    )
    for user, why in ((cast.annotator, "short"), (cast.second, "at length")):
        worker = Worker(queue, user)
        worker.submit(worker.claim(), "true", why)
    item, judge = queue.items.get(), Judge(queue, cast.reviewer)
    judge.open(item)
    judge.approve(item, unsettled=False)
    assert state_of(item)[0] == "completed"


def test_the_sentence_names_two_fields_and_counts_the_rest() -> None:
    fields = [Field(name=name) for name in ("One", "Two", "Three", "Four")]
    assert "to “One” and “Two” and 2 more fields differ" in str(AnswersDiffer(fields))


def test_many_are_approved_as_they_are(queue: Queue, item: Item, cast: Cast) -> None:
    outcome = bulk_approve(queue=queue, user=cast.reviewer, picks=[(item.pk, 1)])
    assert (outcome.approved, outcome.passed) == (1, [])


@pytest.mark.parametrize("headers", [{}, HTMX])
def test_the_page_asks_once(
    queue: Queue, item: Item, client: Client, headers: dict[str, str]
) -> None:
    data = sent(opened(client, queue, item))
    asked = client.post(url("item-approve", queue, item), data, headers=headers)
    page = asked.content.decode()
    assert asked.status_code == 409
    assert "Choose one, or press Approve again" in page
    assert "Reload" not in page
    assert sent(page)["unsettled"] == "1"
    client.post(url("item-approve", queue, item), data | {"unsettled": "1"}, headers=headers)
    assert state_of(item)[0] == "completed"


def test_the_page_offers_the_answer_of_each_person(
    queue: Queue, item: Item, client: Client
) -> None:
    page = opened(client, queue, item)
    field = queue.fields.get()
    assert page.count(f'data-take="f-{field.pk}"') == 2
    for value in ("true", "false"):
        assert f"[&quot;{value}&quot;]" in page


def test_values_of_fields_that_agree_are_folded(cast: Cast, queue: Queue, client: Client) -> None:
    item = answer(queue, cast.annotator, cast.second)
    page = opened(client, queue, item)
    assert "data-take" not in page
    assert '<details class="rv-part rv-final" >' in page


@pytest.mark.parametrize("headers", [{}, HTMX])
def test_a_missing_remark_is_marked_has_the_focus_and_the_draft_is_kept(
    queue: Queue, item: Item, client: Client, headers: dict[str, str]
) -> None:
    field = queue.fields.get()
    data = sent(opened(client, queue, item), **{f"f-{field.pk}": "false"})
    response = client.post(url("item-reject", queue, item), data, headers=headers)
    page = response.content.decode()
    assert response.status_code == 422
    assert 'autofocus aria-invalid="true" aria-describedby="remark-help remark-error"' in page
    assert "Write what needs to change, then send the item back." in page
    assert "Reload" not in page
    assert Review.objects.get().draft["values"] == {str(field.pk): ["false"]}
    assert sent(page)["version"] == "1"
    assert not Score.objects.filter(annotation=None).exists()
