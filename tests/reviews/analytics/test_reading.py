"""Which answers figures are made of, and who has opened them by it."""

import pytest
from django.utils import timezone

from annotate_site.projects.events import SYSTEM
from annotate_site.projects.models import Membership, User
from queues.access import find_queue
from queues.actions.items.rounds import reopen_item
from queues.models import ItemOpened, Queue
from queues.visibility import Reader
from reviews.models import Annotation, Score
from reviews.results.analytics.answers import FieldAnswers, mark_of, read_answers

from ...conftest import Cast
from ..judging import Judge, reviewed_queue
from ..judging import answer as answer_one
from .answering import answer, queue_of

# Rows are moved past the actions.
pytestmark = [pytest.mark.django_db, pytest.mark.breaks_promises]


def reader(user: User, queue: Queue) -> Reader:
    return Reader.of(find_queue(user, queue.project.slug, queue.pk)[1])


def read(user: User, queue: Queue) -> list[FieldAnswers]:
    return read_answers(queue, reader(user, queue))[1]


def values(user: User, queue: Queue) -> list[list[object]]:
    """What each field was answered, in the order of items."""
    return [of_field.values for of_field in read(user, queue)]


def test_zero_false_and_empty_are_answers_and_an_untouched_field_is_none(cast: Cast) -> None:
    queue = queue_of(cast, "boolean", "integer", "text", items=1)
    queue.queue_fields.update(required=False)
    answer(queue, cast.annotator, ("false", "0", ""))
    answer(queue, cast.second, ("", "", "words"))
    answered = values(cast.manager, queue)
    assert answered[:2] == [[False], [0]]
    assert len(answered[2]) == 1
    assert answered[2] != ["words"]


def test_the_present_round_alone_counts(cast: Cast) -> None:
    queue = queue_of(cast, items=1)
    answer(queue, cast.annotator, "true")
    answer(queue, cast.second, "true")
    item = queue.items.get()
    reopen_item(queue=queue, item_id=item.pk, reason="New guideline", actor=SYSTEM)
    assert values(cast.manager, queue) == [[]]
    answer(queue, cast.annotator, "false")
    assert values(cast.manager, queue) == [[False]]


def test_a_removed_item_is_left_out(cast: Cast) -> None:
    queue = queue_of(cast, items=2)
    answer(queue, cast.annotator, "true", "false")
    first = queue.items.earliest("seq")
    queue.items.filter(pk=first.pk).update(removed_at=timezone.now())
    assert values(cast.manager, queue) == [[False]]


def test_a_superseded_answer_is_left_out(cast: Cast) -> None:
    queue = queue_of(cast, items=2)
    answer(queue, cast.annotator, "true", "false")
    Score.objects.filter(value=True).update(superseded_at=timezone.now())
    assert values(cast.manager, queue) == [[False]]


def test_a_machine_s_score_never_enters(cast: Cast) -> None:
    queue = queue_of(cast, items=2)
    answer(queue, cast.annotator, "true", "false")
    mine = Score.objects.filter(value=True)
    mine.update(source_kind="model", evaluator="judge")
    assert values(cast.manager, queue) == [[False]]
    mine.update(source_kind="human", annotation=None)
    assert values(cast.manager, queue) == [[False]]


def test_final_values_are_told_apart_from_the_answers(cast: Cast) -> None:
    queue = reviewed_queue(cast.project, [cast.annotator, cast.second], [cast.reviewer])
    item = answer_one(queue, cast.annotator, cast.second)
    judge = Judge(queue, cast.reviewer)
    judge.open(item)
    judge.approve(item, "false")
    [found] = read(cast.manager, queue)
    assert found.values == [True, True]
    assert found.final == {item.seq: False}


def half_done(cast: Cast) -> Queue:
    """The first item is completed with true, the second has one answer, false."""
    queue = queue_of(cast, items=2)
    answer(queue, cast.annotator, "true")
    answer(queue, cast.second, "true", "false")
    return queue


def test_who_annotates_or_views_gets_completed_items_alone(cast: Cast) -> None:
    queue = half_done(cast)
    assert values(cast.manager, queue) == [[True, True, False]]
    assert values(cast.viewer, queue) == [[True, True]]
    Membership.objects.filter(user=cast.annotator).update(role="manager")
    assert values(cast.annotator, queue) == [[True, True]]


def test_figures_open_the_answers_they_are_made_of(cast: Cast) -> None:
    queue = half_done(cast)
    first, second = queue.items.order_by("seq")
    for user, opened in ((cast.viewer, {first.pk}), (cast.manager, {first.pk, second.pk})):
        mark_of(queue, reader(user, queue))
        seen = ItemOpened.objects.filter(user=user)
        assert set(seen.values_list("item", flat=True)) == opened


def test_one_s_own_answers_open_nothing(cast: Cast) -> None:
    queue = queue_of(cast, items=1, annotations_required=1)
    answer(queue, cast.annotator, "true")
    Membership.objects.filter(user=cast.annotator).update(role="manager")
    assert values(cast.annotator, queue) == [[True]]
    assert not ItemOpened.objects.exists()


def test_the_mark_differs_wherever_an_answer_does(cast: Cast) -> None:
    queue = half_done(cast)
    marks = [mark_of(queue, reader(cast.manager, queue))]
    assert mark_of(queue, reader(cast.manager, queue)) == marks[0]
    assert mark_of(queue, reader(cast.viewer, queue)) != marks[0]
    answer(queue, cast.annotator, "true")
    marks.append(mark_of(queue, reader(cast.manager, queue)))
    latest = Score.objects.latest("pk")
    Score.objects.filter(pk=latest.pk).update(superseded_at=timezone.now())
    marks.append(mark_of(queue, reader(cast.manager, queue)))
    Score.objects.filter(pk=latest.pk).update(superseded_at=None)
    Score.objects.filter(pk=latest.pk - 1).update(superseded_at=timezone.now())
    marks.append(mark_of(queue, reader(cast.manager, queue)))
    assert marks[2] == marks[0]  # as it was
    assert len(set(marks)) == 3
    assert Annotation.objects.count() == 4
