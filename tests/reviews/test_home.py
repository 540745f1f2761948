"""The first page after signing in leads on, whoever one is."""

import pytest
from django.urls import reverse

from tests import factories
from tests.conftest import Cast

pytestmark = pytest.mark.django_db


def test_it_leads_those_who_read_a_project_to_it(cast: Cast, browser_of: object) -> None:
    assert callable(browser_of)
    project = cast.project
    for user in (cast.manager, cast.viewer):
        page = browser_of(user).get(reverse("home")).content.decode()
        assert reverse("queues:queue-list", args=[project.slug]) in page
        assert reverse("traces:trace-list", args=[project.slug]) in page
        assert cast.other_project.name not in page


def test_it_leads_an_annotator_to_his_queue_and_nowhere_else(
    cast: Cast, browser_of: object
) -> None:
    assert callable(browser_of)
    queue = factories.make_queue(cast.project, annotators=[cast.annotator], items=2)
    page = browser_of(cast.annotator).get(reverse("home")).content.decode()
    assert reverse("reviews:workspace", args=[cast.project.slug, queue.pk]) in page
    assert reverse("traces:trace-list", args=[cast.project.slug]) not in page


def test_it_says_what_to_do_where_there_is_nothing(cast: Cast, browser_of: object) -> None:
    assert callable(browser_of)
    page = browser_of(cast.stranger).get(reverse("home")).content.decode()
    assert "You aren't in a project yet." in page
