"""The pages of queues with their scripts, and the forms without any."""

from typing import Any

import pytest
from django.urls import reverse

from tests.conftest import Cast
from tests.factories import make_queue, make_trace

from .expecting import expect

pytestmark = pytest.mark.django_db(transaction=True)


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
