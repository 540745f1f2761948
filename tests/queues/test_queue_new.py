"""Making a queue in the page."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client

from annotate_site.projects.events import SYSTEM
from annotate_site.projects.models import User
from queues.actions.status import activate_queue
from queues.models import Queue

from .. import factories
from ..conftest import Cast
from .pages import read, url

pytestmark = pytest.mark.django_db
BrowserOf = Callable[[User], Client]


def typed(**more: Any) -> dict[str, Any]:
    usual = {"name": "Refund answers", "annotations_required": 2, "timeout": 30, "open_limit": 3}
    usual["strategy"] = "manual"
    return usual | more


def test_a_queue_is_made_as_it_was_typed(cast: Cast, browser_of: BrowserOf) -> None:
    fields = [factories.make_field(cast.project, name=name) for name in ("A", "B", "C")]
    a, b, c = (str(field.pk) for field in fields)
    data = typed(
        description="Of refunds",
        guidelines="Be **fair**.\r\n\r\nAlways.",
        skip_reason_required="on",
        due_date="2030-02-01",
        people=[cast.annotator.pk, cast.second.pk],
        field=[a, c],
        **{
            f"order-{a}": 2,
            f"order-{c}": 1,
            f"required-{c}": "on",
            f"note-{a}": "on",
            f"order-{b}": 1,
        },
    )
    response = browser_of(cast.manager).post(url("queue-new", cast.project), data)
    queue = Queue.objects.get()
    assert response["Location"] == url("queue-detail", cast.project, queue)
    assert (queue.status, queue.annotations_required) == ("draft", 2)
    assert (queue.timeout, queue.open_limit) == (timedelta(minutes=30), 3)
    assert (queue.skip_reason_required, queue.due_date) == (True, date(2030, 2, 1))
    assert queue.hidden_extras == ["scores"]
    assert queue.guidelines == "Be **fair**.\n\nAlways."
    assert "<strong>fair</strong>" in queue.guidelines_html
    asked = [(row.field.name, row.required, row.allow_note) for row in queue.queue_fields.all()]
    assert asked == [("C", True, False), ("A", False, True)]
    members = queue.members.values_list("user", "can_annotate", "can_review")
    assert set(members) == {(cast.annotator.pk, True, False), (cast.second.pk, True, False)}


def test_a_name_that_is_taken_is_told_and_everything_kept(
    cast: Cast, browser_of: BrowserOf
) -> None:
    factories.make_queue(cast.project, name="refund ANSWERS")
    field = factories.make_field(cast.project)
    data = typed(
        guidelines="Keep me", people=[cast.annotator.pk], field=[str(field.pk)],
        **{f"note-{field.pk}": "on", f"order-{field.pk}": "1"},
    )  # fmt: skip
    response = browser_of(cast.manager).post(url("queue-new", cast.project), data)
    page = response.content.decode()
    assert response.status_code == 422
    assert "There is a queue named Refund answers in this project already." in page
    assert "Keep me" in page
    assert f'name="people" value="{cast.annotator.pk}"' in page
    form, asked = response.context["form"], response.context["asked"]
    assert form["people"].value() == [str(cast.annotator.pk)]
    assert [(row.field, row.required, row.allow_note) for row in asked.chosen] == [
        (field, False, True)
    ]
    assert Queue.objects.count() == 1


@pytest.mark.parametrize(
    ("wrong", "where"),
    [
        ({"name": "  "}, "name"),
        ({"name": "x" * 121}, "name"),
        ({"annotations_required": 11}, "annotations_required"),
        ({"annotations_required": 0}, "annotations_required"),
        ({"timeout": 14}, "timeout"),
        ({"timeout": 241}, "timeout"),
        ({"open_limit": 21}, "open_limit"),
        ({"due_date": "tomorrow"}, "due_date"),
        ({"guidelines": "é" * 10_001}, "guidelines"),
        ({"name": "a\x00b"}, "name"),
    ],
)
def test_a_value_out_of_range_is_told_at_its_field(
    cast: Cast, browser_of: BrowserOf, wrong: dict[str, Any], where: str
) -> None:
    response = browser_of(cast.manager).post(url("queue-new", cast.project), typed(**wrong))
    assert response.status_code == 422
    assert list(response.context["form"].errors) == [where]
    assert not Queue.objects.exists()


def test_fields_and_people_of_another_project_cannot_be_smuggled_in(
    cast: Cast, browser_of: BrowserOf
) -> None:
    foreign = factories.make_field(cast.other_project)
    archived = factories.make_field(cast.project, archived_at="2026-01-01T00:00:00Z")
    client = browser_of(cast.manager)
    data = typed(people=[cast.other_manager.pk])
    response = client.post(url("queue-new", cast.project), data)
    assert response.status_code == 422
    assert "Someone you chose isn&#x27;t a member of this project." in response.content.decode()
    data = typed(field=[str(foreign.pk), str(archived.pk), "nonsense"])
    assert client.post(url("queue-new", cast.project), data).status_code == 302
    assert not Queue.objects.get().queue_fields.exists()


def test_too_few_annotators_is_a_warning_that_stays(cast: Cast, browser_of: BrowserOf) -> None:
    client, field = browser_of(cast.manager), factories.make_field(cast.project)
    data = typed(people=[cast.annotator.pk], field=[str(field.pk)])
    client.post(url("queue-new", cast.project), data)
    queue = activate_queue(queue=Queue.objects.get(), actor=SYSTEM)
    for name in ("queue-detail", "queue-progress", "queue-settings", "queue-people"):
        assert "This queue can't complete" in read(client, url(name, cast.project, queue))
    data = {"people": [cast.second.pk], "can_annotate": "on"}
    client.post(url("member-add", cast.project, queue), data)
    page = read(client, url("queue-detail", cast.project, queue))
    assert "This queue can't complete" not in page


def test_the_preview_is_rendered_as_annotators_read_it_and_keeps_nothing(
    cast: Cast, browser_of: BrowserOf
) -> None:
    data = {"guidelines": "**Look** <script>alert(1)</script>"}
    response = browser_of(cast.manager).post(url("guidelines-preview", cast.project), data)
    page = response.content.decode()
    assert "<strong>Look</strong>" in page
    assert "<script" not in page
    assert not Queue.objects.exists()
