"""The settings of a queue in the page: one form."""

import html
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from annotate_site.projects.events import SYSTEM
from annotate_site.projects.models import Event, User
from queues.actions.settings import Asked, change_fields
from queues.actions.status import activate_queue
from queues.models import Queue

from .. import factories
from ..conftest import Cast
from .pages import read, shown, told, url

pytestmark = pytest.mark.django_db
BrowserOf = Callable[[User], Client]


def test_free_settings_change_at_any_time_with_an_event_each(
    cast: Cast, browser_of: BrowserOf
) -> None:
    queue = factories.make_queue(cast.project, name="Old")
    client, address = browser_of(cast.manager), url("queue-settings", cast.project, queue)
    sent = shown(client, address) | {"name": "New", "timeout": "45", "skip_reason_required": "on"}
    assert client.post(address, sent)["Location"] == address
    queue.refresh_from_db()
    assert (queue.name, queue.timeout) == ("New", timedelta(minutes=45))
    assert queue.skip_reason_required
    told_of = Event.objects.filter(queue_id=queue.pk, actor=cast.manager, object_type="queue")
    assert {"name", "timeout", "skip_reason_required"} <= {event.attribute for event in told_of}


def test_two_managers_do_not_undo_each_other(cast: Cast, browser_of: BrowserOf) -> None:
    queue = factories.make_queue(cast.project, name="Old", description="Old words")
    client, address = browser_of(cast.manager), url("queue-settings", cast.project, queue)
    one, two = shown(client, address), shown(client, address)
    client.post(address, one | {"name": "New"})
    client.post(address, two | {"description": "New words"})
    queue.refresh_from_db()
    assert (queue.name, queue.description) == ("New", "New words")


def test_a_name_that_is_taken_changes_nothing(cast: Cast, browser_of: BrowserOf) -> None:
    factories.make_queue(cast.project, name="Taken")
    queue = factories.make_queue(cast.project, name="Mine")
    client, address = browser_of(cast.manager), url("queue-settings", cast.project, queue)
    response = client.post(
        address, shown(client, address) | {"name": "taken", "description": "typed"}
    )
    assert response.status_code == 422
    assert "There is a queue named taken in this project already." in response.content.decode()
    assert "typed" in response.content.decode()
    queue.refresh_from_db()
    assert (queue.name, queue.description) == ("Mine", "")


def test_the_number_of_annotations_is_saved_with_the_rest(
    cast: Cast, browser_of: BrowserOf
) -> None:
    queue = factories.make_queue(cast.project, items=1, active=False)
    client, address = browser_of(cast.manager), url("queue-settings", cast.project, queue)
    client.post(address, shown(client, address) | {"annotations_required": "3"})
    queue.refresh_from_db()
    assert (queue.annotations_required, queue.items.get().required) == (3, 3)
    activate_queue(queue=queue, actor=SYSTEM)
    sent = shown(client, address) | {"annotations_required": "2", "name": "New"}
    assert told(client.post(address, sent)) == ["The settings are saved."]
    queue.refresh_from_db()
    assert (queue.name, queue.annotations_required) == ("New", 2)
    assert queue.items.get().required == 2


