"""The Fields tab: who may see and do what, and that refused input stays as it was typed."""

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from annotate_site.projects.models import Event, User
from fields.models import Field
from tests.conftest import Cast
from tests.factories import make_field, make_queue
from tests.fields.pages import fill

BrowserOf = Callable[[User], Client]
OUTSIDE = {"stranger": 404, "other_manager": 404, "staff": 404}
READING = {"manager": 200, "viewer": 200, "member": 403, "annotator": 403, **OUTSIDE}
WRITING = {"manager": 302, "viewer": 403, "member": 403, "annotator": 403, **OUTSIDE}
ROUTES = [
    ("field-list", "get", READING),
    ("field-detail", "get", READING),
    ("field-schema", "get", READING),
    ("field-create", "get", {**READING, "viewer": 403}),
    ("field-create", "post", WRITING),
    ("version-create", "get", {**READING, "viewer": 403}),
    ("version-create", "post", WRITING),
    ("field-preview", "post", {**WRITING, "manager": 200}),
    ("field-archive", "post", WRITING),
]


def address(cast: Cast, name: str, field: Field | None = None) -> str:
    of_one = ("field-detail", "field-archive", "field-schema", "version-create")
    more = {"field": field.pk} if field and name in of_one else {}
    return reverse(f"fields:{name}", kwargs={"project": cast.project.slug, **more})


def text(response: Any) -> str:
    return str(response.content.decode())


@pytest.mark.parametrize(("name", "method", "expected"), ROUTES)
def test_each_person_gets_what_is_theirs(
    cast: Cast, browser_of: BrowserOf, name: str, method: str, expected: dict[str, int]
) -> None:
    field = make_field(cast.project, name="Secret canary")
    for who in [who for who in expected if who != "manager"] + ["manager"]:
        before = Event.objects.count()
        browser = browser_of(getattr(cast, who))
        response = getattr(browser, method)(address(cast, name, field), fill("thumbs"))
        assert response.status_code == expected[who], who
        if expected[who] >= 400:
            assert "Secret canary" not in text(response)
            assert Event.objects.count() == before


@pytest.mark.parametrize(("name", "method", "expected"), ROUTES)
def test_who_is_not_signed_in_is_sent_to_the_login(
    cast: Cast, browser_of: BrowserOf, name: str, method: str, expected: dict[str, int]
) -> None:
    field = make_field(cast.project)
    for browser in (Client(), browser_of(cast.deactivated)):
        response = getattr(browser, method)(address(cast, name, field), fill("thumbs"))
        assert response.status_code == 302
        assert response.url.startswith(reverse("account_login"))
    assert Field.objects.get() == field


def test_writing_needs_a_token_of_the_page(cast: Cast) -> None:
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(cast.manager)
    for name in ("field-create", "field-preview"):
        assert browser.post(address(cast, name), fill("thumbs")).status_code == 403
    assert not Field.objects.exists()


def test_a_field_of_another_project_is_not_there(cast: Cast, browser_of: BrowserOf) -> None:
    foreign = make_field(cast.other_project)
    browser = browser_of(cast.manager)
    assert browser.get(address(cast, "field-detail", foreign)).status_code == 404
    assert browser.post(address(cast, "field-archive", foreign)).status_code == 404
    foreign.refresh_from_db()
    assert foreign.archived_at is None
    unknown = reverse("fields:field-detail", args=[cast.project.slug, uuid4()])
    assert browser.get(unknown).status_code == 404


def test_the_list_searches_and_shows_archived_on_demand(cast: Cast, browser_of: BrowserOf) -> None:
    tone = make_field(cast.project, "rating", name="Tone")
    make_field(cast.project, "text", name="Better answer", description="In the same tone")
    make_field(cast.project, "thumbs", name="Send it?")
    browser = browser_of(cast.viewer)
    browser_of(cast.manager).post(address(cast, "field-archive", tone))

    def names(query: str) -> list[str]:
        page = browser.get(address(cast, "field-list") + query)
        return [row.name for row in page.context["rows"]]

    assert names("") == ["Better answer", "Send it?"]
    assert names("?q=TONE") == ["Better answer"]
    assert names("?q=TONE&archived=1") == ["Better answer", "Tone"]
    assert names("?sort=-name&archived=1") == ["Tone", "Send it?", "Better answer"]
    assert names("?sort=settings__password&page=x") == ["Better answer", "Send it?"]
    assert names("?q=%00%25") == []


def test_the_list_says_in_how_many_queues_a_field_is_asked(
    cast: Cast, browser_of: BrowserOf
) -> None:
    used, other = make_field(cast.project), make_field(cast.project, "thumbs")
    make_queue(cast.project, by=cast.manager, fields=[used, other])
    make_queue(cast.project, by=cast.manager, fields=[used])
    make_field(cast.project, "text")
    page = browser_of(cast.viewer).get(address(cast, "field-list"))
    assert sorted(row.queues for row in page.context["rows"]) == [0, 1, 2]
    assert "in 2 queues" in text(page)


