"""What is kept as a draft: of items one has held, in rounds one held them, and of a length."""

from uuid import uuid4

import pytest

from annotate_site import sql
from annotate_site.projects.events import SYSTEM
from queues.actions.items.rounds import reopen_item
from queues.errors import NeverHeld
from queues.models import Item, Queue
from reviews.actions.drafts import TooLong, save_draft
from reviews.actions.submitting import Conflict, Form, Invalid, submit_annotation
from reviews.answers import Draft, asked_fields
from reviews.models import Annotation

from .. import factories
from ..conftest import Cast
from .working import Worker

pytestmark = pytest.mark.django_db
OUT_OF_RANGE = [0, -1, 2, 2**31, 2**63, 10**30]


@pytest.fixture
def worker(cast: Cast) -> Worker:
    fields = [factories.make_field(cast.project, "text", settings={"max_length": 6000})]
    queue = factories.make_queue(cast.project, fields=fields, annotators=[cast.annotator], items=2)
    return Worker(queue, cast.annotator)


def save(worker: Worker, item: Item, round: int, text: str = "kept", version: int = 0) -> None:
    save_draft(
        queue=worker.queue, item=item, round=round, user=worker.user, token=uuid4(),
        version=version, draft=worker.draft(text),
    )  # fmt: skip


def submit(worker: Worker, round: int, text: str) -> None:
    hold = worker.claim()
    form = Form(hold.item_id, round, hold.token, uuid4(), 0, worker.draft(text))
    asked = asked_fields(worker.queue)
    submit_annotation(queue=worker.queue, user=worker.user, form=form, asked=asked)


def test_a_draft_of_an_item_never_held_is_not_stored(worker: Worker) -> None:
    hold = worker.claim()
    other = worker.queue.items.exclude(pk=hold.item_id).get()
    with pytest.raises(NeverHeld):
        save(worker, other, 1)
    assert not Annotation.objects.exists()


@pytest.mark.parametrize("round", OUT_OF_RANGE)
def test_a_draft_in_a_round_that_does_not_exist_is_not_stored(worker: Worker, round: int) -> None:
    item = Item.objects.get(pk=worker.claim().item_id)
    with pytest.raises(NeverHeld):
        save(worker, item, round)
    assert not Annotation.objects.exists()


@pytest.mark.parametrize("round", OUT_OF_RANGE)
@pytest.mark.parametrize("text", ["an answer", ""])
def test_a_submit_for_another_round_than_the_hold_stores_nothing(
    worker: Worker, round: int, text: str
) -> None:
    """Neither as answers nor, where something is missing, as a draft."""
    with pytest.raises((Conflict, NeverHeld)):
        submit(worker, round, text)
    assert not Annotation.objects.exists()


@pytest.mark.parametrize("version", [-1, 2**31, 2**63, 10**30])
def test_a_version_that_cannot_be_is_one_of_which_nothing_is_left(
    worker: Worker, version: int
) -> None:
    item = Item.objects.get(pk=worker.claim().item_id)
    save(worker, item, 1, version=version)
    assert Annotation.objects.get().version == 1


def test_a_new_round_takes_no_draft_of_who_held_the_item_in_the_last_one(worker: Worker) -> None:
    hold = worker.claim()
    worker.submit(hold, "an answer")
    item = Item.objects.get(pk=hold.item_id)
    reopen_item(queue=worker.queue, item_id=item.pk, reason="Again", actor=SYSTEM)
    with pytest.raises(NeverHeld):
        save(worker, item, 2)
    assert Annotation.objects.get().round == 1


def test_a_text_somewhat_too_long_is_kept_as_a_draft_and_refused_at_submit(worker: Worker) -> None:
    hold = worker.claim()
    worker.save(hold, "x" * 12_000)
    with pytest.raises(Invalid):
        worker.submit(hold, "x" * 12_000, version=1)
    assert len(next(iter(Annotation.objects.get().draft["values"].values()))[0]) == 12_000


@pytest.mark.parametrize("length", [12_001, 2_000_000])
def test_a_text_far_longer_than_its_field_is_not_kept(worker: Worker, length: int) -> None:
    hold = worker.claim()
    worker.save(hold, "before")
    with pytest.raises(TooLong):
        worker.save(hold, "x" * length, version=1)
    with pytest.raises(Invalid) as invalid:
        worker.submit(hold, "x" * length, version=1)
    assert (list(invalid.value.errors), invalid.value.version) == ([*worker.draft("x").values], 1)
    assert Annotation.objects.get().draft["values"] == worker.draft("before").values


def test_many_values_of_one_field_are_too_long_together(worker: Worker) -> None:
    item = Item.objects.get(pk=worker.claim().item_id)
    pk = next(iter(worker.draft("x").values))
    for draft in (Draft({pk: [""] * 12_002}), Draft({}, {pk: "x" * 12_001})):
        with pytest.raises(TooLong):
            save_draft(
                queue=worker.queue, item=item, round=1, user=worker.user, token=uuid4(),
                version=0, draft=draft,
            )  # fmt: skip
    assert not Annotation.objects.exists()


def test_twenty_posts_of_megabytes_do_not_make_the_table_grow(worker: Worker) -> None:
    queue: Queue = worker.queue
    item = Item.objects.get(pk=worker.claim().item_id)
    for number in range(20):
        with pytest.raises((TooLong, NeverHeld)):
            save(worker, item, 1 + number % 2, "x" * 2_700_000)
    size = sql.one("select coalesce(sum(length(draft::text)), 0) as s from reviews_annotation")
    assert size is not None
    assert size.s == 0
    assert not queue.items.filter(annotations__isnull=False).exists()
