"""The form of a queue with its scripts: what is asked, the form beside it, a new field in place."""

from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import Dialog, Locator, Page

from annotate_site.projects.models import Membership, User
from fields.models import Field
from queues.models import Queue, QueueMember
from tests.conftest import Cast
from tests.factories import make_field, make_queue

from .expecting import expect

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def fields(cast: Cast) -> None:
    for name in ("Alpha", "Beta", "Gamma"):
        make_field(cast.project, name=name)


def asked() -> list[str]:
    rows = Queue.objects.get(name="Refunds").queue_fields.filter(retired_at=None)
    return [row.field.name for row in rows]


def shown(page: Page) -> Locator:
    """The names in the form beside, in order."""
    return page.locator("#form-preview .answer-name")


def choose(page: Page, *names: str) -> None:
    for name in names:
        box = page.locator("#field-picker li", has_text=name).get_by_role("checkbox")
        box.check()
        expect(page.get_by_label(f"Remove {name}")).to_be_attached()


def begin(page: Page, cast: Cast) -> None:
    page.goto(reverse("queues:queue-new", args=[cast.project.slug]))
    page.get_by_label("Name", exact=True).fill("Refunds")


def create(page: Page) -> None:
    page.get_by_role("button", name="Create queue").click()
    expect(page.get_by_role("heading", name="Refunds")).to_be_visible()


def test_fields_are_chosen_moved_and_removed_by_keyboard_and_the_form_follows(
    cast: Cast, someone: Any
) -> None:
    page = someone(cast.manager).page
    begin(page, cast)
    page.locator("#field-picker li").first.get_by_role("checkbox").focus()
    for name in ("Alpha", "Beta", "Gamma"):
        page.keyboard.press("Space")
        expect(page.get_by_label(f"Remove {name}")).to_be_visible()
        page.keyboard.press("Tab")
    expect(shown(page)).to_have_text(["Alpha", "Beta", "Gamma"])
    expect(page.get_by_label("Place of Gamma")).to_be_hidden()
    up = page.get_by_label("Move Gamma up")
    up.focus()
    page.keyboard.press("Enter")
    expect(shown(page)).to_have_text(["Alpha", "Gamma", "Beta"])
    expect(up).to_be_focused()
    page.keyboard.press("Alt+ArrowUp")
    expect(shown(page)).to_have_text(["Gamma", "Alpha", "Beta"])
    expect(page.locator("[data-asked-said]")).to_have_text("Gamma: place 1 of 3")
    page.get_by_label("Remove Alpha").focus()
    page.keyboard.press("Enter")
    expect(shown(page)).to_have_text(["Gamma", "Beta"])
    expect(page.get_by_label("Remove Beta")).to_be_focused()
    page.get_by_label("Required: Beta").uncheck()
    expect(page.locator("#form-preview .answer[data-required]")).to_have_count(1)
    create(page)
    assert asked() == ["Gamma", "Beta"]


def test_a_row_is_dragged_to_its_place(cast: Cast, someone: Any) -> None:
    page = someone(cast.manager).page
    begin(page, cast)
    choose(page, "Alpha", "Beta", "Gamma")
    grip = page.locator("[data-asked-grip]").nth(2)
    to = page.locator("[data-asked-row]").first.bounding_box()
    assert to
    grip.hover()
    page.mouse.down()
    page.mouse.move(to["x"] + 8, to["y"] + 4, steps=4)
    page.mouse.up()
    expect(shown(page)).to_have_text(["Gamma", "Alpha", "Beta"])
    create(page)
    assert asked() == ["Gamma", "Alpha", "Beta"]


def test_fields_are_ordered_by_numbers_without_a_script(cast: Cast, someone: Any) -> None:
    page = someone(cast.manager, java_script_enabled=False).page
    begin(page, cast)
    for name in ("Alpha", "Gamma"):
        page.locator("#field-picker li", has_text=name).get_by_role("checkbox").check()
    create(page)
    page.goto(reverse("queues:queue-settings", args=[cast.project.slug, Queue.objects.get().pk]))
    page.get_by_label("Place of Alpha").fill("2")
    page.get_by_label("Place of Gamma").fill("1")
    page.get_by_role("button", name="Save settings").click()
    expect(shown(page)).to_have_text(["Gamma", "Alpha"])
    assert asked() == ["Gamma", "Alpha"]


def test_a_field_is_created_in_place_and_nothing_that_was_typed_is_lost(
    cast: Cast, someone: Any
) -> None:
    page = someone(cast.manager).page
    begin(page, cast)
    page.get_by_role("textbox", name="Guidelines").fill("Be fair.")
    choose(page, "Beta")
    page.get_by_role("link", name="New field").click()
    dialog = page.get_by_role("dialog", name="New field")
    dialog.get_by_role("button", name="Create field").click()
    expect(dialog.get_by_text("Give the field a name.")).to_be_visible()
    dialog.get_by_label("Name", exact=True).fill("Is it kind?")
    dialog.get_by_role("button", name="Create field").click()
    expect(dialog).to_be_hidden()
    expect(shown(page)).to_have_text(["Beta", "Is it kind?"])
    expect(page.locator("#id_name")).to_have_value("Refunds")
    create(page)
    queue = Queue.objects.get()
    assert queue.guidelines == "Be fair."
    assert asked() == ["Beta", "Is it kind?"]