def test_the_list_costs_the_same_for_1_and_30_fields(cast: Cast, browser_of: BrowserOf) -> None:
    browser = browser_of(cast.manager)

    def statements() -> int:
        with CaptureQueriesContext(
            connection,
        ) as seen:
            assert browser.get(address(cast, "field-list")).status_code == 200
        return len(seen)

    make_field(cast.project)
    browser.get(address(cast, "field-list"))
    one = statements()
    for _ in range(29):
        make_field(cast.project)
    assert statements() == one


def test_an_empty_list_teaches_and_offers_the_first_step(cast: Cast, browser_of: BrowserOf) -> None:
    page = browser_of(cast.manager).get(address(cast, "field-list"))
    assert "No fields yet." in text(page)
    assert address(cast, "field-create") in text(page)
    viewer = browser_of(cast.viewer).get(address(cast, "field-list"))
    assert address(cast, "field-create") not in text(viewer)


def test_a_made_field_is_shown_in_words_and_without_an_edit(
    cast: Cast, browser_of: BrowserOf
) -> None:
    browser = browser_of(cast.manager)
    said = fill("rating", description="How *warm*?", stars="7", low_label="cold")
    response = browser.post(address(cast, "field-create"), said, follow=True)
    field = Field.objects.get()
    assert response.redirect_chain == [(address(cast, "field-detail", field), 302)]
    assert (field.settings["stars"], field.created_by) == (7, cast.manager)
    page = text(response)
    assert "Rating, 1–7, cold" in page
    assert "<em>warm</em>" in page
    assert "&quot;maximum&quot;: 7" in page  # of the JSON Schema
    assert "edit" not in page.lower().replace("credit", "")


def test_archiving_twice_says_so_and_stores_one_event(cast: Cast, browser_of: BrowserOf) -> None:
    field, browser = make_field(cast.project, name="Tone"), browser_of(cast.manager)
    archive = address(cast, "field-archive", field)
    assert "“Tone” is archived" in text(browser.post(archive, follow=True))
    assert "was archived already" in text(browser.post(archive, follow=True))
    assert archive not in text(browser.get(address(cast, "field-detail", field)))
    assert Event.objects.filter(object_type="field").count() == 1


HOSTILE = "<script>alert(1)</script>\"'&"


def test_hostile_names_and_labels_are_shown_as_text(cast: Cast, browser_of: BrowserOf) -> None:
    options = [{"label": HOSTILE, "description": HOSTILE}, {"label": "items"}]
    field = make_field(
        cast.project,
        "category",
        name=HOSTILE,
        description=HOSTILE,
        settings={"options": options},
    )
    browser = browser_of(cast.manager)
    shown = fill("category", name=HOSTILE, description=HOSTILE, options=[HOSTILE, "items"])
    pages = [
        browser.get(address(cast, "field-list")),
        browser.get(address(cast, "field-detail", field)),
        browser.post(address(cast, "field-create"), shown),
        browser.post(address(cast, "field-preview"), shown),
    ]
    for page in pages:
        assert "<script>alert" not in text(page)
        assert "&lt;script&gt;alert(1)&lt;/script&gt;" in text(page)


def test_a_field_s_page_names_the_queues_that_use_it(cast: Cast, browser_of: BrowserOf) -> None:
    field, other = make_field(cast.project), make_field(cast.project, "thumbs")
    make_queue(cast.project, by=cast.manager, fields=[field], name="Refund answers")
    retired = make_queue(cast.project, by=cast.manager, fields=[field, other], name="Old campaign")
    retired.queue_fields.filter(field=field).update(retired_at=retired.created_at)
    page = browser_of(cast.viewer).get(address(cast, "field-detail", field))
    uses = page.context["uses"]
    assert [(use.name, use.status, use.retired) for use in uses.queues] == [
        ("Refund answers", "active", False), ("Old campaign", "active", True),
    ]  # fmt: skip
    assert (uses.total, uses.more) == (2, 0)
    assert text(page).count("/annotate/queues/") >= 2


def test_a_field_s_page_costs_the_same_for_1_and_30_queues(
    cast: Cast, browser_of: BrowserOf
) -> None:
    field, browser = make_field(cast.project), browser_of(cast.manager)
    numbers = []
    for queues in (1, 29):
        for _ in range(queues):
            make_queue(cast.project, by=cast.manager, fields=[field], active=False)
        with CaptureQueriesContext(connection) as seen:
            page = browser.get(address(cast, "field-detail", field))
        numbers.append(len(seen))
    assert numbers[0] == numbers[1]
    assert "And 10 more queues." in text(page)


def test_the_json_schema_is_a_file(cast: Cast, browser_of: BrowserOf) -> None:
    field = make_field(cast.project, "rating", name="Tone of voice", settings={"stars": 7})
    response = browser_of(cast.viewer).get(address(cast, "field-schema", field))
    assert response.json()["maximum"] == 7
    assert response["Content-Disposition"] == 'attachment; filename="tone-of-voice.schema.json"'
