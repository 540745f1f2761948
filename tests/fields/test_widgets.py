"""What the control of an answer shows, and what it posts while untouched."""

import re
from collections.abc import Sequence
from typing import Any

import pytest
from django.template.loader import render_to_string
from django.utils.html import escape

from fields.kinds import Settings, clean_settings
from fields.kinds.controls import Choice, Choices
from fields.kinds.numbers import NumberBox
from fields.kinds.ranking import Places
from fields.models import Field
from fields.validation import ABSENT, from_form, to_form
from fields.widgets import AnswerWidget, answer_widget
from tests.fields.samples import EVERY, SAMPLES

VALUES: dict[str, list[Any]] = {
    "boolean": [False, True],
    "thumbs": ["down"],
    "integer": [0, -3],
    "number": [0, 0.3],
    "rating": [1, 5],
    "date": ["2026-12-31", "0001-01-01"],
    "category": ["fair"],
    "categories": [["good", "poor"]],
    "ranking": [["poor", "good", "fair"]],
    "text": ["<b>&", "\nfirst line empty"],
}


def make(kind: str, settings: Settings, **more: Any) -> Field:
    return Field(name="Tone", kind=kind, settings=settings, **more)


def widget(kind: str, given: dict[str, Any] | None = None, **more: Any) -> AnswerWidget:
    return answer_widget(make(kind, clean_settings(kind, given or {})), **more)


def choices(shown: AnswerWidget) -> Sequence[Choice]:
    assert isinstance(shown.control, Choices)
    return shown.control.choices


def is_list(shown: AnswerWidget) -> bool:
    assert isinstance(shown.control, Choices)
    return shown.control.as_list


def html(shown: AnswerWidget) -> str:
    return render_to_string("fields/_answer.html", {"widget": shown})


def posted(source: str, name: str) -> list[str]:
    """What a browser without scripts would send under a name."""
    found = []
    for tag in re.findall(r"<input[^>]*>", source):
        if f'name="{name}"' not in tag:
            continue
        if re.search(r'type="(radio|checkbox)"', tag) and not re.search(r"\schecked", tag):
            continue
        value = re.search(r'value="([^"]*)"', tag)
        found.append(value[1] if value else "")
    for menu in re.findall(rf'<select name="{name}".*?</select>', source, re.S):
        found += re.findall(r'<option value="([^"]*)"\s+selected', menu)
    area = re.search(rf'<textarea[^>]*name="{name}"[^>]*>\n?(.*?)</textarea>', source, re.S)
    return [*found, area[1]] if area else found


@pytest.mark.parametrize(("kind", "settings"), EVERY)
def test_an_untouched_control_is_an_absence(kind: str, settings: Settings) -> None:
    shown = answer_widget(make(kind, settings))
    source = html(shown)
    assert from_form(kind, settings, posted(source, f"f-{shown.field_id}")) is ABSENT
    assert "data-answered" not in source
    assert shown.status == "Not answered"


@pytest.mark.parametrize(
    ("kind", "value"), [(kind, value) for kind, values in VALUES.items() for value in values]
)
def test_a_stored_answer_comes_back_as_it_was(kind: str, value: Any) -> None:
    settings = clean_settings(kind, {}) if kind in ("integer", "number") else SAMPLES[kind][0]
    shown = answer_widget(make(kind, settings), values=to_form(value))
    sent = posted(html(shown), f"f-{shown.field_id}")
    assert sent == [escape(text) for text in to_form(value)]
    assert (shown.answered, shown.status) == (True, "Answered")


def test_none_of_these_is_an_answer_where_nothing_need_be_chosen() -> None:
    settings = {"options": [{"label": "a"}, {"label": "b"}], "min_choices": 0}
    shown = widget("categories", settings, values=[""])
    assert [choice.label for choice in choices(shown) if choice.checked] == ["None of these"]
    assert shown.answered
    assert posted(html(shown), f"f-{shown.field_id}") == [""]
    assert not any(
        choice.alone for choice in choices(widget("categories", settings | {"min_choices": 1}))
    )


def test_digits_stand_at_the_first_nine_and_long_lists_stand_in_a_column() -> None:
    twelve = {"options": [{"label": f"Option {n}"} for n in range(12)]}
    shown = widget("category", twelve)
    assert [choice.key for choice in choices(shown)] == [*"123456789", "", "", ""]
    assert is_list(shown)
    assert html(shown).count("<kbd") == 9
    few = {"options": [{"label": "a"}, {"label": "b"}]}
    assert not is_list(widget("category", few))
    few["options"][0]["description"] = "Said more"
    assert is_list(widget("category", few))


def test_a_ranking_shows_its_rows_in_order_and_each_place_its_option() -> None:
    options = {"options": [{"label": label} for label in "abc"]}
    shown = widget("ranking", options, values=["c", "", "a"]).control
    assert isinstance(shown, Places)
    assert [row.value for row in shown.rows] == ["c", "a", "b"]
    assert [chosen for chosen, _ in shown.menus] == ["c", "", "a"]
    untouched = widget("ranking", options)
    assert isinstance(untouched.control, Places)
    assert [row.value for row in untouched.control.rows] == ["a", "b", "c"]
    assert posted(html(untouched), f"f-{untouched.field_id}") == ["", "", ""]


