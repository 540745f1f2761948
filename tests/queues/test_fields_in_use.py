"""Fields added, moved and retired in a queue in use."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from annotate_site.errors import Refused
from annotate_site.projects.events import SYSTEM
from annotate_site.projects.models import Event, User
from fields.models import Field
from queues.actions.settings import Asked, change_fields
from queues.actions.status import close_queue
from queues.errors import WrongState
from queues.models import Queue
from queues.visibility import Reader, Whose
from reviews.models import Annotation
from reviews.results.export import Scope, export_rows

from .. import factories
from ..conftest import Cast
from ..reviews.pages import Desk
from ..reviews.working import Worker
from .pages import read, shown, url

pytestmark = pytest.mark.django_db
BrowserOf = Callable[[User], Client]


@pytest.fixture
def fields(cast: Cast) -> list[Field]:
    return [
        factories.make_field(cast.project, name="Right"),
        factories.make_field(cast.project, "text", name="Why"),
    ]


@pytest.fixture
def queue(cast: Cast, fields: list[Field]) -> Queue:
    return factories.make_queue(
        cast.project, fields=fields, annotators=[cast.annotator, cast.second], items=3
    )


def change(queue: Queue, *fields: Field, **more: Any) -> None:
    asked = [Asked(field, **more) for field in fields]
    change_fields(queue=queue, fields=asked, actor=SYSTEM)


def asked(queue: Queue) -> list[str]:
    rows = queue.queue_fields.filter(retired_at=None).order_by("order")
    return [row.field.name for row in rows]


def test_a_field_is_added_and_the_others_move(
    cast: Cast, queue: Queue, fields: list[Field]
) -> None:
    new = factories.make_field(cast.project, "rating", name="Helpful")
    change(queue, new, fields[1], fields[0])
    assert asked(queue) == ["Helpful", "Why", "Right"]


def test_what_an_asked_field_requires_stays_as_it_is(
    cast: Cast, queue: Queue, fields: list[Field]
) -> None:
    change(queue, *fields, required=False, allow_note=True)
    rows = queue.queue_fields.values_list("required", "allow_note")
    assert set(rows) == {(True, False)}


def test_a_retired_field_is_asked_no_more_and_its_answers_are_exported(
    cast: Cast, queue: Queue, fields: list[Field]
) -> None:
    me = Worker(queue, cast.annotator)
    me.submit(me.claim(), "true", "because")
    change(queue, fields[0])
    assert asked(queue) == ["Right"]
    me.submit(me.claim(), "false")
    for shape in ("long", "wide"):
        text = "".join(export_rows(Scope(queue, Reader(cast.manager, Whose.ALL)), shape, "csv"))
        assert "because" in text
    assert [len(a.field_set) for a in Annotation.objects.order_by("id")] == [2, 1]


def test_a_retired_field_can_be_asked_again(queue: Queue, fields: list[Field]) -> None:
    change(queue, fields[0])
    change_fields(
        queue=queue, fields=[Asked(fields[0]), Asked(fields[1], required=False)], actor=SYSTEM
    )
    row = queue.queue_fields.get(field=fields[1])
    assert (row.retired_at, row.required) == (None, False)
    assert queue.queue_fields.count() == 2


def test_a_field_archived_since_stays_and_cannot_be_added_anew(
    cast: Cast, queue: Queue, fields: list[Field]
) -> None:
    Field.objects.filter(pk=fields[1].pk).update(archived_at=timezone.now())
    archived = Field.objects.get(pk=fields[1].pk)
    change(queue, archived, fields[0])
    assert asked(queue) == ["Why", "Right"]
    change(queue, fields[0])
    with pytest.raises(Refused):
        change(queue, fields[0], archived)


def test_one_field_at_least_stays(queue: Queue) -> None:
    with pytest.raises(WrongState):
        change(queue)
    assert asked(queue) == ["Right", "Why"]


def test_the_event_tells_both_lists(queue: Queue, fields: list[Field]) -> None:
    change(queue, fields[1])
    event = Event.objects.filter(queue_id=queue.pk, attribute="fields").latest("id")
    assert (event.from_value, event.to_value) == ("Right, Why", "Why")


def test_a_form_that_is_open_gets_the_new_field_and_loses_nothing(
    cast: Cast, queue: Queue, fields: list[Field]
) -> None:
    desk = Desk.of(queue, cast.annotator)
    page = desk.start()
    new = factories.make_field(cast.project, "rating", name="Added meanwhile")
    change(queue, *fields, new)
    typed = {f"f-{fields[0].pk}": "true", f"f-{fields[1].pk}": "typed before"}
    response = desk.post(page, "submit", typed)
    shown = response.content.decode()
    assert response.status_code == 422
    assert "Added meanwhile" in shown
    assert "typed before" in shown
    assert "checked" in shown
    assert shown.count("This needs an answer.") == 1
    assert Annotation.objects.get().draft["values"][str(fields[1].pk)] == ["typed before"]
    again = desk.post(shown, "submit", {**typed, f"f-{new.pk}": "4"})
    assert again.status_code == 200
    assert Annotation.objects.get(state="submitted").scores.count() == 3


def test_a_form_that_is_open_when_a_field_is_retired_still_submits(
    cast: Cast, queue: Queue, fields: list[Field]
) -> None:
    desk = Desk.of(queue, cast.annotator)
    page = desk.start()
    change(queue, fields[0])
    typed = {f"f-{fields[0].pk}": "true", f"f-{fields[1].pk}": "of a field that is gone"}
    assert desk.post(page, "submit", typed).status_code == 200
    assert Annotation.objects.get(state="submitted").scores.count() == 1


# ---- the page ------------------------------------------------------------------------------------


def test_the_settings_page_adds_moves_and_retires(
    cast: Cast, browser_of: BrowserOf, queue: Queue, fields: list[Field]
) -> None:
    client, address = browser_of(cast.manager), url("queue-settings", cast.project, queue)
    new = factories.make_field(cast.project, "rating", name="Helpful")
    sent = shown(client, address) | {
        "field": [str(new.pk), str(fields[1].pk)], f"order-{new.pk}": "2",
        f"order-{fields[1].pk}": "1", f"note-{new.pk}": "on",
    }  # fmt: skip
    client.post(address, sent)
    assert asked(queue) == ["Why", "Helpful"]
    row = queue.queue_fields.get(field=new)
    assert (row.required, row.allow_note) == (False, True)
    page = read(client, address)
    assert "is retired" in page
    assert page.count("disabled") >= 4


def test_saving_untouched_keeps_an_archived_field(
    cast: Cast, browser_of: BrowserOf, queue: Queue, fields: list[Field]
) -> None:
    Field.objects.filter(pk=fields[1].pk).update(archived_at=timezone.now())
    client = browser_of(cast.manager)
    address = url("queue-settings", cast.project, queue)
    assert client.post(address, shown(client, address) | {"name": "New"}).status_code == 302
    assert asked(queue) == ["Right", "Why"]


def test_the_number_of_annotations_of_a_queue_in_use_is_saved_by_its_settings(
    cast: Cast, browser_of: BrowserOf, queue: Queue
) -> None:
    client, address = browser_of(cast.manager), url("queue-settings", cast.project, queue)
    sent = shown(client, address)
    assert client.post(address, sent | {"annotations_required": "3"}).status_code == 302
    assert {item.required for item in queue.items.all()} == {3}
    for wrong in ("0", "11", "x", ""):
        assert client.post(address, sent | {"annotations_required": wrong}).status_code == 422
    close_queue(queue=queue, actor=SYSTEM)
    response = client.post(address, sent | {"annotations_required": "2"})
    assert response.status_code == 422
    assert "closed by hand" in response.content.decode()


def test_the_tick_raises_finished_items_too(
    cast: Cast, browser_of: BrowserOf, queue: Queue
) -> None:
    me = Worker(queue, cast.annotator)
    hold = me.claim()
    me.submit(hold, "true", "because")
    client, address = browser_of(cast.manager), url("queue-settings", cast.project, queue)
    sent = {"annotations_required": "2", "raise_completed": "on"}
    client.post(address, shown(client, address) | sent)
    assert {item.required for item in queue.items.all()} == {2}


def test_many_items_follow_by_a_job_whose_page_is_shown(
    cast: Cast, browser_of: BrowserOf, queue: Queue, monkeypatch: pytest.MonkeyPatch
) -> None:
    from annotate_site.jobs import run_job
    from annotate_site.projects.models import Job
    from queues.actions.items import required

    monkeypatch.setattr(required, "BATCH", 2)
    client, address = browser_of(cast.manager), url("queue-settings", cast.project, queue)
    response = client.post(address, shown(client, address) | {"annotations_required": "2"})
    job = Job.objects.get()
    assert str(job.pk) in response["Location"]
    run_job(str(job.pk))
    assert {item.required for item in queue.items.all()} == {2}
