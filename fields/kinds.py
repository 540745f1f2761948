"""The eight kinds of field and what can be set on each. Pure.

The settings of a field are stored in the form `clean_settings` returns: every key of its kind
present, numbers as JSON numbers, None where a bound is not set.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from django.db.models import TextChoices

from fields.options import clean_options, fold
from fields.scalars import ValueRefused, clean_line, finite, quoted, whole

Settings = dict[str, Any]


class Kind(TextChoices):
    """What an answer looks like; the label is for people."""

    BOOLEAN = "boolean", "Yes or no"
    THUMBS = "thumbs", "Thumbs up or down"
    INTEGER = "integer", "Whole number"
    NUMBER = "number", "Number"
    RATING = "rating", "Rating"
    CATEGORY = "category", "One choice"
    CATEGORIES = "categories", "Several choices"
    TEXT = "text", "Text"


class Widget(TextChoices):
    """How a number is asked for."""

    INPUT = "input", "Input"
    SLIDER = "slider", "Slider"


class SettingsError(ValueError):
    """Settings that cannot be used; `field_errors` has one message for each key at fault.

    The key is that of the setting, or "kind" or "settings" where these are no such thing at all.
    """

    def __init__(self, field_errors: dict[str, str]) -> None:
        super().__init__(" ".join(field_errors.values()))
        self.field_errors = field_errors


@dataclass(frozen=True)
class Setting:
    """One key: how a given value is read (raises ValueRefused), what stands for a missing one."""

    key: str
    read: Callable[[object], Any]
    default: Any


def _line(longest: int) -> Callable[[object], str]:
    def read(value: object) -> str:
        if not isinstance(value, str):
            raise ValueRefused("Give a text.")
        line = clean_line(value)
        if len(line) > longest:
            raise ValueRefused(f"Give {longest} characters at most, not {len(line)}.")
        return line

    return read


def _between(least: int, most: int) -> Callable[[object], int]:
    def read(value: object) -> int:
        number = whole(value)
        if not least <= number <= most:
            raise ValueRefused(f"Give a whole number from {least} to {most}.")
        return number

    return read


def _above_zero(value: object) -> int | float:
    number = finite(value)
    if number <= 0:
        raise ValueRefused("Give a number above 0.")
    return number


def _flag(value: object) -> bool:
    if not isinstance(value, bool):
        raise ValueRefused("Give true or false.")
    return value


def _widget(value: object) -> str:
    if value not in Widget.values:
        raise ValueRefused(f"Choose one of {', '.join(Widget.values)}.")
    return str(value)


LONGEST_TEXT: Final = 100_000
_UNIT = Setting("unit", _line(20), "")
_OPTIONS = Setting("options", clean_options, None)

TABLE: Final[dict[Kind, tuple[Setting, ...]]] = {
    Kind.BOOLEAN: (
        Setting("true_label", _line(100), "Yes"),
        Setting("false_label", _line(100), "No"),
    ),
    Kind.THUMBS: (),
    Kind.INTEGER: (Setting("min", whole, None), Setting("max", whole, None), _UNIT),
    Kind.NUMBER: (
        Setting("min", finite, None),
        Setting("max", finite, None),
        Setting("step", _above_zero, None),
        _UNIT,
        Setting("widget", _widget, Widget.INPUT.value),
    ),
    Kind.RATING: (
        Setting("stars", _between(2, 10), 5),
        Setting("low_label", _line(100), ""),
        Setting("high_label", _line(100), ""),
    ),
    Kind.CATEGORY: (_OPTIONS,),
    Kind.CATEGORIES: (
        _OPTIONS,
        Setting("min_choices", _between(0, 50), 1),
        Setting("max_choices", _between(1, 50), None),
    ),
    Kind.TEXT: (
        Setting("min_length", _between(0, LONGEST_TEXT), 0),
        Setting("max_length", _between(1, LONGEST_TEXT), 10_000),
        Setting("multiline", _flag, True),
        Setting("placeholder", _line(200), ""),
    ),
}


def clean_settings(kind: str, settings: dict[str, Any]) -> Settings:
    """Return the complete, canonical settings of a kind; a missing or None key is its default.

    Cleaning what was returned changes nothing. Raises SettingsError.
    """
    if kind not in Kind.values:
        raise SettingsError({"kind": f"There is no kind {quoted(str(kind))} of field."})
    if not isinstance(settings, dict):
        raise SettingsError({"settings": "Give the settings as an object."})
    cleaned, errors = _read(TABLE[Kind(kind)], settings)
    if not errors:
        errors = _CHECKS.get(Kind(kind), _nothing_more)(cleaned)
    if errors:
        raise SettingsError(errors)
    return cleaned


def _read(table: tuple[Setting, ...], given: Settings) -> tuple[Settings, dict[str, str]]:
    known = {setting.key for setting in table}
    errors = {
        str(key): f"This kind has no setting {quoted(str(key))}."
        for key in given
        if key not in known
    }
    cleaned: Settings = {}
    for setting in table:
        value = given.get(setting.key)
        try:
            cleaned[setting.key] = setting.default if value is None else setting.read(value)
        except ValueRefused as refusal:
            errors[setting.key] = str(refusal)
    return cleaned, errors


def _nothing_more(settings: Settings) -> dict[str, str]:
    return {}


def _check_boolean(settings: Settings) -> dict[str, str]:
    errors = {key: "Give a label." for key, label in settings.items() if not label}
    if not errors and fold(settings["true_label"]) == fold(settings["false_label"]):
        errors["false_label"] = "The two labels must differ."
    return errors


def _check_range(settings: Settings) -> dict[str, str]:
    least, most = settings["min"], settings["max"]
    if least is not None and most is not None and least > most:
        return {"max": f"The largest value, {most}, is below the smallest, {least}."}
    return {}


def _check_number(settings: Settings) -> dict[str, str]:
    errors = _check_range(settings)
    if settings["widget"] == Widget.SLIDER:
        for key, word in (("min", "smallest"), ("max", "largest")):
            if settings[key] is None:
                errors[key] = f"A slider needs a {word} value."
        if not errors and settings["min"] == settings["max"]:
            errors["max"] = "A slider needs a largest value above its smallest."
    return errors


def _check_options(settings: Settings) -> dict[str, str]:
    return {"options": "Give 2 to 50 options."} if settings["options"] is None else {}


def _check_choices(settings: Settings) -> dict[str, str]:
    errors = _check_options(settings)
    if errors:
        return errors
    count, least, most = len(settings["options"]), settings["min_choices"], settings["max_choices"]
    for key in ("min_choices", "max_choices"):
        if settings[key] is not None and settings[key] > count:
            errors[key] = f"There are {count} options; {settings[key]} cannot be chosen."
    if not errors and most is not None and least > most:
        errors["max_choices"] = f"At most {most} is fewer than the {least} asked for at least."
    return errors


def _check_text(settings: Settings) -> dict[str, str]:
    least, most = settings["min_length"], settings["max_length"]
    if least > most:
        return {"max_length": f"At most {most} is shorter than the {least} asked for at least."}
    return {}


_CHECKS: Final[dict[Kind, Callable[[Settings], dict[str, str]]]] = {
    Kind.BOOLEAN: _check_boolean,
    Kind.INTEGER: _check_range,
    Kind.NUMBER: _check_number,
    Kind.CATEGORY: _check_options,
    Kind.CATEGORIES: _check_choices,
    Kind.TEXT: _check_text,
}
