"""A queue like another one."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from annotate_site.projects.events import SYSTEM
from annotate_site.projects.models import Event, User
from fields.models import Field
from queues.actions.copying import duplicate_queue
from queues.actions.people.members import add_members, remove_person
from queues.actions.settings import Asked, change_fields, change_settings
from queues.models import Queue

from .. import factories
from ..conftest import Cast
from .pages import read, told, url

pytestmark = pytest.mark.django_db
BrowserOf = Callable[[User], Client]

SETTINGS = {
    "guidelines": "Be **fair**.", "strategy": "round_robin", "open_limit": 3,
    "timeout": timedelta(minutes=30), "requires_review": True, "hidden_extras": ["scores"],
    "due_date": timezone.now().date(),
}  # fmt: skip


def make(cast: Cast) -> tuple[Queue, list[Field]]:
    fields = [factories.make_field(cast.project, name=name) for name in ("A", "B", "C")]
    queue = factories.make_queue(
        cast.project, name="Refunds", fields=fields, annotators=[cast.annotator, cast.second],
        annotations_required=2, items=3, active=False,
    )  # fmt: skip
    asked = [Asked(fields[1], required=False, allow_note=True), Asked(fields[0])]
    change_fields(queue=queue, fields=asked, actor=SYSTEM)
    change_settings(queue=queue, settings=SETTINGS, actor=SYSTEM)
    add_members(queue=queue, users=[cast.reviewer], actor=SYSTEM, can_review=True)
    return Queue.objects.get(pk=queue.pk), fields


def test_the_copy_is_a_draft_with_fields_settings_and_people_and_no_items(cast: Cast) -> None:
    queue, fields = make(cast)
    copy = duplicate_queue(queue=queue, by=cast.manager)
    assert (copy.name, copy.status, copy.due_date) == ("Refunds (copy)", "draft", None)
    assert copy.guidelines_html == queue.guidelines_html
    for name in ("strategy", "open_limit", "timeout", "requires_review", "hidden_extras"):
        assert getattr(copy, name) == SETTINGS[name]
    assert copy.annotations_required == 2
    rows = [(row.field, row.required, row.allow_note) for row in copy.queue_fields.all()]
    assert rows == [(fields[1], False, True), (fields[0], True, False)]
    people = [(one.user, one.can_annotate, one.can_review) for one in copy.members.all()]
    assert people == [
        (cast.annotator, True, False), (cast.second, True, False), (cast.reviewer, False, True),
    ]  # fmt: skip
    assert not copy.items.exists()
    told_of = Event.objects.get(queue_id=copy.pk, attribute="status")
    assert (told_of.actor, told_of.reason) == (cast.manager, f"copy of {queue.pk}")


def test_each_copy_has_a_name_of_its_own_within_the_limit(cast: Cast) -> None:
    queue = factories.make_queue(cast.project, name="x" * 120)
    names = [duplicate_queue(queue=queue, by=cast.manager).name for _ in range(3)]
    assert names == [f"{'x' * 113} (copy)", f"{'x' * 111} (copy 2)", f"{'x' * 111} (copy 3)"]


def test_what_is_archived_or_gone_stays_behind_and_is_named(
    cast: Cast, browser_of: BrowserOf
) -> None:
    queue, fields = make(cast)
    Field.objects.filter(pk=fields[0].pk).update(archived_at=timezone.now())
    remove_person(project=cast.project, user=cast.second, actor=SYSTEM)
    client = browser_of(cast.manager)
    assert "Duplicate" in read(client, url("queue-detail", cast.project, queue))
    response = client.post(url("queue-duplicate", cast.project, queue))
    copy = Queue.objects.get(name="Refunds (copy)")
    assert response["Location"] == url("queue-detail", cast.project, copy)
    assert "“A” is archived" in told(response)[0]
    assert [row.field for row in copy.queue_fields.all()] == [fields[1]]
    assert {one.user for one in copy.members.all()} == {cast.annotator, cast.reviewer}
