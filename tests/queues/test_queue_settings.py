"""Settings, fields and people of a queue in the page."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from annotate_site.projects.events import SYSTEM
from annotate_site.projects.models import Event, User
from queues.actions.assignment.claiming import claim_next
from queues.actions.people.members import remove_member
from queues.actions.status import activate_queue
from queues.models import Queue, Reservation

from .. import factories
from ..conftest import Cast
from .pages import read, told, url

pytestmark = pytest.mark.django_db
BrowserOf = Callable[[User], Client]


def shown(client: Client, address: str) -> dict[str, Any]:
    """What a browser would send back of the settings form, untouched."""
    form = client.get(address).context["form"]
    sent = {}
    for field in form:
        value = field.value()
        text = "" if value is None else str(value)
        sent[f"initial-{field.name}"] = text
        if not isinstance(value, bool):
            sent[field.name] = text
        elif value:
            sent[field.name] = "on"
    return sent


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


def test_the_number_of_annotations_is_fixed_after_the_draft(
    cast: Cast, browser_of: BrowserOf
) -> None:
    queue = factories.make_queue(cast.project, items=1, active=False)
    client, address = browser_of(cast.manager), url("queue-settings", cast.project, queue)
    stale = shown(client, address) | {"annotations_required": "3"}
    client.post(address, stale)
    queue.refresh_from_db()
    assert (queue.annotations_required, queue.items.get().required) == (3, 3)
    activate_queue(queue=queue, actor=SYSTEM)
    client.post(address, stale | {"annotations_required": "2"})
    queue.refresh_from_db()
    assert (queue.annotations_required, queue.items.get().required) == (3, 3)


def test_fields_are_chosen_anew_in_a_draft_and_one_stays_afterwards(
    cast: Cast, browser_of: BrowserOf
) -> None:
    first, second = factories.make_field(cast.project), factories.make_field(cast.project)
    queue = factories.make_queue(cast.project, fields=[first], active=False)
    client, address = browser_of(cast.manager), url("queue-fields", cast.project, queue)
    chosen = {"field": [str(second.pk), str(first.pk)], f"order-{second.pk}": "1",
              f"order-{first.pk}": "2"}  # fmt: skip
    client.post(address, chosen)
    assert [row.field for row in queue.queue_fields.all()] == [second, first]
    activate_queue(queue=queue, actor=SYSTEM)
    response = client.post(address, {})
    assert told(response)[-1].startswith("A queue in use needs at least one field.")
    assert [row.field for row in queue.queue_fields.all()] == [second, first]


def test_members_of_the_project_join_with_their_rights(cast: Cast, browser_of: BrowserOf) -> None:
    queue = factories.make_queue(cast.project)
    client, address = browser_of(cast.manager), url("member-add", cast.project, queue)
    people = [cast.annotator.pk, cast.reviewer.pk]
    client.post(address, {"people": people, "can_annotate": "on", "can_review": "on"})
    rights = set(queue.members.values_list("user", "can_annotate", "can_review"))
    assert rights == {(pk, True, True) for pk in people}
    page = read(client, url("queue-settings", cast.project, queue))
    assert cast.annotator.email in page


@pytest.mark.parametrize("whom", ["stranger", "other_manager", "deactivated", "annotator"])
def test_who_is_no_active_member_or_there_already_is_refused(
    cast: Cast, browser_of: BrowserOf, whom: str
) -> None:
    queue = factories.make_queue(cast.project, annotators=[cast.annotator])
    data = {"people": [getattr(cast, whom).pk], "can_review": "on"}
    response = browser_of(cast.manager).post(url("member-add", cast.project, queue), data)
    assert response.status_code == 422
    assert "Someone you chose isn&#x27;t a member of this project, or is already in the queue." in (
        response.content.decode()
    )
    assert list(queue.members.values_list("user", "can_review")) == [(cast.annotator.pk, False)]


def test_no_right_at_all_is_told(cast: Cast, browser_of: BrowserOf) -> None:
    queue = factories.make_queue(cast.project, annotators=[cast.annotator])
    client = browser_of(cast.manager)
    response = client.post(url("member-add", cast.project, queue), {"people": [cast.second.pk]})
    assert response.status_code == 422
    rights = url("member-rights", cast.project, queue, person=cast.annotator.pk)
    assert "Nothing was changed" in told(client.post(rights))[0]
    assert list(queue.members.values_list("user", flat=True)) == [cast.annotator.pk]


def test_rights_change_and_removal_ends_holds(cast: Cast, browser_of: BrowserOf) -> None:
    queue = factories.make_queue(cast.project, annotators=[cast.annotator, cast.second], items=2)
    client = browser_of(cast.manager)
    holds = [claim_next(queue_id=queue.pk, user=user) for user in (cast.annotator, cast.second)]
    rights = url("member-rights", cast.project, queue, person=cast.annotator.pk)
    client.post(rights, {"can_review": "on"})
    client.post(url("member-remove", cast.project, queue, person=cast.second.pk))
    members = queue.members.values_list("user", "can_annotate", "can_review", "removed_at")
    assert [(*row[:3], row[3] is None) for row in members] == [
        (cast.annotator.pk, False, True, True),
        (cast.second.pk, True, False, False),
    ]
    endings = [Reservation.objects.get(token=hold.token).ending for hold in holds]
    assert endings == ["member_removed", "member_removed"]


def test_one_who_has_left_or_never_was_in_the_queue_is_not_found(
    cast: Cast, browser_of: BrowserOf
) -> None:
    queue = factories.make_queue(cast.project, annotators=[cast.annotator])
    remove_member(queue=queue, user=cast.annotator, actor=SYSTEM)
    client = browser_of(cast.manager)
    for person in (cast.annotator.pk, cast.second.pk, 10**9):
        for name in ("member-rights", "member-remove"):
            page = url(name, cast.project, queue, person=person)
            assert client.post(page, {"can_annotate": "on"}).status_code == 404


def test_settings_of_an_archived_queue_can_be_read(cast: Cast, browser_of: BrowserOf) -> None:
    from queues.actions.status import archive_queue

    queue = factories.make_queue(cast.project, items=1)
    archive_queue(queue=queue, actor=SYSTEM)
    client = browser_of(cast.manager)
    for name in ("queue-detail", "queue-progress", "queue-settings"):
        assert "Restore" in read(client, url(name, cast.project, queue))
    assert Queue.objects.get(pk=queue.pk).shown_status == "archived"
