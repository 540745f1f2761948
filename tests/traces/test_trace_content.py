from decimal import Decimal

import pytest
from django.utils.html import strip_tags

from traces.reading.tree import json_tree
from traces.templatetags.trace_content import json_nodes
from traces.words import amount, duration

from .samples import MARKUP


@pytest.mark.parametrize(
    ("milliseconds", "words"),
    [
        (None, ""), (0, "0 ms"), (999, "999 ms"), (1000, "1.0 s"), (59_999, "59.9 s"),
        (61_500, "1 min 1 s"), (3_840_000, "1 h 4 min"),
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
    drawn = json_nodes(json_tree({"a": {"b": [1, "x"]}, "none": None, "empty": {}, "yes": True}))
    assert '<span class="json-key">a</span><span class="json-hint">1 key</span>' in drawn
    assert '<span class="json-hint">2 entries</span>' in drawn
    assert '<span class="json-number">1</span>' in drawn
    assert '<span class="json-null">null</span>' in drawn
    assert '<span class="json-bool">true</span>' in drawn
    assert "{ }" in drawn


def test_a_plain_value_is_one_row() -> None:
    assert strip_tags(json_nodes(json_tree(7))) == "7"


def test_paths_are_offered_where_asked_and_escaped() -> None:
    node = json_tree({"a.b": {'"><script>': 1}})
    assert "data-copy" not in json_nodes(node)
    drawn = json_nodes(node, True)
    assert 'data-copy="a\\.b"' in drawn
    assert 'data-copy="a\\.b.&quot;&gt;&lt;script&gt;"' in drawn
    assert "<script>" not in drawn


def test_what_is_left_out_is_told() -> None:
    drawn = json_nodes(json_tree(list(range(100)), max_nodes=11))
    assert "… 90 more, not shown here" in drawn


def test_keys_and_texts_of_a_tree_are_never_markup() -> None:
    assert "<script>" not in json_nodes(json_tree({MARKUP: [MARKUP, {MARKUP: MARKUP}]}), True)