def test_a_refused_form_keeps_what_was_chosen(cast: Cast, someone: Any) -> None:
    make_queue(cast.project, name="Refunds", active=False)
    page = someone(cast.manager).page
    begin(page, cast)
    choose(page, "Gamma", "Alpha")
    page.get_by_label("Note allowed: Gamma").check()
    page.locator("#people").get_by_label(cast.annotator.name).check()
    page.get_by_role("button", name="Create queue").click()
    name = page.get_by_label("Name", exact=True)
    expect(page.get_by_text("There is a queue named Refunds")).to_be_visible()
    expect(name).to_be_focused()
    expect(shown(page)).to_have_text(["Gamma", "Alpha"])
    expect(page.get_by_label("Note allowed: Gamma")).to_be_checked()
    expect(page.locator("#people").get_by_label(cast.annotator.name)).to_be_checked()


def test_another_button_asks_before_it_drops_what_was_typed(cast: Cast, someone: Any) -> None:
    queue = make_queue(cast.project, name="Refunds")
    page = someone(cast.manager).page
    page.goto(reverse("queues:queue-settings", args=[cast.project.slug, queue.pk]))
    page.get_by_label("Name", exact=True).fill("Renamed")
    heard: list[str] = []

    def stay(dialog: Dialog) -> None:
        heard.append(dialog.type)
        dialog.dismiss()

    page.on("dialog", stay)
    page.locator("#status").get_by_role("button", name="Pause").click()
    expect(page.get_by_label("Name", exact=True)).to_have_value("Renamed")
    page.wait_for_function("() => true")
    assert heard == ["beforeunload"]
    page.get_by_role("button", name="Save settings").click()
    expect(page.get_by_role("heading", name="Renamed")).to_be_visible()
    queue.refresh_from_db()
    assert (queue.name, queue.status) == ("Renamed", "active")
    assert heard == ["beforeunload"]


def test_guidelines_are_read_as_annotators_will_and_the_fold_says_what_is_set(
    cast: Cast, someone: Any
) -> None:
    page = someone(cast.manager).page
    begin(page, cast)
    page.get_by_role("textbox", name="Guidelines").fill("Be **fair**.")
    page.get_by_role("button", name="Preview").click()
    expect(page.locator("#guidelines-preview strong")).to_have_text("fair")
    page.get_by_role("button", name="Write", exact=True).click()
    expect(page.get_by_role("textbox", name="Guidelines")).to_have_value("Be **fair**.")
    words = page.locator("#more-words")
    expect(words).to_have_text(
        "1 annotation each · 60 min · manual · no review · model name hidden"
    )
    page.locator("#more > summary").click()
    page.get_by_label("Annotations for each item").fill("2")
    page.get_by_label("Items need a review").check()
    expect(words).to_have_text(
        "2 annotations each · 60 min · manual · reviewed · model name hidden"
    )


def test_a_long_list_has_a_filter_and_stays_short(cast: Cast, someone: Any) -> None:
    for number in range(60):
        make_field(cast.project, name=f"Field {number:02}")
    page = someone(cast.manager).page
    begin(page, cast)
    box = page.locator("#field-picker .picker-list").bounding_box()
    assert box
    assert box["height"] < 260
    page.get_by_label("Filter the fields by name").fill("field 4")
    expect(page.locator("#field-picker li:visible")).to_have_count(10)
    page.get_by_label("Filter the fields by name").press("Enter")
    expect(shown(page)).to_have_text(["Field 40"])
    page.get_by_label("Filter the fields by name").fill("nothing like it")
    expect(page.get_by_text("No field matches.")).to_be_visible()


def many_people(cast: Cast, queue: Queue) -> None:
    people = [User(email=f"p{n}@example.org", name=f"Person {n:03}") for n in range(500)]
    User.objects.bulk_create(people)
    Membership.objects.bulk_create(Membership(project=cast.project, user=one) for one in people)
    QueueMember.objects.bulk_create(
        QueueMember(queue=queue, user=one, order=place, can_annotate=True)
        for place, one in enumerate(people)
    )


def test_pages_of_a_queue_stay_short_with_500_people(cast: Cast, someone: Any) -> None:
    fields = list(Field.objects.all())
    queue = make_queue(cast.project, name="Refunds", fields=fields, items=1)
    many_people(cast, queue)
    page = someone(cast.manager).page
    settings = reverse("queues:queue-settings", args=[cast.project.slug, queue.pk])
    for path in (settings, reverse("queues:queue-new", args=[cast.project.slug])):
        page.goto(path)
        assert page.evaluate("document.documentElement.scrollHeight") < 1200, path
    page.get_by_label("Filter the people by name or e-mail").fill("person 49")
    expect(page.locator("#people li:visible")).to_have_count(10)
    page.goto(reverse("queues:queue-people", args=[cast.project.slug, queue.pk]))
    expect(page.locator("tbody tr")).to_have_count(50)
    page.get_by_label("Search by name or e-mail").fill("person 499")
    page.keyboard.press("Enter")
    expect(page.locator("tbody tr")).to_have_count(1)
    page.goto(reverse("queues:queue-progress", args=[cast.project.slug, queue.pk]))
    assert page.evaluate("document.documentElement.scrollHeight") < 4000
    page.get_by_role("navigation", name="Pages of annotators").get_by_role("link").click()
    expect(page.get_by_text("51–100 of 500")).to_be_visible()
