"""The options of a choice: 2–50, each with a stable value, a label and a colour. Pure.

Also what the kinds that offer options have in common.
"""

import re
import unicodedata
from typing import Any, Final, TypedDict

from django.utils.text import slugify

from annotate_site.text import clean_line

from ..scalars import ValueRefused, quoted
from .controls import Choice, choice
from .settings import Input, Setting, Settings

PALETTE: Final = ("red", "orange", "yellow", "green", "teal", "blue", "purple", "grey")
FEWEST: Final = 2
MOST: Final = 50
LONGEST_LABEL: Final = 100
LONGEST_DESCRIPTION: Final = 500

_VALUE = re.compile(r"[A-Za-z0-9_-]{1,100}")
_KEYS = ("value", "label", "description", "color")
_NAMED = 4  # options of a field in one line


class Option(TypedDict):
    """One choice; `value` is what is stored, `label` is read, `color` is of PALETTE or ""."""

    value: str
    label: str
    description: str
    color: str


def clean_options(raw: object) -> list[Option]:
    """Return complete options in the order given.

    A missing value is made from the label. Without a colour an option has none: a hue judges.
    Raises ValueRefused naming the option at fault.
    """
    if not isinstance(raw, list):
        raise ValueRefused("Give a list of options.")
    if not FEWEST <= len(raw) <= MOST:
        raise ValueRefused(f"Give {FEWEST} to {MOST} options, not {len(raw)}.")
    options = [_clean_option(place, entry) for place, entry in enumerate(raw)]
    _refuse_twins("label", options)
    _fill_values(options)
    _refuse_twins("value", options)
    return options


OPTIONS: Final = Setting(
    "options",
    "Options",
    clean_options,
    input=Input.OPTIONS,
    help="In this order; the first nine get the digits 1 to 9.",
)


def check_options(settings: Settings) -> dict[str, str]:
    return {"options": "Give 2 to 50 options."} if settings["options"] is None else {}


def values_of(settings: Settings) -> list[str]:
    return [option["value"] for option in settings["options"]]


def label_of(settings: Settings, value: str) -> str:
    return next(str(o["label"]) for o in settings["options"] if o["value"] == value)


def labels(settings: Settings) -> list[str]:
    """The first labels, and how many more there are."""
    named = [option["label"] for option in settings["options"]]
    rest = len(named) - _NAMED
    return [*named[:_NAMED], f"{rest} more" if rest > 0 else ""]


def judge_option(settings: Settings, value: object) -> str:
    """Raises ValueRefused."""
    if not isinstance(value, str):
        raise ValueRefused("Choose one of the options.")
    if value not in values_of(settings):
        raise ValueRefused(f"{quoted(value)} is not one of the options.")
    return value


def judge_distinct(settings: Settings, value: object) -> list[str]:
    """A list of options as it was given, none twice. Raises ValueRefused."""
    if not isinstance(value, list):
        raise ValueRefused("Give a list of options.")
    chosen: list[str] = []
    for entry in value:
        option = judge_option(settings, entry)
        if option in chosen:
            raise ValueRefused(f"{quoted(label_of(settings, option))} is chosen twice.")
        chosen.append(option)
    return chosen


def choices_of(settings: Settings, posted: list[str]) -> list[Choice]:
    return [
        choice(n, o["value"], o["label"], posted, description=o["description"], hue=o["color"])
        for n, o in enumerate(settings["options"], 1)
    ]


def one_option(settings: Settings) -> dict[str, Any]:
    """The JSON Schema of one option's value; labels are titles."""
    return {
        "oneOf": [
            {"const": option["value"], "title": option["label"]}
            | ({"description": option["description"]} if option["description"] else {})
            for option in settings["options"]
        ]
    }


def fold(text: str) -> str:
    """Return the form in which two names that differ only by case are equal."""
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())


def _clean_option(place: int, entry: object) -> Option:
    name = f"Option {place + 1}"
    if not isinstance(entry, dict):
        raise ValueRefused(f"{name} is not an object with a label.")
    unknown = [key for key in entry if key not in _KEYS]
    if unknown:
        raise ValueRefused(f"{name} has an unknown key {quoted(str(unknown[0]))}.")
    label = _line(name, "label", entry.get("label"), LONGEST_LABEL)
    if not label:
        raise ValueRefused(f"{name} needs a label.")
    return Option(
        value=_clean_value(name, entry.get("value")),
        label=label,
        description=_line(name, "description", entry.get("description"), LONGEST_DESCRIPTION),
        color=_clean_color(name, entry.get("color")),
    )


def _line(name: str, key: str, raw: object, longest: int) -> str:
    if raw is None:
        return ""
    if not isinstance(raw, str):
        raise ValueRefused(f"{name}: the {key} must be text.")
    line = clean_line(raw)
    if len(line) > longest:
        raise ValueRefused(f"{name}: the {key} has {len(line)} characters; {longest} is the most.")
    return line


def _clean_value(name: str, raw: object) -> str:
    if raw is None or raw == "":
        return ""
    if not isinstance(raw, str) or not _VALUE.fullmatch(raw):
        raise ValueRefused(
            f"{name}: the value may hold letters a to z, digits, “-” and “_”, 100 at most."
        )
    return raw


def _clean_color(name: str, raw: object) -> str:
    if raw is None or raw == "":
        return ""
    if raw not in PALETTE:
        raise ValueRefused(f"{name}: the colour must be one of {', '.join(PALETTE)}.")
    return str(raw)


def _fill_values(options: list[Option]) -> None:
    """Make each missing value from its label; values that were given are never touched."""
    taken = {option["value"].lower() for option in options}
    for option in options:
        if option["value"]:
            continue
        base = slugify(option["label"])[:90] or "option"
        value, number = base, 1
        while value in taken:
            number += 1
            value = f"{base}-{number}"
        option["value"] = value
        taken.add(value)


def _refuse_twins(key: str, options: list[Option]) -> None:
    seen: dict[str, int] = {}
    for place, option in enumerate(options, start=1):
        text = option["label"] if key == "label" else option["value"]
        if not text:
            continue
        first = seen.setdefault(fold(text), place)
        if first != place:
            raise ValueRefused(f"Options {first} and {place} have the same {key} {quoted(text)}.")
