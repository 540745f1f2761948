"""What the kinds whose answer is a number have in common. Pure."""

from dataclasses import dataclass
from typing import Any, Literal

from ..scalars import LARGEST, Number, ValueRefused, parse_number
from .base import ABSENT, Absent, Schema, one_of
from .controls import Control
from .settings import Settings, line_setting

UNIT = line_setting("unit", "Unit", 20, empty="None")


@dataclass(frozen=True, kw_only=True)
class NumberBox(Control):
    """A number box, and a slider beside it. `least` to `step` are set for a slider alone.

    The box is a text input: a number input posts nothing for "1O", and the typing would be lost.
    """

    template = "fields/kinds/number.html"
    has_box = True

    value: str
    unit: str
    range: str
    inputmode: str
    clearable: bool = False
    slider: bool = False
    least: str = ""
    most: str = ""
    step: str = ""


def number_box(settings: Settings, posted: list[str], *, pad: str) -> NumberBox:
    """`pad`: the keys of a phone for a number that cannot be negative; pads have no minus sign."""
    least = settings["min"]
    return NumberBox(
        value="".join(posted[:1]),
        unit=settings["unit"],
        range=bounds(least, settings["max"]),
        inputmode="text" if least is None or least < 0 else pad,
    )


def read_number(posted: list[str]) -> Number | Literal[Absent.ABSENT]:
    text = one_of(posted)
    return parse_number(text) if text.strip() else ABSENT


def check_range(settings: Settings) -> dict[str, str]:
    least, most = settings["min"], settings["max"]
    if least is not None and most is not None and least > most:
        return {"max": f"The largest value, {most}, is below the smallest, {least}."}
    return {}


def refuse_outside(settings: Settings, number: Number) -> None:
    least, most = settings["min"], settings["max"]
    if least is not None and number < least:
        raise ValueRefused(f"Give {least} or more; {number} is too small.")
    if most is not None and number > most:
        raise ValueRefused(f"Give {most} or less; {number} is too large.")


def show_number(settings: Settings, value: Any) -> str:
    return f"{value} {settings['unit']}".rstrip()


def range_in_words(settings: Settings) -> str:
    words, unit = bounds(settings["min"], settings["max"]), settings["unit"]
    if words:
        return f"{words} {unit}".rstrip()
    return f"in {unit}" if unit else ""


def bounds(least: Number | None, most: Number | None) -> str:
    """Return "0 to 10", "0 or more", "10 or less", or "" where nothing is set."""
    if most is None:
        return "" if least is None else f"{least} or more"
    return f"{most} or less" if least is None else f"{least} to {most}"


def number_schema(settings: Settings, type: str) -> Schema:
    least, most = settings["min"], settings["max"]
    return {
        "type": type,
        "minimum": -LARGEST if least is None else least,
        "maximum": LARGEST if most is None else most,
    }
