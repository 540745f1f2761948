"""Status moves in the page: what is offered, what is asked first, stale tabs."""

from collections.abc import Callable

import pytest
from django.test import Client

from annotate_site.projects.events import SYSTEM
from annotate_site.projects.models import Event, User
from queues.actions import status
from queues.actions.assignment.claiming import claim_next
from queues.commands import COMMANDS, commands_of
from queues.models import Queue, Reservation
from queues.states import QUEUE_MOVES

from .. import factories
from ..conftest import Cast
from .pages import read, told, url

pytestmark = pytest.mark.django_db
BrowserOf = Callable[[User], Client]

MAKE: dict[str, list[Callable[..., Queue]]] = {
    "draft": [],
    "active": [status.activate_queue],
    "paused": [status.activate_queue, status.pause_queue],
    "completed": [status.activate_queue, status.close_queue],
    "archived": [status.activate_queue, status.archive_queue],
}
AFTER = {
    ("draft", "activate"): "active",
    ("draft", "archive"): "archived",
    ("active", "pause"): "paused",
    ("active", "complete"): "completed",
    ("active", "archive"): "archived",
    ("paused", "resume"): "active",
    ("paused", "complete"): "completed",
    ("paused", "archive"): "archived",
    ("completed", "reopen"): "active",
    ("completed", "archive"): "archived",
    ("archived", "restore"): "active",
}


def queue_in(cast: Cast, state: str) -> Queue:
    queue = factories.make_queue(cast.project, annotators=[cast.annotator], items=1, active=False)
    for act in MAKE[state]:
        act(queue=queue, actor=SYSTEM)
    return Queue.objects.get(pk=queue.pk)


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize("state", MAKE)
def test_every_move_from_every_status(
    cast: Cast, browser_of: BrowserOf, state: str, command: str
) -> None:
    queue = queue_in(cast, state)
    before = Event.objects.count()
    response = browser_of(cast.manager).post(
        url("queue-status", cast.project, queue), {"command": command}
    )
    assert response["Location"] == url("queue-detail", cast.project, queue)
    after = AFTER.get((state, command))
    offered = command in [one.name for one in commands_of(queue)]
    assert offered == (after is not None)
    queue.refresh_from_db()
    assert queue.shown_status == (after or state)
    (sentence,) = told(response)
    if after:
        assert sentence == COMMANDS[command].done
    else:
        assert sentence.startswith("This queue is")
        assert Event.objects.count() == before


def test_the_moves_offered_are_those_of_the_table() -> None:
    for was, allowed in QUEUE_MOVES.items():
        reached = {AFTER[was, command.name] for command in commands_of(Queue(status=was))} - {
            "archived"
        }
        assert reached == {str(status) for status in allowed}


@pytest.mark.parametrize("command", ["complete", "archive"])
def test_what_ends_holds_is_asked_first_and_keeps_drafts(
    cast: Cast, browser_of: BrowserOf, command: str
) -> None:
    queue = queue_in(cast, "active")
    hold = claim_next(queue_id=queue.pk, user=cast.annotator)
    client = browser_of(cast.manager)
    address = url("queue-status", cast.project, queue)
    detail = read(client, url("queue-detail", cast.project, queue))
    assert f'href="{address}?command={command}"' in detail
    page = read(client, f"{address}?command={command}")
    assert COMMANDS[command].sentence.split(".")[0] in page
    assert "1 item is open now and will be taken back." in page
    assert Reservation.objects.get(token=hold.token).ended_at is None
    client.post(address, {"command": command})
    assert Reservation.objects.get(token=hold.token).ending == "queue_closed"


def test_a_queue_without_a_field_cannot_be_activated(cast: Cast, browser_of: BrowserOf) -> None:
    queue = queue_in(cast, "draft")
    queue.queue_fields.all().delete()
    response = browser_of(cast.manager).post(
        url("queue-status", cast.project, queue), {"command": "activate"}
    )
    assert response.context["refused"] == "Add at least one field before you activate this queue."
    queue.refresh_from_db()
    assert queue.status == "draft"


def test_an_unknown_move_is_not_found(cast: Cast, browser_of: BrowserOf) -> None:
    queue = queue_in(cast, "active")
    client, address = browser_of(cast.manager), url("queue-status", cast.project, queue)
    assert client.post(address, {"command": "explode"}).status_code == 404
    assert client.post(address).status_code == 404
    assert client.get(f"{address}?command=explode").status_code == 404
    assert client.get(address)["Location"] == url("queue-detail", cast.project, queue)