def test_everything_on_the_page_is_saved_at_once(cast: Cast, browser_of: BrowserOf) -> None:
    first, second = factories.make_field(cast.project), factories.make_field(cast.project)
    queue = factories.make_queue(cast.project, fields=[first], items=1)
    client, address = browser_of(cast.manager), url("queue-settings", cast.project, queue)
    sent = shown(client, address) | {
        "name": "New", "guidelines": "Be fair.", "annotations_required": "2",
        "due_date": "2030-01-02", "field": [str(first.pk), str(second.pk)],
    }  # fmt: skip
    client.post(address, sent)
    queue.refresh_from_db()
    assert (queue.name, queue.guidelines, queue.annotations_required) == ("New", "Be fair.", 2)
    assert str(queue.due_date) == "2030-01-02"
    assert [row.field for row in queue.queue_fields.all()] == [first, second]


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"name": "taken"}, "There is a queue named taken in this project already."),
        ({"field": []}, "A queue in use needs at least one field."),
        ({"annotations_required": "11"}, "less than or equal to 10"),
        ({"guidelines": "é" * 10_001}, "Guidelines may have 20,000 bytes"),
    ],
)
def test_what_is_wrong_is_told_and_nothing_else_of_the_page_is_saved_or_lost(
    cast: Cast, browser_of: BrowserOf, wrong: dict[str, Any], sentence: str
) -> None:
    factories.make_queue(cast.project, name="Taken")
    first, second = factories.make_field(cast.project), factories.make_field(cast.project)
    queue = factories.make_queue(cast.project, name="Mine", fields=[first], items=1)
    client, address = browser_of(cast.manager), url("queue-settings", cast.project, queue)
    typed = {
        "name": "Renamed", "description": "typed", "annotations_required": "2",
        "field": [str(first.pk), str(second.pk)],
        f"order-{second.pk}": "1", f"order-{first.pk}": "2",
    }  # fmt: skip
    response = client.post(address, shown(client, address) | typed | wrong)
    page = html.unescape(response.content.decode())
    assert response.status_code == 422
    assert sentence in page
    assert 'value="typed"' in page
    if "field" not in wrong:
        assert [row.field for row in response.context["asked"].chosen] == [second, first]
    queue.refresh_from_db()
    assert (queue.name, queue.description, queue.annotations_required) == ("Mine", "", 1)
    assert [row.field for row in queue.queue_fields.all()] == [first]


def test_fields_that_another_manager_has_changed_meanwhile_are_told_before_they_are_lost(
    cast: Cast, browser_of: BrowserOf
) -> None:
    fields = [factories.make_field(cast.project) for _ in range(3)]
    queue = factories.make_queue(cast.project, fields=fields[:1])
    client, address = browser_of(cast.manager), url("queue-settings", cast.project, queue)
    stale = shown(client, address)
    change_fields(queue=queue, fields=[Asked(one) for one in fields[:2]], actor=SYSTEM)
    mine = stale | {"field": [str(fields[0].pk), str(fields[2].pk)]}
    response = client.post(address, mine)
    assert "Someone else has changed the fields" in response.content.decode()
    assert queue.queue_fields.filter(retired_at=None).count() == 2
    again = mine | {"asked-was": response.context["asked"].was}
    assert client.post(address, again).status_code == 302
    asked = queue.queue_fields.filter(retired_at=None)
    assert {row.field for row in asked} == {fields[0], fields[2]}


def test_another_managers_fields_stay_where_only_the_name_is_changed(
    cast: Cast, browser_of: BrowserOf
) -> None:
    fields = [factories.make_field(cast.project) for _ in range(2)]
    queue = factories.make_queue(cast.project, fields=fields[:1])
    client, address = browser_of(cast.manager), url("queue-settings", cast.project, queue)
    stale = shown(client, address) | {"name": "New"}
    change_fields(queue=queue, fields=[Asked(one) for one in fields], actor=SYSTEM)
    assert client.post(address, stale).status_code == 302
    assert queue.queue_fields.filter(retired_at=None).count() == 2


def test_a_part_of_the_form_shows_what_is_typed_and_keeps_nothing(
    cast: Cast, browser_of: BrowserOf
) -> None:
    field = factories.make_field(cast.project, name="Is it fair?")
    queue = factories.make_queue(cast.project, active=False)
    client, page = browser_of(cast.manager), url("queue-settings", cast.project, queue)
    sent = shown(client, page) | {"field": [str(field.pk)], "annotations_required": "3"}
    for address in (url("settings-part", cast.project, queue), url("new-part", cast.project)):
        for target, word in (
            ("asked", "Move Is it fair? up"), ("form-preview", f'id="field-{field.pk}"'),
            ("more-words", "3 annotations each · 60 min · manual · no review"),
        ):  # fmt: skip
            headers = {"HX-Request": "true", "HX-Target": target}
            assert word in client.post(address, sent, headers=headers).content.decode()
    assert field not in {row.field for row in queue.queue_fields.all()}


def test_settings_of_an_archived_queue_can_be_read(cast: Cast, browser_of: BrowserOf) -> None:
    from queues.actions.status import archive_queue

    queue = factories.make_queue(cast.project, items=1)
    archive_queue(queue=queue, actor=SYSTEM)
    client = browser_of(cast.manager)
    for name in ("queue-detail", "queue-progress", "queue-settings"):
        assert "Restore" in read(client, url(name, cast.project, queue))
    assert Queue.objects.get(pk=queue.pk).shown_status == "archived"
