"""The page of a new field: settings by kind, options as rows, the preview, refused input kept."""

import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from fields.kinds import KINDS
from fields.models import Field
from fields.previews import INPUT
from tests.conftest import Cast
from tests.factories import make_field
from tests.fields.pages import fill

LABELS = ["Good", "Bad"]


class Page:
    """A manager at the page of a new field."""

    def __init__(self, cast: Cast) -> None:
        self.browser = Client()
        self.browser.force_login(cast.manager)
        self.project = cast.project

    def post(self, name: str, form: dict[str, Any], target: str = "") -> Any:
        headers = {"HX-Request": "true", "HX-Target": target} if target else {}
        address = reverse(f"fields:{name}", args=[self.project.slug])
        return self.browser.post(address, form, headers=headers)

    def create(self, form: dict[str, Any]) -> Any:
        return self.post("field-create", form)

    def preview(self, form: dict[str, Any], target: str = "field-preview") -> Any:
        return self.post("field-preview", form, target)


@pytest.fixture
def page(cast: Cast) -> Page:
    return Page(cast)


def text(response: Any) -> str:
    return str(response.content.decode())


FILLED: list[tuple[str, dict[str, Any], dict[str, Any]]] = [
    ("boolean", {"true_label": "", "false_label": "Nope"}, {"true_label": "Yes"}),
    ("thumbs", {}, {}),
    ("integer", {"min": "-3", "max": "", "unit": "errors"}, {"min": -3, "max": None}),
    (
        "number",
        {"min": "0", "max": "1.5", "step": ".1", "widget": "slider"},
        {"max": 1.5, "step": 0.1, "widget": "slider"},
    ),
    ("rating", {"stars": "", "high_label": "warm"}, {"stars": 5, "high_label": "warm"}),
    ("text", {"min_length": "2", "max_length": ""}, {"max_length": 10_000, "multiline": False}),
    ("text", {"multiline": "on"}, {"multiline": True}),
]


@pytest.mark.parametrize("kind", [*KINDS, "hologram"])
def test_the_address_chooses_the_kind_before_anything_is_typed(page: Page, kind: str) -> None:
    address = reverse("fields:field-create", args=[page.project.slug])
    shown = page.browser.get(address, {"kind": kind})
    assert shown.context["form"].chosen.name == (kind if kind in KINDS else "boolean")
    assert not shown.context["form"].errors


@pytest.mark.parametrize(("kind", "typed", "stored"), FILLED)
def test_settings_typed_as_text_are_stored_as_what_they_are(
    page: Page, kind: str, typed: dict[str, Any], stored: dict[str, Any]
) -> None:
    assert page.create(fill(kind, **typed)).status_code == 302
    settings = Field.objects.get().settings
    assert {key: settings[key] for key in stored} == stored


def test_options_are_stored_in_order_without_the_empty_rows(page: Page) -> None:
    form = fill("categories", options=["", "Good", " ", "Bad"], min_choices="0", max_choices="")
    form |= {"option-value": ["", "", "", "b"], "option-color": ["red", "", "", "teal"]}
    assert page.create(form).status_code == 302
    settings = Field.objects.get().settings
    options = [(o["value"], o["label"], o["color"]) for o in settings["options"]]
    assert options == [("good", "Good", ""), ("b", "Bad", "teal")]
    assert (settings["min_choices"], settings["max_choices"]) == (0, None)


REFUSED: list[tuple[dict[str, Any], str]] = [
    (fill("thumbs", name=" "), "Give the field a name."),
    (fill("rating", stars="11"), "Give a whole number from 2 to 10."),
    (fill("rating", stars="many"), "“many” is not a number."),
    (fill("number", min="5", max="1"), "The largest value, 1, is below the smallest, 5."),
    (fill("number", widget="slider"), "A slider needs a smallest value."),
    (fill("category", options=["Good", ""]), "Give 2 to 50 options, not 1."),
    (fill("category", options=["Good", "GOOD"]), "Options 1 and 2 have the same label “GOOD”."),
    (fill("essay"), "There is no such kind: choose one of these."),
]


@pytest.mark.parametrize(("form", "sentence"), REFUSED)
def test_refused_input_says_why_and_stays_as_it_was_typed(
    page: Page, form: dict[str, Any], sentence: str
) -> None:
    response = page.create(form | {"description": "Kept & typed"})
    assert response.status_code == 422
    assert sentence in text(response)
    assert "Kept &amp; typed" in text(response)
    for typed in form.get("option-label", []):
        assert f'value="{typed}"' in text(response)
    assert not Field.objects.exists()


def test_a_taken_name_is_told_and_everything_typed_is_kept(page: Page, cast: Cast) -> None:
    make_field(cast.project, name="Policy")
    form = fill("category", name="policy", description="As *written*", options=["Good", "Bad"])
    response = page.create(form)
    assert response.status_code == 422
    assert "This project has a field named “policy” already." in text(response)
    for typed in ('value="policy"', "As *written*", 'value="Good"', 'value="Bad"'):
        assert typed in text(response)
    assert Field.objects.count() == 1


def test_a_kind_whose_settings_were_not_seen_is_not_created(page: Page) -> None:
    form = fill("rating", seen="boolean")
    response = page.create(form)
    assert response.status_code == 422
    assert "The settings of “Rating” are shown now: check them first." in text(response)
    assert 'name="stars"' in text(response)
    assert not Field.objects.exists()
    assert page.create(fill("rating", stars="5")).status_code == 302