@pytest.mark.parametrize("values", [["z", "z"], ["a", "a", "a"], ["", "b"] * 9, ["<"]])
def test_a_ranking_is_whole_whatever_a_draft_holds(values: list[str]) -> None:
    options = {"options": [{"label": label} for label in "abc"]}
    shown = widget("ranking", options, values=values).control
    assert isinstance(shown, Places)
    assert sorted(row.value for row in shown.rows) == ["a", "b", "c"]
    assert len(shown.menus) == 3


def test_a_slider_itself_posts_nothing_and_has_steps_to_hold() -> None:
    settings = {"min": 0, "max": 30, "widget": "slider"}
    shown = widget("number", settings)
    source = html(shown)
    slider = re.search(r'<input type="range"[^>]*>', source)
    assert slider
    assert "name=" not in slider[0]
    assert "data-empty" in slider[0]
    assert 'step="0.1"' in slider[0]
    assert "data-empty" not in html(
        widget("number", {"min": 0, "max": 30, "widget": "slider"}, values=["0"])
    )


@pytest.mark.parametrize(
    ("kind", "given", "mode"),
    [
        ("integer", {"min": 0}, "numeric"),
        ("number", {"min": 0}, "decimal"),
        ("integer", {}, "text"),
        ("number", {"min": -1}, "text"),
    ],
)
def test_a_phone_offers_keys_with_which_the_number_can_be_typed(
    kind: str, given: dict[str, Any], mode: str
) -> None:
    box = widget(kind, given).control
    assert isinstance(box, NumberBox)
    assert box.inputmode == mode


@pytest.mark.parametrize(
    ("kind", "given", "hint"),
    [
        ("categories", {}, "All that apply."),
        ("categories", {"min_choices": 2}, "All that apply, 2 at least."),
        ("categories", {"min_choices": 2, "max_choices": 2}, "Choose 2."),
        ("categories", {"max_choices": 2}, "Choose 2 at most."),
        ("categories", {"min_choices": 2, "max_choices": 3}, "Choose 2 to 3."),
        ("date", {}, ""),
        ("date", {"min": "2026-01-01"}, "1 Jan 2026 or later."),
        ("date", {"max": "2026-01-31"}, "31 Jan 2026 or earlier."),
        ("date", {"min": "2026-01-01", "max": "2026-01-31"}, "1 Jan 2026 to 31 Jan 2026."),
        ("text", {"max_length": 80}, "80 characters at most."),
        ("text", {"min_length": 5, "max_length": 80}, "5 to 80 characters."),
        ("text", {}, ""),
    ],
)
def test_rules_are_told_before_the_answer(kind: str, given: dict[str, Any], hint: str) -> None:
    options = {"options": [{"label": label} for label in "abc"]} if kind == "categories" else {}
    assert widget(kind, options | given).control.hint == hint


def test_an_error_is_tied_to_its_control() -> None:
    shown = widget("integer", values=["x"], error="“x” is not a number.")
    source = html(shown)
    assert shown.described_by == f"error-{shown.field_id}"
    assert f'aria-describedby="error-{shown.field_id}"' in source
    assert 'aria-invalid="true"' in source
    assert f'id="error-{shown.field_id}">“x” is not a number.<' in source
    assert "data-wrong" in source
    assert shown.status == "Needs a change"


def test_what_was_never_answered_needs_an_answer_and_no_change() -> None:
    assert widget("integer", error="This needs an answer.").status == "Needs an answer"


def test_a_note_is_offered_only_where_allowed_and_open_when_written() -> None:
    shown = widget("thumbs", allow_note=True, note="So & so")
    assert posted(html(shown), f"n-{shown.field_id}") == ["So &amp; so"]
    assert re.search(r'<details class="answer-note"\s+open>', html(shown))
    assert not re.search(r"\sopen>", html(widget("thumbs", allow_note=True)))
    assert "n-" + shown.field_id not in html(widget("thumbs", note="So"))


def test_a_long_description_is_folded_and_not_read_out() -> None:
    settings = clean_settings("thumbs", {})
    short = answer_widget(make("thumbs", settings, description="x", description_html="<p>x"))
    long = answer_widget(make("thumbs", settings, description="x" * 200, description_html="<p>x"))
    assert (short.folded, short.described_by) == (False, f"help-{short.field_id}")
    assert (long.folded, long.described_by) == (True, "")
    assert "<details" in html(long)


def test_labels_of_people_are_shown_as_text() -> None:
    label = "<script>alert(1)</script>\"'"
    options = {"options": [{"label": label, "description": label}, {"label": "b"}]}
    for kind in ("category", "categories", "ranking"):
        source = html(widget(kind, options))
        assert "<script" not in source
        assert source.count("&lt;script&gt;") >= 2
    named = answer_widget(
        Field(name=label, kind="text", settings=clean_settings("text", {"placeholder": label}))
    )
    assert "<script" not in html(named)
