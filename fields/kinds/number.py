"""A measure: a finite number on the grid of its steps, typed or by a slider."""

import math
from dataclasses import replace
from typing import Any, Final

from ..scalars import ValueRefused, finite, snap
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
from .settings import Input, Setting, Settings, above_zero, menu_setting

SLIDER: Final = "slider"


class Number(Kind):
    name = "number"
    label = "Number"
    help = "A measure, typed or by slider."
    scale = Scale.INTERVAL
    whole = False
    settings = (
        Setting("min", "Smallest value", finite, None, Input.NUMBER, empty="None"),
        Setting("max", "Largest value", finite, None, Input.NUMBER, empty="None"),
        Setting(
            "step",
            "Step",
            above_zero,
            None,
            Input.NUMBER,
            help="Counted from the smallest value.",
            empty="Any",
        ),
        UNIT,
        menu_setting("widget", "Asked by", [("input", "Input"), (SLIDER, "Slider")]),
    )

    def check(self, settings: Settings) -> dict[str, str]:
        errors = check_range(settings)
        if settings["widget"] == SLIDER:
            for key, word in (("min", "smallest"), ("max", "largest")):
                if settings[key] is None:
                    errors[key] = f"A slider needs a {word} value."
            if not errors and settings["min"] == settings["max"]:
                errors["max"] = "A slider needs a largest value above its smallest."
        return errors

    def read(self, settings: Settings, posted: list[str]) -> ValueOrAbsent:
        return read_number(posted)

    def judge(self, settings: Settings, value: object) -> JSONValue:
        number, step = finite(value), settings["step"]
        if step is not None and number != settings["max"]:
            origin = 0 if settings["min"] is None else settings["min"]
            point = snap(number, step=step, origin=origin)
            if point is None:
                refuse_outside(settings, number)
                raise ValueRefused(f"{number} is between two steps: count in {step} from {origin}.")
            number = point
        refuse_outside(settings, number)
        return finite(number)

    def show(self, settings: Settings, value: Any) -> str:
        return show_number(settings, value)

    def summary(self, settings: Settings) -> list[str]:
        step = "" if settings["step"] is None else f"in steps of {settings['step']}"
        return [range_in_words(settings), step, SLIDER if settings["widget"] == SLIDER else ""]

    def control(self, settings: Settings, posted: list[str]) -> Control:
        box = number_box(settings, posted, pad="decimal")
        if settings["widget"] != SLIDER:
            return box
        least, most = settings["min"], settings["max"]
        step = settings["step"] or 10.0 ** (math.floor(math.log10(most - least)) - 2)
        return replace(
            box, slider=True, clearable=True, least=str(least), most=str(most), step=str(step)
        )

    def schema(self, settings: Settings) -> Schema:
        """The grid is said in words: `multipleOf` reckons in floats, by which 0.3 is no tenth."""
        schema, step = number_schema(settings, "number"), settings["step"]
        if step is not None:
            start = 0 if settings["min"] is None else settings["min"]
            schema["description"] = f"In steps of {step}, counted from {start}."
        return schema
