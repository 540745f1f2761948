"""Fields and answers in words, for lists and pages. Pure; settings are the cleaned ones."""

from collections.abc import Callable
from typing import Any, Final

from annotate_site.directions import undirected
from fields.kinds import TABLE, Kind, Settings, Widget
from fields.scalars import Number
from fields.validation import JSONValue

_SHOWN = 4

SETTING_LABELS: Final[dict[str, str]] = {
    "true_label": "Label of yes",
    "false_label": "Label of no",
    "min": "Smallest value",
    "max": "Largest value",
    "step": "Step",
    "unit": "Unit",
    "widget": "Asked by",
    "stars": "Stars",
    "low_label": "Label of the lowest",
    "high_label": "Label of the highest",
    "options": "Options",
    "min_choices": "Fewest choices",
    "max_choices": "Most choices",
    "min_length": "Fewest characters",
    "max_length": "Most characters",
    "multiline": "Several lines",
    "placeholder": "Placeholder",
}
"""What each setting is called, in forms and on pages."""


def summary(kind: str, settings: Settings) -> str:
    """Return one line about a field: "Rating, 1–5 stars, poor to excellent"."""
    parts = [str(Kind(kind).label), *_SUMMARIES[Kind(kind)](settings)]
    return undirected(", ".join(part for part in parts if part))


def settings_in_words(kind: str, settings: Settings) -> list[tuple[str, str]]:
    """Return (label, words) for each setting of a kind that is set, options left out."""
    said = [(one.key, settings[one.key]) for one in TABLE[Kind(kind)] if one.key != "options"]
    return [(SETTING_LABELS[key], _words(value)) for key, value in said if value not in (None, "")]


def bounds(least: Number | None, most: Number | None) -> str:
    """Return "0 to 10", "0 or more", "10 or less", or "" where nothing is set."""
    if most is None:
        return "" if least is None else f"{least} or more"
    return f"{most} or less" if least is None else f"{least} to {most}"


def show_value(kind: str, settings: Settings, value: JSONValue) -> str:
    """Return a valid value as people read it: labels in place of values, units, "4 of 5"."""
    return _SHOWS[Kind(kind)](settings, value)


def _sum_boolean(settings: Settings) -> list[str]:
    if (settings["true_label"], settings["false_label"]) == ("Yes", "No"):
        return []
    return [f"“{settings['true_label']}” or “{settings['false_label']}”"]


def _sum_thumbs(settings: Settings) -> list[str]:
    return []


def _sum_integer(settings: Settings) -> list[str]:
    return [_range(settings)]


def _sum_number(settings: Settings) -> list[str]:
    step = "" if settings["step"] is None else f"in steps of {settings['step']}"
    return [_range(settings), step, "slider" if settings["widget"] == Widget.SLIDER else ""]


def _sum_rating(settings: Settings) -> list[str]:
    low, high = settings["low_label"], settings["high_label"]
    ends = f"{low} to {high}" if low and high else low or high
    return [f"1–{settings['stars']} stars", ends]


def _sum_options(settings: Settings) -> list[str]:
    labels = [option["label"] for option in settings["options"]]
    rest = len(labels) - _SHOWN
    return [*labels[:_SHOWN], f"{rest} more" if rest > 0 else ""]


def _sum_categories(settings: Settings) -> list[str]:
    least, most = settings["min_choices"], settings["max_choices"]
    count = f"at least {least}" if most is None else f"{least} to {most}"
    return [count, *_sum_options(settings)]


def _sum_text(settings: Settings) -> list[str]:
    least, most = settings["min_length"], settings["max_length"]
    length = f"{least} to {most} characters" if least else f"up to {most} characters"
    return [length, "" if settings["multiline"] else "one line"]


def _range(settings: Settings) -> str:
    words, unit = bounds(settings["min"], settings["max"]), settings["unit"]
    if words:
        return f"{words} {unit}".rstrip()
    return f"in {unit}" if unit else ""


def _words(value: Any) -> str:
    if isinstance(value, bool):
        return "Yes" if value else "No"
    return str(Widget(value).label) if value in Widget.values else str(value)


def _show_boolean(settings: Settings, value: Any) -> str:
    return str(settings["true_label" if value else "false_label"])


def _show_thumbs(settings: Settings, value: Any) -> str:
    return f"Thumbs {value}"


def _show_number(settings: Settings, value: Any) -> str:
    return f"{value} {settings['unit']}".rstrip()


def _show_rating(settings: Settings, value: Any) -> str:
    return f"{value} of {settings['stars']}"


def _show_category(settings: Settings, value: Any) -> str:
    return next(str(o["label"]) for o in settings["options"] if o["value"] == value)


def _show_categories(settings: Settings, value: Any) -> str:
    return ", ".join(_show_category(settings, one) for one in value) or "None of these"


def _show_text(settings: Settings, value: Any) -> str:
    return str(value)


_SUMMARIES: Final[dict[Kind, Callable[[Settings], list[str]]]] = {
    Kind.BOOLEAN: _sum_boolean,
    Kind.THUMBS: _sum_thumbs,
    Kind.INTEGER: _sum_integer,
    Kind.NUMBER: _sum_number,
    Kind.RATING: _sum_rating,
    Kind.CATEGORY: _sum_options,
    Kind.CATEGORIES: _sum_categories,
    Kind.TEXT: _sum_text,
}
_SHOWS: Final[dict[Kind, Callable[[Settings, Any], str]]] = {
    Kind.BOOLEAN: _show_boolean,
    Kind.THUMBS: _show_thumbs,
    Kind.INTEGER: _show_number,
    Kind.NUMBER: _show_number,
    Kind.RATING: _show_rating,
    Kind.CATEGORY: _show_category,
    Kind.CATEGORIES: _show_categories,
    Kind.TEXT: _show_text,
}
