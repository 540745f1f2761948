"""Assignment, reviews and who is away in the Django admin, as the manager of one project of two."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from annotate_site.projects.events import SYSTEM, Actor
from annotate_site.projects.models import Event, User
from queues.actions.assignment.binding import bind_slots
from queues.actions.assignment.claiming import claim_next
from queues.actions.people.members import set_away
from queues.models import Queue, Slot

from .. import factories
from ..conftest import Cast
from .administering import ADD, change, errors, rows, shown, typed

pytestmark = pytest.mark.django_db
BrowserOf = Callable[[User], Client]


@pytest.mark.parametrize("strategy", ["manual", "round_robin", "load_balanced"])
def test_a_queue_is_made_with_each_assignment_and_a_review(
    cast: Cast, staff_manager: User, browser_of: BrowserOf, strategy: str
) -> None:
    factories.make_queue(cast.other_project, name="Theirs")
    data = typed(cast, strategy=strategy, requires_review="on", help_others="on")
    data |= rows(
        "members",
        [{"user": cast.annotator.pk, "can_annotate": "on", "away": "on", "initial-away": ""},
         {"user": cast.reviewer.pk, "can_review": "on"}],
    )  # fmt: skip
    response = browser_of(staff_manager).post(reverse(ADD), data)
    assert response.status_code == 302, errors(response)
    queue = Queue.objects.get(project=cast.project)
    assert (queue.strategy, queue.requires_review, queue.help_others) == (strategy, True, True)
    gone = {one.user: one.away_at is not None for one in queue.members.select_related("user")}
    assert gone == {cast.annotator: True, cast.reviewer: False}
    assert Event.objects.filter(queue_id=queue.pk, attribute="away", to_value="away").count() == 1


def test_a_new_queue_is_offered_all_of_the_sites_form(
    cast: Cast, staff_manager: User, browser_of: BrowserOf
) -> None:
    page = browser_of(staff_manager).get(reverse(ADD))
    fields = page.context["adminform"].form.fields
    assert [value for value, _ in fields["strategy"].choices] == [
        "manual", "round_robin", "load_balanced",
    ]  # fmt: skip
    site = browser_of(staff_manager).get(reverse("queues:queue-new", args=[cast.project.slug]))
    assert set(site.context["form"].fields) - {"people"} == set(fields) - {"project"}


def test_an_assignment_that_there_is_not_is_refused(
    cast: Cast, staff_manager: User, browser_of: BrowserOf
) -> None:
    response = browser_of(staff_manager).post(reverse(ADD), typed(cast, strategy="random"))
    assert "random is not one of the available choices" in errors(response)
    assert not Queue.objects.exists()


def test_another_assignment_frees_what_was_dealt_as_the_sites_form_does(
    cast: Cast, staff_manager: User, browser_of: BrowserOf
) -> None:
    queue = factories.make_queue(
        cast.project, annotators=[cast.annotator, cast.second], items=6, strategy="round_robin"
    )
    claim_next(queue_id=queue.pk, user=cast.annotator)
    bound = Slot.objects.filter(queue=queue, assigned_to__isnull=False, state="free")
    assert bound.exists()
    client = browser_of(staff_manager)
    sent = shown(client, queue) | {"strategy": "load_balanced", "requires_review": "on"}
    response = client.post(change(queue), sent)
    assert response.status_code == 302, errors(response)
    queue.refresh_from_db()
    assert (queue.strategy, queue.requires_review) == ("load_balanced", True)
    assert not bound.exists()
    told = set(Event.objects.filter(actor=staff_manager).values_list("attribute", flat=True))
    assert {"strategy", "requires_review"} <= told


def test_away_frees_what_waits_for_the_person_and_back_is_back(
    cast: Cast, staff_manager: User, browser_of: BrowserOf
) -> None:
    queue = factories.make_queue(cast.project, annotators=[cast.annotator], items=1)
    bind_slots(
        queue=queue, item_id=queue.items.get().pk, users=[cast.annotator],
        actor=Actor.person(staff_manager),
    )  # fmt: skip
    client = browser_of(staff_manager)
    sent = shown(client, queue)
    assert client.post(change(queue), sent | {"members-0-away": "on"}).status_code == 302
    assert queue.members.get().away_at is not None
    assert Slot.objects.get(queue=queue).assigned_to is None
    sent = shown(client, queue)
    del sent["members-0-away"]
    assert client.post(change(queue), sent).status_code == 302
    assert queue.members.get().away_at is None


def test_one_who_went_away_meanwhile_is_not_called_back_by_a_stale_page(
    cast: Cast, staff_manager: User, browser_of: BrowserOf
) -> None:
    queue = factories.make_queue(cast.project, annotators=[cast.annotator])
    client = browser_of(staff_manager)
    sent = shown(client, queue)
    set_away(queue=queue, user=cast.annotator, away=True, actor=SYSTEM)
    assert client.post(change(queue), sent | {"name": "Another"}).status_code == 302
    assert queue.members.get().away_at is not None


def test_who_does_not_annotate_cannot_be_away(
    cast: Cast, staff_manager: User, browser_of: BrowserOf
) -> None:
    queue = factories.make_queue(cast.project, reviewers=[cast.reviewer])
    client = browser_of(staff_manager)
    response = client.post(change(queue), shown(client, queue) | {"members-0-away": "on"})
    assert "Only annotators can be away." in errors(response)


def test_nobody_of_another_project_is_sent_away(
    cast: Cast, staff_manager: User, browser_of: BrowserOf
) -> None:
    foreign = factories.make_queue(cast.other_project, annotators=[cast.other_manager])
    client = browser_of(staff_manager)
    sent = typed(cast) | rows(
        "members",
        [{"id": foreign.members.get().pk, "user": cast.other_manager.pk, "can_annotate": "on",
          "away": "on"}],
        there=1,
    )  # fmt: skip
    client.post(change(foreign), sent)
    client.post(reverse(ADD), sent)
    assert foreign.members.get().away_at is None
    assert not Queue.objects.filter(project=cast.project).exists()
