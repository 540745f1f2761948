from decimal import Decimal

import pytest
from django.utils.html import strip_tags

from traces.humanize import amount, duration
from traces.reading.budget import Budget
from traces.reading.tree import json_tree
from traces.templatetags.trace_content import json_tree as draw

from .samples import MARKUP


@pytest.mark.parametrize(
    ("milliseconds", "words"),
    [
        (None, ""), (0, "0 ms"), (999, "999 ms"), (1000, "1.0 s"), (59_999, "59.9 s"),
        (61_500, "1 min 1 s"), (3_840_000, "1 h 4 min"),
        (172_740_000, "47 h 59 min"), (703_740_000, "8 d 3 h"),
    ],
)  # fmt: skip
def test_a_length_of_time_in_words(milliseconds: int | None, words: str) -> None:
    assert duration(milliseconds) == words


@pytest.mark.parametrize(
    ("value", "text"), [(None, ""), ("0E-9", "0"), ("0.012500000", "0.0125"), ("10", "10")]
)
def test_an_amount_without_idle_zeros(value: str | None, text: str) -> None:
    assert amount(None if value is None else Decimal(value)) == text


def test_a_tree_shows_keys_values_and_sizes() -> None:
    drawn = draw(json_tree({"a": {"b": [1, "x"]}, "none": None, "empty": {}, "yes": True}))
    assert '<span class="json-key">a</span><span class="json-hint">1 key</span>' in drawn
    assert '<span class="json-hint">2 entries</span>' in drawn
    assert '<span class="json-number">1</span>' in drawn
    assert '<span class="json-null">null</span>' in drawn
    assert '<span class="json-boolean">true</span>' in drawn
    assert "{ }" in drawn


def test_a_plain_value_is_one_row() -> None:
    assert strip_tags(draw(json_tree(7))) == "7"


def test_a_key_that_paths_begin_with_is_escaped() -> None:
    assert "data-key" not in draw(json_tree({"a": 1}))
    drawn = draw(json_tree({'"><script>': 1}), '"><script>')
    assert 'data-key="&quot;&gt;&lt;script&gt;"' in drawn
    assert "<script>" not in drawn


def test_what_is_left_out_is_told() -> None:
    drawn = draw(json_tree(list(range(100)), max_nodes=11))
    assert "… 90 more, not shown here" in drawn
    assert "… 980,000 more characters, not shown here" in draw(Budget().tree(["x" * 1_000_000]))


def test_a_wide_object_folds_beyond_its_first_keys() -> None:
    drawn = draw(json_tree({f"k{n}": n for n in range(300)}))
    first, more = drawn.split('<details class="json-more"><summary>')
    assert first.count('class="json-row"') == 20
    assert more.startswith('<span class="json-hint">… 280 more</span></summary>')
    assert more.count('class="json-row"') == 280
    assert "json-more" not in draw(json_tree({f"k{n}": n for n in range(40)}))


def test_a_folded_branch_says_what_it_begins_with() -> None:
    drawn = draw(json_tree({"deep": {"order": {"id": 7, "lines": [1], "name": "Ada\nL"}}}))
    assert '<span class="json-peek">id: 7, name: Ada L</span>' in drawn


def test_keys_and_texts_of_a_tree_are_never_markup() -> None:
    assert "<script>" not in draw(json_tree({MARKUP: [MARKUP, {MARKUP: MARKUP}]}), MARKUP)
