"""The controls of an answer with their script: what is untouched stays an absence."""

from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import Locator, Page

from fields.models import Field
from tests.conftest import Cast
from tests.factories import make_field

from .expecting import expect

pytestmark = pytest.mark.django_db(transaction=True)

SLIDER = {"min": 0, "max": 10, "step": 0.5, "widget": "slider"}


@pytest.fixture
def open_field(cast: Cast, someone: Any) -> Any:
    """Opens the page of a field, which shows its control; returns the page and the control."""

    def open_it(field: Field) -> tuple[Page, Locator]:
        page = someone(cast.manager).page
        page.goto(reverse("fields:field-detail", args=[cast.project.slug, field.pk]))
        return page, page.locator(".answer")

    return open_it


def told(answer: Locator) -> str:
    return answer.locator("[data-status]").inner_text()


def test_a_slider_fills_its_box_when_touched_and_not_before(cast: Cast, open_field: Any) -> None:
    page, answer = open_field(make_field(cast.project, "number", settings=SLIDER))
    slider, box = answer.locator("[type=range]"), answer.locator("[data-number]")
    expect(box).to_have_value("")
    assert told(answer) == "Not answered"
    slider.click()  # in its middle, where it stands: nothing moves, and yet it is an answer
    expect(box).to_have_value("5")
    assert told(answer) == "Answered"
    slider.press("ArrowRight")
    expect(box).to_have_value("5.5")
    box.fill("")
    expect(slider).to_have_attribute("data-empty", "")
    assert told(answer) == "Not answered"
    box.press_sequentially("2,5")
    expect(box).to_have_value("2.5")
    expect(slider).to_have_value("2.5")
    answer.get_by_role("button", name="Clear").click()
    expect(box).to_have_value("")
    assert page.evaluate("document.activeElement.type") == "range"


def test_a_chosen_answer_can_be_cleared(cast: Cast, open_field: Any) -> None:
    _, answer = open_field(make_field(cast.project, "rating"))
    clear = answer.get_by_role("button", name="Clear")
    expect(clear).to_be_hidden()
    answer.locator("[data-key='4']").check(force=True)
    assert told(answer) == "Answered"
    clear.click()
    expect(answer.locator(":checked")).to_have_count(0)
    expect(clear).to_be_hidden()
    assert told(answer) == "Not answered"
    expect(answer.locator("[data-key='1']")).to_be_focused()


def test_none_of_these_excludes_the_others(cast: Cast, open_field: Any) -> None:
    options = {"options": [{"label": "Tone"}, {"label": "Facts"}], "min_choices": 0}
    _, answer = open_field(make_field(cast.project, "categories", settings=options))
    count = answer.locator("[data-chosen]")
    answer.get_by_label("Tone").check()
    answer.get_by_label("Facts").check()
    expect(count).to_have_text("2 chosen")
    answer.get_by_label("None of these").check()
    expect(answer.locator(":checked")).to_have_count(1)
    expect(count).to_have_text("")
    assert told(answer) == "Answered"
    answer.get_by_label("Tone").check()
    expect(answer.get_by_label("None of these")).not_to_be_checked()


def test_a_field_is_made_with_the_preview_alive(cast: Cast, someone: Any) -> None:
    page = someone(cast.manager).page
    page.goto(reverse("fields:field-create", args=[cast.project.slug]))
    page.get_by_label("One choice").check()
    page.get_by_label("Name", exact=True).fill("Policy kept?")
    page.get_by_label("Label of option 1").fill("Follows policy")
    page.get_by_label("Label of option 2").fill("Breaks policy")
    page.get_by_label("Label of option 3").fill("Cannot tell")
    preview = page.locator("#field-preview")
    expect(preview.locator(".choice")).to_have_count(3)
    expect(preview.locator(".answer-name")).to_have_text("Policy kept?")
    expect(preview).to_contain_text("Cannot tell")
    page.get_by_role("button", name="Add an option").click()
    expect(page.get_by_label("Label of option 4")).to_be_focused()
    page.get_by_role("button", name="Move option 3 up").click()
    expect(page.get_by_label("Label of option 2")).to_have_value("Cannot tell")
    page.get_by_role("button", name="Try this answer").click()
    expect(preview.get_by_text("This needs an answer.")).to_be_visible()
    preview.get_by_label("Cannot tell").check()
    expect(preview.get_by_text("This needs an answer.")).to_have_count(0)
    page.get_by_role("button", name="Try this answer").click()
    expect(preview.get_by_text("Accepted: Cannot tell")).to_be_visible()
    page.get_by_label("Name", exact=True).press("Enter")
    assert not Field.objects.exists()
    page.get_by_role("button", name="Create field").click()
    expect(page.get_by_role("heading", name="Policy kept?")).to_be_visible()
    labels = [option["label"] for option in Field.objects.get().settings["options"]]
    assert labels == ["Follows policy", "Cannot tell", "Breaks policy"]


def test_a_field_is_made_without_scripts(cast: Cast, someone: Any) -> None:
    page = someone(cast.manager, java_script_enabled=False).page
    page.goto(reverse("fields:field-create", args=[cast.project.slug]))
    page.get_by_label("Name", exact=True).fill("Policy kept?")
    page.get_by_label("Several choices").check()
    page.get_by_role("button", name="Show the settings of this kind").click()
    page.get_by_label("Label of option 1").fill("Tone")
    page.get_by_role("button", name="Add an option").click()
    page.get_by_label("Label of option 4").fill("Facts")
    page.get_by_role("button", name="Remove option 2").click()
    page.get_by_role("button", name="Create field").click()
    expect(page.get_by_role("heading", name="Policy kept?")).to_be_visible()
    assert [o["label"] for o in Field.objects.get().settings["options"]] == ["Tone", "Facts"]


def test_archiving_asks_first(cast: Cast, someone: Any) -> None:
    field = make_field(cast.project)
    page = someone(cast.manager).page
    page.goto(reverse("fields:field-detail", args=[cast.project.slug, field.pk]))
    page.once("dialog", lambda dialog: dialog.dismiss())
    page.get_by_role("button", name="Archive field").click()
    field.refresh_from_db()
    assert field.archived_at is None
    page.once("dialog", lambda dialog: dialog.accept())
    page.get_by_role("button", name="Archive field").click()
    expect(page.locator(".page-head [data-state=archived]")).to_be_visible()
