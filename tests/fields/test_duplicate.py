"""A field made like another one, and one made in place on another page."""

import json
from typing import Any

import pytest
from django.urls import reverse

from annotate_site.projects.models import Event
from fields.models import Field
from tests.conftest import Cast
from tests.factories import make_field

from .pages import fill
from .test_new_field import FILLED, Page, text

pytestmark = pytest.mark.django_db


@pytest.fixture
def page(cast: Cast) -> Page:
    return Page(cast)


@pytest.mark.parametrize(("kind", "form", "stored"), FILLED)
def test_a_duplicate_is_filled_in_like_the_field_and_says_where_it_is_from(
    page: Page, kind: str, form: dict[str, Any], stored: dict[str, Any]
) -> None:
    page.create(fill(kind, **form) | {"name": "Tone", "description": "How it *sounds*."})
    field = Field.objects.get()
    address = reverse("fields:field-create", args=[page.project.slug])
    shown = page.browser.get(f"{address}?from={field.pk}")
    assert shown.status_code == 200
    typed = shown.context["form"].data.copy()
    assert typed["name"] == "Tone (copy)"
    assert page.browser.post(address, typed).status_code == 302
    copy = Field.objects.exclude(pk=field.pk).get()
    assert (copy.kind, copy.settings, copy.description) == (
        field.kind, field.settings, field.description,
    )  # fmt: skip
    event = Event.objects.get(object_id=str(copy.pk))
    assert event.reason == f"copy of {field.pk}"


def test_a_field_of_another_project_cannot_be_duplicated(page: Page, cast: Cast) -> None:
    theirs = make_field(cast.other_project)
    address = reverse("fields:field-create", args=[page.project.slug])
    assert page.browser.get(f"{address}?from={theirs.pk}").status_code == 404
    assert page.browser.get(f"{address}?from=x").status_code == 404
    page.create({"kind": "thumbs", "settings_for": "thumbs", "name": "X", "copy_of": theirs.pk})
    event = Event.objects.get(object_id=str(Field.objects.get(name="X").pk))
    assert event.reason == ""


def test_in_place_only_the_form_comes_back_and_an_event_once_the_field_is_there(
    page: Page,
) -> None:
    form = {"kind": "thumbs", "settings_for": "thumbs", "name": ""}
    refused = page.post("field-create", form, "new-field-body")
    assert refused.status_code == 422
    assert "<html" not in text(refused)
    made = page.post("field-create", form | {"name": "Kind?"}, "new-field-body")
    assert made.status_code == 200
    assert "<html" not in text(made)
    told = json.loads(made["HX-Trigger"])["field-created"]
    assert told == {"id": str(Field.objects.get().pk), "name": "Kind?"}
