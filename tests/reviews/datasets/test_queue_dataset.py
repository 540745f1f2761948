"""A queue's completed items become rows of a dataset, with the answers that were chosen."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from annotate_site.jobs import run_job, running
from annotate_site.projects.events import Actor
from annotate_site.projects.models import Event, Job, User
from queues.actions.people.members import add_members
from queues.models import Item, ItemOpened, Queue
from reviews.datasets.views import from_queue as views
from reviews.results.export import items as export_items
from traces.datasets.models import Dataset, DatasetRow

from ... import factories
from ...conftest import Cast
from ...queues.pages import told
from ..judging import Judge, answer, reviewed_queue
from ..pages import Desk
from ..working import Worker

pytestmark = pytest.mark.django_db
BrowserOf = Callable[[User], Client]


@pytest.fixture
def queue(cast: Cast) -> Queue:
    fields = [
        factories.make_field(cast.project, name="Right"),
        factories.make_field(cast.project, "text", name="Why"),
    ]
    return factories.make_queue(
        cast.project, by=cast.manager, fields=fields, annotators=[cast.annotator, cast.second],
        items=3, annotations_required=2,
    )  # fmt: skip


def complete(queue: Queue, cast: Cast, times: int = 1, second: str = "true") -> None:
    for user, right in ((cast.annotator, "true"), (cast.second, second)):
        worker = Worker(queue, user)
        for _ in range(times):
            worker.submit(worker.claim(), right, f"By {user.name.split()[0]}")


def body(queue: Queue, **more: Any) -> dict[str, Any]:
    usual = {
        "new_name": "Judged", "inputs-path": "messages", "inputs-column": "inputs",
        "outputs-path": "messages", "outputs-column": "outputs",
    }  # fmt: skip
    return usual | more


def send(queue: Queue, user: User, **more: Any) -> Any:
    desk = Desk.of(queue, user)
    return desk.client.post(desk.url("queue-dataset"), body(queue, **more))


def choice(queue: Queue, *kept: str) -> dict[str, str]:
    asked = queue.queue_fields.order_by("order", "id").values_list("field_id", flat=True)
    return {f"field-{pk}": one for pk, one in zip(asked, kept, strict=True)}


def test_only_completed_items_become_rows_with_their_content_and_where_they_are_from(
    cast: Cast, queue: Queue
) -> None:
    complete(queue, cast)
    worker = Worker(queue, cast.annotator)
    worker.submit(worker.claim(), "false", "Not complete")
    assert told(send(queue, cast.manager)) == ["1 row added to Judged."]
    row = DatasetRow.objects.get()
    assert row.item
    item = Item.objects.get(pk=row.item)
    assert item.status == "completed"
    assert {"inputs": row.inputs, "outputs": row.outputs} == {
        side: item.snapshot[side] for side in ("inputs", "outputs")
    }
    assert (row.source, row.queue, row.round) == (f"item:{item.pk}", queue.pk, 1)
    assert str(row.trace) == item.source_key
    assert row.trace_id


@pytest.mark.parametrize(
    ("kept", "named", "annotations"),
    [
        (("consensus", ""), "", {"Right": True}),
        (("", "every"), "", {"Why · 1": "By Amara", "Why · 2": "By Tomasz"}),
        (("every", "consensus"), "", {"Right · 1": True, "Right · 2": True}),
        (("every", ""), "on", {"Right · {a}": True, "Right · {b}": True}),
        (("", ""), "", {}),
    ],
)
def test_each_field_gives_what_was_chosen_for_it(
    cast: Cast, queue: Queue, kept: tuple[str, ...], named: str, annotations: dict[str, Any]
) -> None:
    complete(queue, cast)
    send(queue, cast.manager, named=named, **choice(queue, *kept))
    emails = {"a": cast.annotator.email, "b": cast.second.email}
    expected = {name.format(**emails): value for name, value in annotations.items()}
    assert DatasetRow.objects.get().annotations == expected


def test_a_tie_is_an_empty_cell(cast: Cast, queue: Queue) -> None:
    complete(queue, cast, second="false")
    send(queue, cast.manager, **choice(queue, "consensus", ""))
    assert DatasetRow.objects.get().annotations == {"Right": None}


def test_a_final_value_is_the_consensus(cast: Cast) -> None:
    queue = reviewed_queue(cast.project, [cast.annotator], [cast.reviewer])
    field = queue.queue_fields.get().field
    judge = Judge(queue, cast.reviewer)
    item = answer(queue, cast.annotator)
    judge.open(item)
    judge.approve(item, "false")
    send(queue, cast.manager, **choice(queue, "every"))
    row = DatasetRow.objects.get()
    assert row.annotations == {f"{field.name} · 1": True, f"{field.name} · final": False}
    send(queue, cast.manager, new_name="Other", **choice(queue, "consensus"))
    assert DatasetRow.objects.latest("pk").annotations == {field.name: False}


def test_adding_again_adds_nothing_and_new_answers_change_the_row(cast: Cast, queue: Queue) -> None:
    complete(queue, cast)
    send(queue, cast.manager)
    into = Dataset.objects.get().pk
    again = send(queue, cast.manager, new_name="", into=into)
    assert told(again)[-1].endswith("1 already there. No new version was needed.")
    complete(queue, cast)
    more = send(queue, cast.manager, new_name="", into=into, **choice(queue, "every", ""))
    assert told(more)[-1] == "1 row added to Judged. 1 changed."


def test_whoever_adds_answers_has_opened_them_and_looking_at_the_page_opens_nothing(
    cast: Cast, queue: Queue
) -> None:
    complete(queue, cast)
    desk = Desk.of(queue, cast.manager)
    page = desk.client.get(desk.url("queue-dataset"))
    assert "Add 1 item" in " ".join(page.content.decode().split())
    assert "By Amara" not in page.content.decode()
    htmx = {"HX-Request": "true"}
    preview = desk.client.post(desk.url("queue-dataset"), body(queue), headers=htmx)
    assert "By Amara" not in preview.content.decode()
    assert not ItemOpened.objects.exists()
    assert not Dataset.objects.exists()
    send(queue, cast.manager)
    opened = ItemOpened.objects.get()
    assert (opened.user, opened.item_id) == (cast.manager, DatasetRow.objects.get().item)
    event = Event.objects.get(attribute="export to dataset")
    assert (event.object_id, event.reason) == (str(queue.pk), str(Dataset.objects.get().pk))


def test_who_annotates_here_too_adds_completed_items_alone(cast: Cast, queue: Queue) -> None:
    actor = Actor.person(cast.manager)
    add_members(queue=queue, users=[cast.manager], actor=actor, can_annotate=True)
    complete(queue, cast)
    Worker(queue, cast.second).submit(Worker(queue, cast.second).claim(), "true", "Unfinished")
    send(queue, cast.manager, **choice(queue, "every", "every"))
    row = DatasetRow.objects.get()
    assert "Unfinished" not in str(row.annotations)
    assert not ItemOpened.objects.exclude(item=row.item).exists()


def test_a_choice_that_makes_no_sense_is_told(cast: Cast, queue: Queue) -> None:
    complete(queue, cast)
    response = send(queue, cast.manager, **choice(queue, "nonsense", ""))
    assert response.status_code == 422
    assert "Some fields were not understood" in response.content.decode()
    assert not Dataset.objects.exists()


def test_many_items_are_a_job_of_several_steps_and_one_version(
    cast: Cast, queue: Queue, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(views, "AT_ONCE", 1)
    monkeypatch.setattr(export_items, "CHUNK", 1)
    monkeypatch.setattr(running, "SLICE", running.SLICE * 0)
    complete(queue, cast, times=3)
    response = send(queue, cast.manager)
    job = Job.objects.get()
    assert response["Location"].endswith(f"/jobs/{job.pk}/")
    steps = []
    while run_job(str(job.pk)):
        job.refresh_from_db()
        steps.append(job.done)
    job.refresh_from_db()
    assert steps == [1, 2, 3]
    assert (job.state, job.result["added"], job.result["version"]) == ("done", 3, 1)
    assert DatasetRow.objects.count() == ItemOpened.objects.count() == 3