@pytest.mark.parametrize("kind", KINDS)
def test_another_kind_brings_its_own_settings_and_its_preview(page: Page, kind: str) -> None:
    response = page.preview(fill(kind, seen="boolean"), "field-settings")
    shown = text(response)
    form = response.context["form"]
    assert response.status_code == 200
    assert f'name="settings_for" value="{kind}"' in shown
    assert {field.name for field in form.setting_fields} <= set(form.fields)
    assert ('name="option-label"' in shown) is (
        "options" in {one.key for one in KINDS[kind].settings}
    )
    assert 'hx-swap-oob="true"' in shown
    assert "errorlist" not in shown
    assert "<html" not in shown


def test_what_two_kinds_share_is_carried_over(page: Page) -> None:
    form = fill("categories", seen="category", options=LABELS)
    assert 'value="Good"' in text(page.preview(form, "field-settings"))
    form = fill("number", seen="integer", min="-2", unit="errors")
    shown = text(page.preview(form, "field-settings"))
    assert 'value="-2"' in shown
    assert 'value="errors"' in shown


def test_a_bound_of_another_sort_is_not_carried_over(page: Page) -> None:
    """The smallest value and the earliest date are both called `min`."""
    form = fill("date", seen="integer", min="-2")
    assert page.preview(form, "field-settings").context["form"]["min"].value() is None
    form = fill("integer", seen="date", max="2026-12-31")
    assert page.preview(form, "field-settings").context["form"]["max"].value() is None


@pytest.mark.parametrize(
    ("edit", "labels"),
    [
        ("add", ["a", "b", "c", ""]),
        ("drop-1", ["a", "c", ""]),
        ("raise-2", ["a", "c", "b"]),
        ("raise-0", ["a", "b", "c"]),
        ("drop-9", ["a", "b", "c"]),
        ("drop-٣", ["a", "b", "c"]),
        ("nonsense", ["a", "b", "c"]),
    ],
)
def test_rows_are_added_dropped_and_raised(page: Page, edit: str, labels: list[str]) -> None:
    form = fill("category", options=["a", "b", "c"]) | {"row": edit}
    for target in ("field-settings", ""):
        response = page.preview(form, target)
        assert [row["label"] for row in response.context["rows"]] == labels
        assert ("<html" in text(response)) is not bool(target)


def test_the_preview_is_the_control_with_the_description_rendered(page: Page) -> None:
    form = fill("category", name="Policy?", description="See **rules**", options=LABELS)
    shown = text(page.preview(form))
    assert "Policy?" in shown
    assert "<strong>rules</strong>" in shown
    assert 'value="good"' in shown
    assert "<html" not in shown
    assert not Field.objects.exists()


TRIED: list[tuple[dict[str, Any], list[str], str]] = [
    (fill("integer", min="0", max="5"), ["9"], "Give 5 or less; 9 is too large."),
    (fill("integer", min="0", max="5"), ["x"], "“x” is not a number."),
    (fill("integer", min="0", max="5"), ["0"], "Accepted: 0"),
    (fill("number", min="0", max="1", step="0.1"), ["0.25"], "0.25 is between two steps"),
    (fill("rating", stars="5"), ["4"], "Accepted: 4 of 5"),
    (fill("thumbs"), [], "This needs an answer."),
    (fill("boolean", true_label="Safe"), ["false"], "Accepted: No"),
    (fill("text", min_length="3"), ["ab"], "Write 3 characters at least; there are 2."),
    (fill("date", min="2026-01-01"), ["2025-12-31"], "Give 1 Jan 2026 or later"),
    (fill("date", max="2026-12-31"), ["2026-12-31"], "Accepted: 31 Dec 2026"),
    (fill("date"), ["tomorrow"], "“tomorrow” is not a date"),
    (fill("categories", options=LABELS, max_choices="1"), ["good", "bad"], "Choose 1 at most"),
    (fill("ranking", options=LABELS), ["bad", "good"], "Accepted: 1. Bad, 2. Good"),
    (fill("ranking", options=LABELS), ["bad", ""], "Put all 2 options in order; 1 placed."),
    (fill("ranking", options=LABELS), ["", ""], "This needs an answer."),
    (fill("categories", options=LABELS, min_choices="0"), [""], "Accepted: None of these"),
]


@pytest.mark.parametrize(("form", "answer", "sentence"), TRIED)
def test_an_answer_tried_on_the_preview_is_judged(
    page: Page, form: dict[str, Any], answer: list[str], sentence: str
) -> None:
    shown = text(page.preview(form | {INPUT: answer, "try": "1"}))
    assert sentence in shown
    assert ("answer-error" in shown) is not sentence.startswith("Accepted")


def test_an_untouched_preview_shows_no_error(page: Page) -> None:
    assert "answer-error" not in text(page.preview(fill("thumbs")))


def test_what_the_preview_still_lacks_is_named(page: Page) -> None:
    shown = text(page.preview(fill("category", options=["Good"])))
    assert "Give 2 to 50 options, not 1." in shown
    assert "answer-head" not in shown


def test_a_name_over_its_limit_is_refused_and_never_cut(page: Page) -> None:
    """No `maxlength` in the page either: a browser would cut what is pasted, without a word."""
    refused = text(page.create(fill("boolean") | {"name": "n" * 101}))
    assert "at most 100 characters (it has 101)" in refused
    assert "n" * 101 in refused
    assert not Field.objects.exists()
    for name in ("name", "description"):
        (box,) = re.findall(rf'<(?:input|textarea)[^>]*\bname="{name}"[^>]*>', refused)
        assert "maxlength" not in box
