"""A scale of 2 to 10 steps: a whole number from 1 on."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from ..scalars import ValueRefused, whole
from ..scales import Scale
from .base import JSONValue, Kind, Schema, ValueOrAbsent
from .controls import Choice, Control, choice
from .numbers import read_number
from .settings import Settings, count_setting, line_setting


@dataclass(frozen=True, kw_only=True)
class Steps(Control):
    """`ends`: the labels of the lowest and the highest, where there is one."""

    template = "fields/kinds/rating.html"

    steps: Sequence[Choice]
    ends: tuple[str, str] | None


class Rating(Kind):
    name = "rating"
    label = "Rating"
    help = "A scale of 2 to 10 steps."
    scale = Scale.ORDINAL
    settings = (
        count_setting("stars", "Steps", 2, 10, 5, help="2 to 10."),
        line_setting("low_label", "Label of the lowest", 100),
        line_setting("high_label", "Label of the highest", 100),
    )

    def read(self, settings: Settings, posted: list[str]) -> ValueOrAbsent:
        return read_number(posted)

    def judge(self, settings: Settings, value: object) -> JSONValue:
        stars = whole(value)
        if not 1 <= stars <= settings["stars"]:
            raise ValueRefused(f"Give 1 to {settings['stars']}.")
        return stars

    def show(self, settings: Settings, value: Any) -> str:
        return f"{value} of {settings['stars']}"

    def summary(self, settings: Settings) -> list[str]:
        low, high = settings["low_label"], settings["high_label"]
        ends = f"{low} to {high}" if low and high else low or high
        return [f"1–{settings['stars']}", ends]

    def control(self, settings: Settings, posted: list[str]) -> Control:
        ends = settings["low_label"], settings["high_label"]
        return Steps(
            steps=[choice(n, str(n), str(n), posted) for n in range(1, settings["stars"] + 1)],
            ends=ends if any(ends) else None,
        )

    def possible_answers(self, settings: Settings) -> Sequence[JSONValue]:
        return range(1, settings["stars"] + 1)

    def schema(self, settings: Settings) -> Schema:
        return {"type": "integer", "minimum": 1, "maximum": settings["stars"]}
