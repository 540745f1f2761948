"""What the admin's page of a queue offers to choose, and where it leads."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from annotate_site.projects.models import User

from .. import factories
from ..conftest import Cast
from .administering import ADD, change
from .pages import url

pytestmark = pytest.mark.django_db
BrowserOf = Callable[[User], Client]


def test_a_person_chosen_may_annotate_unless_somebody_says_otherwise(
    cast: Cast, staff_manager: User, browser_of: BrowserOf
) -> None:
    client = browser_of(staff_manager)
    people = client.get(reverse(ADD)).context["inline_admin_formsets"][1].formset
    assert people.forms[0]["can_annotate"].value() is True
    assert people.forms[0]["can_review"].value() in (False, None)
    queue = factories.make_queue(cast.project, annotators=[cast.reviewer], active=False)
    queue.members.update(can_annotate=False, can_review=True)
    there = client.get(change(queue)).context["inline_admin_formsets"][1].formset.forms
    assert [form["can_annotate"].value() for form in there] == [False, True]


def test_the_change_page_leads_to_the_queue_and_links_nothing_that_refuses(
    cast: Cast, staff_manager: User, browser_of: BrowserOf
) -> None:
    queue, client = factories.make_queue(cast.project), browser_of(staff_manager)
    page = client.get(change(queue)).content.decode()
    assert f'href="{url("queue-detail", cast.project, queue)}"' in page
    assert "View on site" in page
    assert "/projects_project/" not in page
    assert "/projects/project/" not in page
    assert cast.project.name in page
    assert "Active. Change it by an action of the list, or on the site." in page


def test_fields_and_people_of_several_projects_are_named_with_theirs(
    cast: Cast, staff_manager: User, browser_of: BrowserOf
) -> None:
    factories.make_field(cast.project, name="Tone")
    elsewhere = factories.make_project("Open house")
    factories.make_field(elsewhere, name="Warmth", shared=True)
    factories.make_field(elsewhere, name="Secret")
    client = browser_of(staff_manager)
    page = client.get(reverse(ADD)).content.decode()
    assert "Tone ·" not in page
    assert "Warmth · Open house" in page
    assert "Secret" not in page
    assert f'value="{cast.project.pk}" selected' in page
    factories.join(cast.other_project, staff_manager, "manager")
    factories.make_field(cast.other_project, name="Right?")
    page = client.get(reverse(ADD)).content.decode()
    assert f"Tone · {cast.project}" in page
    assert f"Right? · {cast.other_project}" in page
    assert f"{cast.annotator} · {cast.project}" in page
    own = factories.make_queue(cast.project, active=False)
    page = client.get(change(own)).content.decode()
    assert "Right?" not in page
