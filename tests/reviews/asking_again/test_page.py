"""The page that moves a queue to a newer version and asks again."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from annotate_site.errors import Refused
from annotate_site.projects.events import SYSTEM
from annotate_site.projects.models import User
from fields.actions import new_version
from fields.models import Field
from queues.actions.field_versions import move_to_version
from queues.models import Item, Queue
from reviews.answers import asked_fields

from ...conftest import Cast
from .moving import rounds

pytestmark = pytest.mark.django_db


@pytest.fixture
def manager(cast: Cast, browser_of: Callable[[User], Client]) -> Client:
    return browser_of(cast.manager)


def page(queue: Queue, field: Field) -> str:
    return reverse("reviews:field-version", args=[queue.project.slug, queue.pk, field.pk])


def words(response: Any) -> str:
    return " ".join(response.content.decode().split())


def test_settings_lead_to_the_page_which_moves_and_asks(
    manager: Client, queue: Queue, items: list[Item], tone: Field, warmth: Field
) -> None:
    settings = reverse("queues:queue-settings", args=[queue.project.slug, queue.pk])
    assert page(queue, tone) in words(manager.get(settings))
    shown = words(manager.get(page(queue, tone)))
    assert "Renamed from “Tone”" in shown
    assert "Ask again on 1 item" in shown
    moved = manager.post(page(queue, tone), {"version": str(warmth.pk), "again": "0"}, follow=True)
    assert "The queue asks the newest version, “Warmth”, from now on." in words(moved)
    assert page(queue, warmth) in words(moved)
    assert manager.get(page(queue, tone)).status_code == 404
    asked = manager.post(page(queue, warmth), {"version": str(warmth.pk)}, follow=True)
    assert "Items changed" in words(asked)
    assert rounds(items)[0] == (2, "pending")
    assert "No finished item was answered" in words(manager.get(page(queue, warmth)))


def test_a_page_that_shows_an_older_version_moves_nothing(
    cast: Cast, manager: Client, queue: Queue, tone: Field, warmth: Field
) -> None:
    new_version(field=warmth, by=cast.manager, name="Kindness", settings=tone.settings)
    late = manager.post(page(queue, tone), {"version": str(warmth.pk), "again": "1"})
    assert late.status_code == 422
    assert "This field has changed since" in words(late)
    assert "Kindness" in words(late)
    with pytest.raises(Refused, match="cannot be used"):
        move_to_version(queue=queue, field=tone, version=warmth, actor=SYSTEM)
    assert asked_fields(queue)[1].field == tone
