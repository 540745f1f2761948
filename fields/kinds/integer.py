"""A count: a whole number."""

from typing import Any

from ..scalars import whole
from ..scales import Scale
from .base import JSONValue, Kind, Schema, ValueOrAbsent
from .controls import Control
from .numbers import (
    UNIT,
    check_range,
    number_box,
    number_schema,
    range_in_words,
    read_number,
    refuse_outside,
    show_number,
)
from .settings import Input, Setting, Settings


class Integer(Kind):
    name = "integer"
    label = "Whole number"
    help = "A count."
    scale = Scale.INTERVAL
    settings = (
        Setting("min", "Smallest value", whole, None, Input.NUMBER, empty="None"),
        Setting("max", "Largest value", whole, None, Input.NUMBER, empty="None"),
        UNIT,
    )

    def check(self, settings: Settings) -> dict[str, str]:
        return check_range(settings)

    def read(self, settings: Settings, posted: list[str]) -> ValueOrAbsent:
        return read_number(posted)

    def judge(self, settings: Settings, value: object) -> JSONValue:
        number = whole(value)
        refuse_outside(settings, number)
        return number

    def show(self, settings: Settings, value: Any) -> str:
        return show_number(settings, value)

    def show_range(self, low: float, high: float) -> str:
        return f"{low:,.0f}" if high - low == 1 else f"{low:,.0f} to {high - 1:,.0f}"

    def summary(self, settings: Settings) -> list[str]:
        return [range_in_words(settings)]

    def control(self, settings: Settings, posted: list[str]) -> Control:
        return number_box(settings, posted, pad="numeric")

    def schema(self, settings: Settings) -> Schema:
        return number_schema(settings, "integer")
