import json
from typing import Any

import pytest
from hypothesis import given

from tests.traces.hostile import VALUES, json_values, nested
from traces.ingest.cleaning import DECODER, MAX_DEPTH, InputRefused, clean_json


def assert_storable(value: Any) -> None:
    text = json.dumps(value, ensure_ascii=False, allow_nan=False)
    assert "\\u0000" not in text
    text.encode()  # a lone surrogate cannot be encoded


@given(json_values())
def test_whatever_json_holds_is_storable_once_cleaned(value: Any) -> None:
    cleaned, changed = clean_json(value)
    assert_storable(cleaned)
    assert clean_json(cleaned) == (cleaned, False)
    assert changed or cleaned == value


@pytest.mark.parametrize("value", VALUES, ids=repr)
def test_the_hostile_corpus_is_storable_once_cleaned(value: Any) -> None:
    assert_storable(clean_json(value)[0])


def test_nul_and_lone_surrogates_are_replaced_in_values_and_keys() -> None:
    value = DECODER.decode('{"a\\u0000": ["x\\ud800y", "\\ud83d\\ude00"]}')
    assert clean_json(value) == ({"a\ufffd": ["x\ufffdy", "😀"]}, True)


def test_numbers_that_are_no_numbers_become_null() -> None:
    value = DECODER.decode("[NaN, Infinity, -Infinity, 1e400, 1e308]")
    assert clean_json(value) == ([None, None, None, None, 1e308], True)


def test_zero_false_and_empty_text_survive() -> None:
    value = {"zero": 0, "false": False, "empty": "", "minus": -0.5, "none": None}
    cleaned, changed = clean_json(value)
    assert cleaned == value
    assert cleaned["false"] is False
    assert not changed


def test_a_string_of_five_megabytes_is_kept_whole() -> None:
    text = "é" * 5_000_000
    assert clean_json({"text": text}) == ({"text": text}, False)


def test_depth_is_refused_beyond_the_limit_only() -> None:
    assert clean_json(nested(MAX_DEPTH)) == (nested(MAX_DEPTH), False)
    with pytest.raises(InputRefused, match="64 levels"):
        clean_json(nested(MAX_DEPTH + 1))


@pytest.mark.parametrize("sign", ["", "-"])
def test_integers_are_refused_beyond_a_thousand_digits_only(sign: str) -> None:
    fits = DECODER.decode(sign + "9" * 1000)
    assert clean_json(fits) == (fits, False)
    with pytest.raises(InputRefused, match="1,000 digits"):
        clean_json(DECODER.decode(sign + "9" * 1001))
    with pytest.raises(InputRefused, match="1,000 digits"):
        clean_json([DECODER.decode(sign + "9" * 5000)])
    with pytest.raises(InputRefused, match="1,000 digits"):
        clean_json(int(sign + "1") * 10**5000)
