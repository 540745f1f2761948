"""Which inputs and outputs of a trace become inputs, outputs and expected of a row. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from traces.paths import find_paths, pick, split_path


class Column(StrEnum):
    INPUTS = "inputs"
    OUTPUTS = "outputs"
    EXPECTED = "expected"


SIDES = ("inputs", "outputs")
SAMPLE = 50  # sources whose inputs and outputs are looked at for paths
Sides = Mapping[str, dict[str, Any]]
"""{"inputs": ..., "outputs": ...} of a source."""
Chosen = dict[str, dict[str, str]]
"""{"inputs": {path: column, or "" to leave it out}, "outputs": ...}: a path as `traces.paths` has
it. What lies inside a path goes with it, unless it has a column of its own."""


def usual_columns(sample: Iterable[Sides]) -> Chosen:
    """On first sight inputs are inputs and outputs are outputs, each key whole."""
    seen = list(sample)
    found = {side: find_paths(one[side] for one in seen) for side in SIDES}
    return {
        side: {info.path: side for info in paths if len(split_path(info.path)) == 1}
        for side, paths in found.items()
    }


@dataclass(frozen=True)
class Mapped:
    inputs: dict[str, Any]
    outputs: dict[str, Any]
    expected: dict[str, Any]


def map_columns(sides: Sides, chosen: Chosen) -> Mapped:
    """`sides`: the inputs and outputs of a trace. Keys keep their order.

    Where both sides give one column the same key, the second is named `outputs.<key>`.
    """
    columns: dict[str, dict[str, Any]] = {column: {} for column in Column}
    for side in SIDES:
        for column, kept in columns.items():
            for key, value in _of_column(sides[side], chosen.get(side, {}), column).items():
                kept[f"{side}.{key}" if key in kept else key] = value
    return Mapped(**columns)


def _of_column(value: dict[str, Any], paths: dict[str, str], column: str) -> dict[str, Any]:
    mine = pick(value, [path for path, chosen in paths.items() if chosen == column])
    for path, chosen in paths.items():
        keys = split_path(path)
        if chosen != column and len(keys) > 1:
            mine = _without(mine, keys)
    return mine


def _without(value: dict[str, Any], keys: list[str]) -> dict[str, Any]:
    """A copy without what lies at the end of the keys."""
    key, *inside = keys
    if key not in value:
        return value
    if not inside:
        return {name: one for name, one in value.items() if name != key}
    found = value[key]
    if not isinstance(found, dict) or inside[0] not in found:
        return value
    left = _without(found, inside)
    return value | {key: left} if left else _without(value, [key])
