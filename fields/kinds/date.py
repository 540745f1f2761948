"""A day of the calendar: an ISO date, "2026-12-31"."""

from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from django.utils.dateformat import format

from ..scalars import ValueRefused, iso_date
from ..scales import Scale
from .base import JSONValue, Kind, Schema
from .controls import Control
from .settings import Input, Setting, Settings

FIRST: Final = "0001-01-01"
LAST: Final = "9999-12-31"  # a box without a largest date takes years of six digits


@dataclass(frozen=True, kw_only=True)
class DateBox(Control):
    template = "fields/kinds/date.html"
    has_box = True

    value: str
    least: str
    most: str


class Date(Kind):
    name = "date"
    label = "Date"
    help = "A day, from a calendar."
    scale = Scale.INTERVAL
    settings = (
        Setting("min", "Earliest date", iso_date, None, Input.DATE),
        Setting("max", "Latest date", iso_date, None, Input.DATE),
    )

    def check(self, settings: Settings) -> dict[str, str]:
        least, most = settings["min"], settings["max"]
        if least is not None and most is not None and least > most:
            return {"max": f"The latest date, {_in_words(most)}, is before the earliest."}
        return {}

    def judge(self, settings: Settings, value: object) -> JSONValue:
        day, least, most = iso_date(value), settings["min"], settings["max"]
        if least is not None and day < least:
            raise ValueRefused(f"Give {_in_words(least)} or later; {_in_words(day)} is too early.")
        if most is not None and day > most:
            raise ValueRefused(f"Give {_in_words(most)} or earlier; {_in_words(day)} is too late.")
        return day

    def show(self, settings: Settings, value: Any) -> str:
        return _in_words(value)

    def show_range(self, low: float, high: float) -> str:
        first, last = (date.fromordinal(int(day)).isoformat() for day in (low, high - 1))
        return first if first == last else f"{first} to {last}"

    def summary(self, settings: Settings) -> list[str]:
        return [_range(settings)]

    def control(self, settings: Settings, posted: list[str]) -> Control:
        return DateBox(
            value="".join(posted[:1]),
            least=settings["min"] or FIRST,
            most=settings["max"] or LAST,
            hint=_sentence(settings),
        )

    def schema(self, settings: Settings) -> Schema:
        """The range is said in words: JSON Schema compares numbers alone."""
        schema = {"type": "string", "format": "date", "pattern": r"^\d{4}-\d{2}-\d{2}$"}
        words = _sentence(settings)
        return schema | ({"description": words} if words else {})


def _in_words(day: str) -> str:
    return format(date.fromisoformat(day), "j M Y")


def _sentence(settings: Settings) -> str:
    words = _range(settings)
    return f"{words}." if words else ""


def _range(settings: Settings) -> str:
    least, most = settings["min"], settings["max"]
    if least is not None and most is not None:
        return f"{_in_words(least)} to {_in_words(most)}"
    if least is not None:
        return f"{_in_words(least)} or later"
    return "" if most is None else f"{_in_words(most)} or earlier"
