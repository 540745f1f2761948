import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.traces.hostile import AWKWARD_KEYS, json_objects, keys
from traces.ingest.cleaning import clean_json
from traces.paths import (
    MAX_KEYS_INSIDE,
    MAX_PATHS,
    PathInfo,
    find_paths,
    join_path,
    pick,
    split_path,
)

AWKWARD = {key: {inner: [key, inner] for inner in AWKWARD_KEYS} for key in AWKWARD_KEYS}


def paths_of(*values: dict[str, Any]) -> list[str]:
    return [info.path for info in find_paths(values)]


def written(value: Any) -> str:
    """Equal exactly when values and the order of their keys are."""
    return json.dumps(value)


@given(st.lists(keys | st.text(".\\a"), min_size=1))
def test_splitting_undoes_joining(parts: list[str]) -> None:
    assert split_path(join_path(parts)) == parts


@given(st.lists(keys, min_size=1), st.lists(keys, min_size=1))
def test_different_keys_have_different_paths(first: list[str], second: list[str]) -> None:
    assert (join_path(first) == join_path(second)) == (first == second)


@given(st.text(".\\ab"))
def test_any_path_splits_or_is_refused(path: str) -> None:
    try:
        parts = split_path(path)
    except ValueError:
        assert path.endswith("\\")
    else:
        assert split_path(join_path(parts)) == parts


def test_paths_are_keys_and_the_keys_inside_objects() -> None:
    assert paths_of({"messages": [{"role": "user"}], "a.b": {"c": {"d": 1}, "": 2}}) == [
        "messages",
        "a\\.b",
        "a\\.b.c",
        "a\\.b.",
    ]


def test_examples_and_counts_come_from_all_values() -> None:
    values: list[dict[str, Any]] = [
        {"q": "", "m": {"ok": 0}},
        {"q": "What?", "m": None},
        {"m": {"ok": 1, "why": "x " * 100}},
    ]
    assert find_paths(values) == [
        PathInfo("q", "What?", 2),
        PathInfo("m", '{"ok": 0}', 3),
        PathInfo("m.ok", "0", 2),
        PathInfo("m.why", ("x " * 39) + "x…", 1),
    ]


def test_tables_of_data_are_offered_whole_only_and_paths_are_bounded() -> None:
    assert len(paths_of({"a": {str(n): n for n in range(MAX_KEYS_INSIDE)}})) == 51
    assert paths_of({"a": {str(n): n for n in range(MAX_KEYS_INSIDE + 1)}}) == ["a"]
    assert paths_of(*({"a": {str(n): n}} for n in range(100))) == ["a"]
    assert len(paths_of({str(n): n for n in range(1000)})) == MAX_PATHS


@given(json_objects)
def test_picking_all_paths_is_the_value_itself(value: dict[str, Any]) -> None:
    clean = clean_json(value)[0]
    assert written(pick(clean, paths_of(clean))) == written(clean)


@given(json_objects, st.data())
def test_picking_keeps_exactly_what_was_chosen(value: dict[str, Any], data: st.DataObject) -> None:
    clean = clean_json(value)[0]
    chosen = [path for path in paths_of(clean) if data.draw(st.booleans())]
    picked = pick(clean, chosen)
    covered = {path for path in paths_of(clean) if split_path(path)[0] in map(_top, chosen)}
    assert set(chosen) <= set(paths_of(picked)) <= covered
    assert written(pick(picked, chosen)) == written(picked)


def _top(path: str) -> str:
    return split_path(path)[0]


@pytest.mark.parametrize("key", AWKWARD_KEYS)
@pytest.mark.parametrize("inner", AWKWARD_KEYS)
def test_awkward_keys_are_picked_alone(key: str, inner: str) -> None:
    assert pick(AWKWARD, [join_path([key, inner])]) == {key: {inner: [key, inner]}}
    assert pick(AWKWARD, [join_path([key])]) == {key: AWKWARD[key]}


def test_structure_and_order_of_the_value_are_kept() -> None:
    value = {"b": {"y": 1, "x": 2, "w": 3}, "a": 0, "c": None}
    assert written(pick(value, ["a", "b.x", "b.y"])) == '{"b": {"y": 1, "x": 2}, "a": 0}'
    assert written(pick(value, ["b.x", "b"])) == '{"b": {"y": 1, "x": 2, "w": 3}}'
    assert pick(value, ["c"]) == {"c": None}


def test_paths_that_lead_nowhere_add_nothing() -> None:
    assert pick({"a": {"b": 1}, "c": 2}, ["a.x", "c.d", "z", "a.b.c", ""]) == {}
    assert pick({"a": 1}, []) == {}


def test_a_malformed_path_is_refused() -> None:
    with pytest.raises(ValueError, match="single backslash"):
        pick({"a": 1}, ["a\\"])
