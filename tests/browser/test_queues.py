"""The pages of queues with their scripts, and the forms without any."""

from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from queues.models import Queue
from tests.conftest import Cast
from tests.factories import make_field, make_queue, make_trace

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def fields(cast: Cast) -> None:
    for name in ("Alpha", "Beta", "Gamma"):
        make_field(cast.project, name=name)


def asked() -> list[str]:
    return [row.field.name for row in Queue.objects.get().queue_fields.all()]


def begin(page: Page, cast: Cast) -> None:
    page.goto(reverse("queues:queue-new", args=[cast.project.slug]))
    page.get_by_label("Name", exact=True).fill("Refunds")
    for name in ("Alpha", "Gamma"):
        page.get_by_label(f"Ask {name}").check()


def test_fields_move_by_buttons_and_guidelines_show_as_they_are_typed(
    cast: Cast, fields: None, someone: Any
) -> None:
    page = someone(cast.manager).page
    begin(page, cast)
    page.get_by_label("Guidelines").fill("Be **fair**.")
    expect(page.locator("#guidelines-preview strong")).to_have_text("fair")
    expect(page.get_by_label("Place of Gamma")).to_be_hidden()
    up = page.get_by_label("Move Gamma up")
    up.click()
    expect(up).to_be_focused()
    up.click()
    expect(up).to_be_hidden()
    page.get_by_role("button", name="Create queue").click()
    expect(page.get_by_role("heading", name="Refunds")).to_be_visible()
    assert asked() == ["Gamma", "Alpha"]


def test_fields_are_ordered_by_numbers_without_a_script(
    cast: Cast, fields: None, someone: Any
) -> None:
    page = someone(cast.manager, java_script_enabled=False).page
    begin(page, cast)
    page.get_by_label("Place of Alpha").fill("2")
    page.get_by_label("Place of Gamma").fill("1")
    page.get_by_role("button", name="Create queue").click()
    expect(page.get_by_role("heading", name="Refunds")).to_be_visible()
    assert asked() == ["Gamma", "Alpha"]


def test_the_preview_follows_what_annotators_are_to_see(cast: Cast, someone: Any) -> None:
    queue = make_queue(cast.project, hidden_extras=["scores"])
    inputs = {"question": "How many eggs?", "answer_key": "nine"}
    trace = make_trace(cast.project, inputs=inputs, model="gpt-x")
    page = someone(cast.manager).page
    page.goto(f"{reverse('queues:item-add', args=[cast.project.slug])}?trace={trace.pk}")
    preview = page.locator("#preview")
    expect(preview).to_contain_text("nine")
    page.get_by_role("checkbox", name="answer_key").uncheck()
    expect(preview).not_to_contain_text("nine")
    expect(preview).to_contain_text("How many eggs?")
    expect(preview).not_to_contain_text("gpt-x")
    page.get_by_label("Queue").select_option(str(queue.pk))
    expect(preview).to_contain_text("gpt-x")
    page.get_by_role("button", name="Add 1 trace").click()
    expect(page.get_by_text(f"1 trace added to {queue.name}.")).to_be_visible()
    assert queue.items.get().snapshot["inputs"] == {"question": "How many eggs?"}


@pytest.mark.parametrize("strategy", ["manual", "round_robin"])
def test_the_names_of_items_have_the_room_not_the_boxes_beside_them(
    cast: Cast, someone: Any, strategy: str
) -> None:
    queue = make_queue(cast.project, items=2, strategy=strategy)
    page = someone(cast.manager).page
    page.goto(reverse("queues:queue-detail", args=[cast.project.slug, queue.pk]))
    box = page.locator("tbody td.check").first.bounding_box()
    name = page.locator("tbody td.main").first.bounding_box()
    assert box
    assert name
    assert 10 * box["width"] < name["width"]


def test_a_key_is_half_ticked_where_a_part_of_it_is_left_out(cast: Cast, someone: Any) -> None:
    queue = make_queue(cast.project, name="Refunds")
    answer = {"text": "It is nine.", "is_correct": "no, it is ten"}
    trace = make_trace(cast.project, outputs={"model": answer})
    page = someone(cast.manager).page
    page.goto(f"{reverse('queues:item-add', args=[cast.project.slug])}?trace={trace.pk}")
    preview = page.locator("#preview")
    model = page.locator('[name="outputs"][value="model"]')
    key = page.locator('[name="outputs"][value="model.is_correct"]')
    with page.expect_response("**/add/**"):
        page.get_by_label("Queue", exact=True).select_option(label="Refunds")
    expect(model).to_be_checked()
    expect(key).to_be_checked()
    expect(preview).to_contain_text("no, it is ten")
    key.uncheck()
    expect(model).to_be_checked(indeterminate=True)
    expect(preview).not_to_contain_text("no, it is ten")
    expect(preview).to_contain_text("It is nine.")
    model.check()
    expect(key).to_be_checked()
    expect(preview).to_contain_text("no, it is ten")
    key.uncheck()
    expect(preview).not_to_contain_text("no, it is ten")
    page.get_by_role("button", name="Add 1 trace").click()
    expect(page.get_by_text("1 trace added to Refunds.")).to_be_visible()
    assert queue.items.get().snapshot["outputs"] == {"model": {"text": "It is nine."}}
