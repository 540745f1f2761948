"""The note beside an answer: kept whole or refused with a sentence, never cut; so are remarks."""

from uuid import uuid4

import pytest

from queues.models import Item, Queue, Reservation
from reviews.actions.correcting import correct_annotation
from reviews.actions.submitting import Form, Invalid, submit_annotation
from reviews.answers import Draft, asked_fields
from reviews.models import Annotation, Review, Score

from .. import factories
from ..conftest import Cast
from .judging import answer, reviewed_queue
from .pages import Desk
from .review_pages import opened, sent, url
from .working import Worker

pytestmark = pytest.mark.django_db

LINES = "\r\n".join(["nineteen characters"] * 200)  # as browsers send it: 3,999 are counted there
TOO_LONG = "A note takes 4,000 characters at most; this one has 5,000."


@pytest.fixture
def queue(cast: Cast) -> Queue:
    queue = factories.make_queue(cast.project, annotators=[cast.annotator], items=2)
    queue.queue_fields.update(allow_note=True)
    return queue


@pytest.fixture
def worker(cast: Cast, queue: Queue) -> Worker:
    return Worker(queue, cast.annotator)


@pytest.fixture
def desk(cast: Cast, queue: Queue) -> Desk:
    return Desk.of(queue, cast.annotator)


def field_of(queue: Queue) -> str:
    return str(queue.queue_fields.get().field_id)


def noted(queue: Queue, note: str) -> Draft:
    return Draft({field_of(queue): ["true"]}, {field_of(queue): note})


def submit(worker: Worker, note: str) -> Item:
    hold = worker.claim()
    draft = noted(worker.queue, note)
    form = Form(hold.item_id, hold.round, hold.token, uuid4(), 0, draft)
    asked = asked_fields(worker.queue)
    submit_annotation(queue=worker.queue, user=worker.user, form=form, asked=asked)
    return Item.objects.get(pk=hold.item_id)


def test_a_note_that_is_too_long_is_refused_and_kept_whole_as_a_draft(worker: Worker) -> None:
    with pytest.raises(Invalid) as invalid:
        submit(worker, "x" * 5000)
    assert invalid.value.errors == {f"n-{field_of(worker.queue)}": TOO_LONG}
    assert Annotation.objects.get().draft["notes"] == {field_of(worker.queue): "x" * 5000}
    assert not Score.objects.exists()


def test_the_longest_note_is_stored_whole(worker: Worker) -> None:
    submit(worker, "x" * 4000)
    assert Score.objects.get().note == "x" * 4000


def test_a_correction_with_a_note_that_is_too_long_changes_nothing(worker: Worker) -> None:
    item = submit(worker, "short")
    with pytest.raises(Invalid) as invalid:
        correct_annotation(
            queue=worker.queue, item=item, user=worker.user, round=1, version=1,
            draft=noted(worker.queue, "x" * 5000),
        )  # fmt: skip
    assert invalid.value.errors == {f"n-{field_of(worker.queue)}": TOO_LONG}
    assert Score.objects.get().note == "short"


def test_the_form_says_at_the_note_that_it_is_too_long_and_holds_all_of_it(desk: Desk) -> None:
    pk = field_of(desk.queue)
    typed = {f"f-{pk}": "true", f"n-{pk}": "x" * 5000}
    response = desk.post(desk.start(), "submit", typed)
    page = response.content.decode()
    assert response.status_code == 422
    assert f'id="note-error-{pk}">{TOO_LONG}</p>' in page
    assert f'aria-describedby="note-error-{pk}"' in page
    assert "x" * 5000 in page
    assert "1 answer needs a change. Nothing is lost." in page


def test_the_correct_page_says_so_too(worker: Worker, desk: Desk) -> None:
    item, pk = submit(worker, "short"), field_of(desk.queue)
    typed = {"round": "1", "version": "1", f"f-{pk}": "true", f"n-{pk}": "x" * 5000}
    response = desk.client.post(desk.url("item-correct", item.pk), typed)
    page = response.content.decode()
    assert response.status_code == 422
    assert TOO_LONG in page
    assert "x" * 5000 in page


def test_the_end_of_a_line_is_one_character_of_a_note(desk: Desk) -> None:
    pk = field_of(desk.queue)
    response = desk.post(desk.start(), "submit", {f"f-{pk}": "true", f"n-{pk}": LINES})
    assert response.status_code == 200
    assert Score.objects.get().note == LINES.replace("\r\n", "\n")


def test_the_end_of_a_line_is_one_character_of_a_remark(cast: Cast) -> None:
    queue = reviewed_queue(cast.project, [cast.annotator], [cast.reviewer])
    item = answer(queue, cast.annotator)
    client = Desk.of(queue, cast.reviewer).client
    form = sent(opened(client, queue, item), **{"n-remark": LINES})
    client.post(url("item-reject", queue, item), form)
    assert Review.objects.get().remark == LINES.replace("\r\n", "\n")


def test_the_end_of_a_line_is_one_character_of_a_reason_to_skip(desk: Desk) -> None:
    reason = "\r\n".join(["nineteen characters"] * 25)
    assert desk.post(desk.start(), "skip", {"reason": reason}).status_code == 200
    assert Reservation.objects.get(ending="skipped").reason == reason.replace("\r\n", "\n")
