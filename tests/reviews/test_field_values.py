"""A field's answers so far: what is counted, for whom, and that looking at them is noted."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from annotate_site.projects.events import SYSTEM
from annotate_site.projects.models import Project, User
from fields.actions import share_field
from fields.kinds import KINDS
from fields.models import Field
from queues.models import ItemOpened, Queue
from reviews.results.field_values import FieldValues, field_values
from tests.factories import join, make_field, make_queue

from ..conftest import Cast
from .analytics.answering import answer, queue_of

pytestmark = pytest.mark.django_db
GIVEN: dict[str, str | list[str]] = {
    "boolean": "true", "thumbs": "up", "integer": "3", "number": "0.5", "rating": "2",
    "category": "good", "categories": ["tone", "facts"], "text": "words", "date": "2026-05-01",
    "ranking": ["facts", "tone", "policy"],
}  # fmt: skip


def field_of(queue: Queue) -> Field:
    return queue.queue_fields.select_related("field").get().field


def read(user: User, field: Field) -> FieldValues:
    project = Project.objects.get(pk=field.project_id)
    return field_values(project, field, user)


def counts(user: User, field: Field) -> dict[str, int]:
    return {row.label: row.count for row in read(user, field).rows}


def fetch(user: User, field: Field, project: str = "", **more: str) -> tuple[int, str]:
    client = Client()
    client.force_login(user)
    where = [project or field.project.slug, field.pk]
    response = client.get(reverse("field-results:field-values", args=where), headers=more)
    return response.status_code, response.content.decode()


def test_completed_items_of_all_queues_are_counted_for_every_reader(cast: Cast) -> None:
    queue = queue_of(cast, items=2)
    field = field_of(queue)
    other = queue_of(cast, items=1, name=" again", annotations_required=1)
    other.queue_fields.update(field=field)
    answer(queue, cast.annotator, "true")
    answer(queue, cast.second, "true", "false")  # the second item waits for another answer
    answer(other, cast.second, "false")
    for reader in (cast.manager, cast.viewer):
        assert counts(reader, field) == {"Yes": 2, "No": 1}
    found = read(cast.manager, field)
    assert (found.answers, found.items, found.people) == (3, 2, 2)


def test_answers_to_a_shared_field_stay_in_the_project_that_asked(cast: Cast) -> None:
    ours = queue_of(cast, items=1, annotations_required=1)
    field = field_of(ours)
    share_field(field=field, actor=SYSTEM)
    join(cast.other_project, cast.stranger)
    theirs = make_queue(
        cast.other_project, by=cast.other_manager, fields=[field], items=2,
        annotators=[cast.stranger],
    )  # fmt: skip
    answer(ours, cast.annotator, "true")
    answer(theirs, cast.stranger, "false", "false")
    assert counts(cast.manager, field) == {"Yes": 1, "No": 0}
    elsewhere = field_values(cast.other_project, field, cast.other_manager)
    assert {row.label: row.count for row in elsewhere.rows} == {"Yes": 0, "No": 2}
    assert set(ItemOpened.objects.values_list("user", "item__queue")) == {
        (cast.manager.pk, ours.pk), (cast.other_manager.pk, theirs.pk),
    }  # fmt: skip
    assert fetch(cast.other_manager, field)[0] == 404
    assert "2 answers" in fetch(cast.other_manager, field, cast.other_project.slug)[1]


def test_whoever_looks_has_opened_what_was_counted_and_nothing_else(cast: Cast) -> None:
    queue = queue_of(cast, items=2)
    answer(queue, cast.annotator, "true")
    answer(queue, cast.second, "true", "false")
    assert fetch(cast.manager, field_of(queue))[0] == 200
    opened = ItemOpened.objects.get()
    assert (opened.user, opened.item) == (cast.manager, queue.items.earliest("seq"))


@pytest.mark.parametrize("kind", list(KINDS))
def test_each_kind_is_told(cast: Cast, kind: str) -> None:
    queue = queue_of(cast, kind, items=1)
    given = GIVEN[kind]
    for person in (cast.annotator, cast.second):
        answer(queue, person, [given])
    found = read(cast.manager, field_of(queue))
    assert found.answers == 2
    assert max((row.count for row in found.rows), default=2) == 2
    status, page = fetch(cast.viewer, field_of(queue), HX_Request="true")
    assert status == 200
    assert "<html" not in page
    assert "2 answers by 2 people on 1 completed item" in page
    assert "words" not in page


def test_a_field_that_nobody_answered_says_so(cast: Cast) -> None:
    assert "No completed item" in fetch(cast.viewer, make_field(cast.project, "rating"))[1]


def test_a_field_of_another_project_is_not_there(cast: Cast) -> None:
    foreign = make_field(cast.other_project)
    assert fetch(cast.manager, foreign, cast.project.slug)[0] == 404
    assert fetch(cast.annotator, make_field(cast.project))[0] == 403


def test_few_statements_however_many_answers(cast: Cast) -> None:
    queue = queue_of(cast, items=8, annotations_required=1)
    field = field_of(queue)
    numbers = []
    for given in (["true"], ["false"] * 7):
        answer(queue, cast.annotator, *given)
        with CaptureQueriesContext(connection) as seen:
            read(cast.manager, field)
        numbers.append(len(seen))
    assert numbers[0] == numbers[1]
