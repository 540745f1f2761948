"""Queues in the Django admin, as the staff manager of one project among two."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from annotate_site.projects.events import SYSTEM
from annotate_site.projects.models import Event, User
from queues.actions.assignment.claiming import claim_next
from queues.actions.people.members import add_members
from queues.actions.status import activate_queue
from queues.models import Item, Queue, QueueMember, Reservation, Slot

from .. import factories
from ..conftest import Cast
from .administering import ADD, change, errors, rows, shown, typed

pytestmark = pytest.mark.django_db
BrowserOf = Callable[[User], Client]


def test_a_queue_is_made_whole_through_the_actions(
    cast: Cast, staff_manager: User, browser_of: BrowserOf
) -> None:
    first, second = factories.make_field(cast.project), factories.make_field(cast.project)
    data = typed(
        cast,
        guidelines="Be **fair**.",
        hide_model="on",
        **rows(
            "queue_fields",
            [{"field": first.pk, "order": 2, "required": "on"}, {"field": second.pk, "order": 1,
              "allow_note": "on"}],
        ),
        **rows(
            "members",
            [{"user": cast.annotator.pk, "can_annotate": "on"},
             {"user": cast.reviewer.pk, "can_review": "on", "can_annotate": "on"}],
        ),
    )  # fmt: skip
    response = browser_of(staff_manager).post(reverse(ADD), data)
    assert response.status_code == 302, errors(response)
    queue = Queue.objects.get()
    assert (queue.project, queue.created_by, queue.status) == (cast.project, staff_manager, "draft")
    assert "<strong>fair</strong>" in queue.guidelines_html
    assert queue.hidden_extras == ["model", "scores"]
    asked = [(row.field, row.required, row.allow_note) for row in queue.queue_fields.all()]
    assert asked == [(second, False, True), (first, True, False)]
    members = set(queue.members.values_list("user", "can_annotate", "can_review"))
    assert members == {(cast.annotator.pk, True, False), (cast.reviewer.pk, True, True)}
    told = Event.objects.filter(queue_id=queue.pk, actor=staff_manager)
    assert {"status", "fields", "rights"} <= set(told.values_list("attribute", flat=True))
    assert hasattr(queue, "deal")


def test_nothing_of_another_project_can_be_seen(
    cast: Cast, staff_manager: User, browser_of: BrowserOf
) -> None:
    own = factories.make_queue(cast.project, name="Ours", items=1)
    foreign_field = factories.make_field(cast.other_project, name="Their field")
    foreign = factories.make_queue(
        cast.other_project, name="Theirs", fields=[foreign_field], items=1,
        annotators=[cast.other_manager],
    )  # fmt: skip
    claim_next(queue_id=foreign.pk, user=cast.other_manager)
    secrets = ("Theirs", "Their field", cast.other_manager.name, cast.other_manager.email,
               cast.other_project.name, str(cast.other_project.pk))  # fmt: skip
    client = browser_of(staff_manager)
    for page in (reverse("admin:index"), reverse(ADD), change(own),
                 *(reverse(f"admin:queues_{name}_changelist")
                   for name in ("queue", "item", "slot", "reservation"))):  # fmt: skip
        response = client.get(page)
        assert response.status_code == 200, page
        for secret in secrets:
            assert secret not in response.content.decode(), (page, secret)
    reached = (foreign, foreign.items.get(), Slot.objects.get(queue=foreign),
               Reservation.objects.get(queue=foreign))  # fmt: skip
    for row in reached:
        name = row._meta.model_name
        for view in ("change", "history", "delete"):
            response = client.get(reverse(f"admin:queues_{name}_{view}", args=[row.pk]))
            assert response.status_code in (302, 403), (name, view)
            assert response.status_code == 403 or response["Location"] == reverse("admin:index")


@pytest.mark.parametrize("smuggled", ["project", "field", "user", "member of nothing"])
def test_nothing_of_another_project_can_be_chosen_by_a_forged_post(
    cast: Cast, staff_manager: User, browser_of: BrowserOf, smuggled: str
) -> None:
    foreign = factories.make_field(cast.other_project)
    data = (
        typed(cast)
        | {
            "project": {"project": cast.other_project.pk},
            "field": rows("queue_fields", [{"field": foreign.pk, "order": 1}]),
            "user": rows("members", [{"user": cast.other_manager.pk, "can_annotate": "on"}]),
            "member of nothing": rows(
                "members", [{"user": cast.stranger.pk, "can_annotate": "on"}]
            ),
        }[smuggled]
    )
    response = browser_of(staff_manager).post(reverse(ADD), data)
    assert "not one of the available choices" in errors(response)
    assert not Queue.objects.exists()


def test_rows_must_be_of_the_chosen_project_also_for_a_manager_of_both(
    cast: Cast, staff_manager: User, browser_of: BrowserOf
) -> None:
    factories.join(cast.other_project, staff_manager, "manager")
    foreign = factories.make_field(cast.other_project, name="Their field")
    client = browser_of(staff_manager)
    for part, sentence in (
        (rows("queue_fields", [{"field": foreign.pk, "order": 1}]),
         "The field Their field is not one of this project."),
        (rows("members", [{"user": cast.other_manager.pk, "can_annotate": "on"}]),
         f"{cast.other_manager} is not a member of this project."),
    ):  # fmt: skip
        assert sentence in errors(client.post(reverse(ADD), typed(cast) | part))
    assert not Queue.objects.exists()


def test_a_viewer_and_a_member_who_are_staff_see_nothing_here(
    cast: Cast, browser_of: BrowserOf
) -> None:
    queue = factories.make_queue(cast.project, annotators=[cast.annotator])
    User.objects.update(is_staff=True)
    for user in (cast.viewer, cast.member, cast.annotator, cast.stranger):
        client = browser_of(User.objects.get(pk=user.pk))
        for page in (reverse(ADD), change(queue), reverse("admin:queues_queue_changelist")):
            assert client.get(page).status_code == 403
            assert client.post(page, typed(cast)).status_code == 403


def test_a_manager_who_is_no_staff_is_sent_away(cast: Cast, browser_of: BrowserOf) -> None:
    assert browser_of(cast.manager).get(reverse(ADD)).status_code == 302


def test_a_superuser_handles_every_project_without_being_a_member(
    cast: Cast, browser_of: BrowserOf
) -> None:
    response = browser_of(cast.staff).post(reverse(ADD), typed(cast))
    assert response.status_code == 302, errors(response)
    assert Queue.objects.get().created_by == cast.staff


def test_a_name_that_is_taken_is_told_on_adding_and_on_changing(
    cast: Cast, staff_manager: User, browser_of: BrowserOf
) -> None:
    factories.make_queue(cast.project, name="refund ANSWERS")
    other = factories.make_queue(cast.project, name="Other")
    client = browser_of(staff_manager)
    sentence = "There is a queue named Refund answers in this project already."
    assert sentence in errors(client.post(reverse(ADD), typed(cast)))
    sent = shown(client, other) | {"name": "Refund answers"}
    assert sentence in errors(client.post(change(other), sent))
    assert Queue.objects.count() == 2
    other.refresh_from_db()
    assert other.name == "Other"


def test_settings_fields_and_people_of_a_draft_change(
    cast: Cast, staff_manager: User, browser_of: BrowserOf
) -> None:
    first, second = factories.make_field(cast.project), factories.make_field(cast.project)
    people = [cast.annotator, cast.second]
    queue = factories.make_queue(cast.project, fields=[first], annotators=people, active=False)
    client = browser_of(staff_manager)
    sent = shown(client, queue)
    sent |= {"name": "New name", "annotations_required": 2, "queue_fields-0-field": second.pk,
             "members-0-DELETE": "on", "members-1-can_review": "on"}  # fmt: skip
    response = client.post(change(queue), sent)
    assert response.status_code == 302, errors(response)
    queue.refresh_from_db()
    assert (queue.name, queue.annotations_required) == ("New name", 2)
    assert [row.field for row in queue.queue_fields.all()] == [second]
    members = QueueMember.objects.filter(queue=queue, removed_at=None)
    assert [(one.user, one.can_annotate, one.can_review) for one in members] == [
        (cast.second, True, True)
    ]


def test_saving_an_untouched_page_changes_nothing_and_removes_nobody_who_came_meanwhile(
    cast: Cast, staff_manager: User, browser_of: BrowserOf
) -> None:
    queue = factories.make_queue(cast.project, annotators=[cast.annotator])
    client = browser_of(staff_manager)
    sent = shown(client, queue)
    add_members(queue=queue, users=[cast.second], actor=SYSTEM, can_annotate=True)
    before = Event.objects.count()
    response = client.post(change(queue), sent)
    assert response.status_code == 302, errors(response)
    assert Event.objects.count() == before
    assert queue.members.filter(removed_at=None).count() == 2


def test_one_who_was_removed_can_be_added_again(
    cast: Cast, staff_manager: User, browser_of: BrowserOf
) -> None:
    queue = factories.make_queue(cast.project, annotators=[cast.annotator])
    queue.members.update(removed_at="2026-01-01T00:00:00Z")
    client = browser_of(staff_manager)
    sent = shown(client, queue) | rows(
        "members", [{"user": cast.annotator.pk, "can_annotate": "on"}]
    )
    response = client.post(change(queue), sent)
    assert response.status_code == 302, errors(response)
    assert queue.members.get().removed_at is None


def test_fields_and_number_stay_after_the_draft_also_by_a_forged_post(
    cast: Cast, staff_manager: User, browser_of: BrowserOf
) -> None:
    first, second = factories.make_field(cast.project), factories.make_field(cast.project)
    queue = factories.make_queue(cast.project, fields=[first], items=1, active=False)
    client = browser_of(staff_manager)
    sent = shown(client, queue) | {"queue_fields-0-field": second.pk, "annotations_required": 4}
    activate_queue(queue=queue, actor=SYSTEM)
    client.post(change(queue), sent)
    client.post(change(queue), sent | {"queue_fields-0-DELETE": "on"})
    extra = rows("queue_fields", [{"field": second.pk, "order": 1}])
    client.post(change(queue), shown(client, queue) | extra)
    queue.refresh_from_db()
    assert [row.field for row in queue.queue_fields.all()] == [first]
    assert (queue.annotations_required, queue.items.get().required) == (1, 1)


def test_status_moves_are_actions_of_the_list(
    cast: Cast, staff_manager: User, browser_of: BrowserOf
) -> None:
    draft = factories.make_queue(cast.project, name="Draft", active=False)
    active = factories.make_queue(cast.project, name="Active")
    foreign = factories.make_queue(cast.other_project, name="Theirs", active=False)
    data = {"action": "activate_queues", "_selected_action": [draft.pk, active.pk, foreign.pk]}
    response = browser_of(staff_manager).post(
        reverse("admin:queues_queue_changelist"), data, follow=True
    )
    page = response.content.decode()
    assert "Draft: The queue is active, but has no items yet." in page
    assert "Active: This queue is active now; nothing was changed." in page
    assert "Theirs" not in page
    for queue, status in ((draft, "active"), (active, "active"), (foreign, "draft")):
        queue.refresh_from_db()
        assert queue.status == status
    told = Event.objects.get(queue_id=draft.pk, attribute="status", to_value="active")
    assert told.actor == staff_manager


def test_items_slots_and_reservations_can_only_be_read(
    cast: Cast, staff_manager: User, browser_of: BrowserOf
) -> None:
    queue = factories.make_queue(cast.project, annotators=[cast.annotator], items=1)
    hold = claim_next(queue_id=queue.pk, user=cast.annotator)
    client = browser_of(staff_manager)
    for row in (queue.items.get(), Slot.objects.get(), Reservation.objects.get()):
        name = row._meta.model_name
        page = reverse(f"admin:queues_{name}_change", args=[row.pk])
        response = client.get(page)
        assert response.status_code == 200
        assert str(hold.token) not in response.content.decode()
        assert client.post(page, {"status": "completed", "state": "free"}).status_code == 403
        assert client.get(reverse(f"admin:queues_{name}_add")).status_code == 403
        assert client.post(reverse(f"admin:queues_{name}_delete", args=[row.pk])).status_code == 403
    assert client.post(reverse("admin:queues_queue_delete", args=[queue.pk])).status_code == 403
    assert Item.objects.get().status == "in_progress"
    assert Slot.objects.get().token == hold.token
