"""The small parts of docs/look.md: what they say, in words and shapes."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from django.conf import settings
from django.template import Context, Template, TemplateDoesNotExist
from django.urls import NoReverseMatch

from annotate_site.richtext import render_guidelines
from annotate_site.templatetags import ui

DRAWINGS: list[Path] = sorted((settings.BASE_DIR / "templates/icons").glob("*.svg"))
NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


def render(source: str, **context: object) -> str:
    return Template("{% load ui richtext %}" + source).render(Context(context))


@pytest.mark.parametrize("status", ui.STATES)
def test_every_state_has_a_shape_and_a_word(status: str) -> None:
    html = render("{% state s %}", s=status)
    assert f"<span>{ui.STATES[status].word}</span>" in html
    assert html.count("<svg") == 1


def test_item_states_differ_in_shape_not_only_in_colour() -> None:
    items = ("pending", "in_progress", "skipped", "pending_review", "completed")
    queues = ("draft", "active", "paused", "completed", "archived")
    for group in (items, queues):
        assert len({ui.STATES[status].glyph for status in group}) == 5


def test_an_unknown_state_shows_its_own_name_escaped() -> None:
    html = render("{% state s %}", s="odd_<b>")
    assert "<span>Odd &lt;b&gt;</span>" in html
    assert "<b>" not in html


def test_a_state_can_carry_a_closer_word() -> None:
    assert "<span>1 of 2</span>" in render("{% state 'pending' '1 of 2' %}")


def test_an_unknown_icon_is_refused() -> None:
    with pytest.raises(TemplateDoesNotExist):
        render("{% icon 'no-such' %}")


@pytest.mark.parametrize("drawing", DRAWINGS, ids=lambda path: path.stem)
def test_every_drawing_is_hidden_from_screen_readers_and_takes_the_text_colour(
    drawing: Path,
) -> None:
    source = drawing.read_text()
    assert source.startswith('<svg class="icon" ')
    assert 'aria-hidden="true"' in source
    assert "fill=" not in source
    assert "stroke=" not in source


@pytest.mark.parametrize(
    ("ago", "words"),
    [
        (timedelta(seconds=3), "just now"),
        (timedelta(seconds=-3), "in a moment"),
        (timedelta(minutes=1), "1 minute ago"),
        (timedelta(minutes=59, seconds=59), "59 minutes ago"),
        (timedelta(hours=2), "2 hours ago"),
        (timedelta(minutes=-52), "in 52 minutes"),
        (timedelta(days=1), "1 day ago"),
        (timedelta(days=6, hours=23), "6 days ago"),
        (timedelta(days=10), "12 Nov"),
        (timedelta(days=400), "18 Oct 2025"),
        (timedelta(days=-60), "21 Jan 2027"),
    ],
)
def test_times_are_told_in_words(ago: timedelta, words: str) -> None:
    assert ui.time_in_words(NOW - ago, NOW) == words


def test_a_time_carries_its_absolute_form() -> None:
    html = render("{% when at %}", at=NOW)
    assert 'datetime="2026-11-22T12:00:00+00:00"' in html
    assert 'title="22 November 2026, 12:00 UTC"' in html


def test_no_time_is_told_in_the_words_given() -> None:
    assert render("{% when None %}") == "–"
    assert render("{% when None 'never' %}") == "never"


def test_progress_has_three_segments_and_names_its_denominator() -> None:
    html = render("{% progress 1000 250 125 2000 %}")
    assert '<rect class="done" x="0.00" width="50.00"' in html
    assert '<rect class="waiting" x="50.00" width="12.50"' in html
    assert '<rect class="going" x="62.50" width="6.25"' in html
    assert "1,000 of 2,000" in html
    assert "250 waiting for review, 125 in progress, of 2000" in html


def test_progress_of_nothing_is_an_empty_bar() -> None:
    html = render("{% progress 0 0 0 0 %}")
    assert "<rect" not in html
    assert "0 of 0" in html


def test_headings_of_guidelines_come_below_those_of_the_page() -> None:
    html = render_guidelines("# One\n\n## Two\n\n`<h1>`\n\n###### Six")
    shown = render("{{ t|stored_html }}", t=html)
    for heading in (
        '<h3 dir="auto">One</h3>',
        '<h4 dir="auto">Two</h4>',
        '<h6 dir="auto">Six</h6>',
    ):
        assert heading in shown
    assert "&lt;h1&gt;" in shown
    assert "<h1" not in shown


def test_stored_html_reaches_a_template_unescaped() -> None:
    assert render("{{ t|stored_html }}", t="<p>a</p>") == "<p>a</p>"


def test_a_path_is_what_url_says_and_a_wrong_one_is_refused() -> None:
    ids = {"queue": uuid4(), "item": uuid4()}
    for _ in range(2):  # the second one is remembered
        args = "'reviews:item-submit' 'support' queue item"
        assert render(f"{{% path {args} %}}", **ids) == render(f"{{% url {args} %}}", **ids)
    assert render("{% path 'home' %}") == "/"
    with pytest.raises(NoReverseMatch):
        render("{% path 'reviews:item-submit' 'support' %}")
    with pytest.raises(NoReverseMatch):
        render("{% path 'reviews:undo' 'support' queue %}", queue="")
