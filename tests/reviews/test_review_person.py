"""A review page that was left open decides nothing in the name of who signs in next."""

from collections.abc import Callable

import pytest
from django.test import Client

from annotate_site.projects.events import SYSTEM
from annotate_site.projects.models import Event, User
from queues.actions.people.members import add_members
from reviews.models import Review

from ..conftest import Cast
from .judging import answer, reviewed_queue
from .pages import HTMX
from .review_pages import opened, sent, url

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "name", ["item-review-draft", "item-review-release", "item-approve", "item-reject"]
)
def test_nothing_is_stored_or_decided(
    cast: Cast, browser_of: Callable[[User], Client], name: str
) -> None:
    queue = reviewed_queue(cast.project, [cast.annotator], [cast.reviewer])
    add_members(queue=queue, users=[cast.second], actor=SYSTEM, can_review=True)
    item, client = answer(queue, cast.annotator), browser_of(cast.reviewer)
    page = opened(client, queue, item)
    assert f'name="person" value="{cast.reviewer.pk}"' in page
    client.force_login(cast.second)
    before = Event.objects.count()
    form = sent(page, **{"n-remark": "Look again."})
    response = client.post(url(name, queue, item), form, headers=HTMX)
    assert response.status_code == 409
    assert "Someone else is signed in" in response.content.decode()
    assert Event.objects.count() == before
    assert not Review.objects.exists()
