"""The only judge of an answer's value, for form, API and import alike. Pure.

`settings` is always what `kinds.clean_settings` returned. Zero, False and "" are values; that
nothing was answered is ABSENT, which is not None: null is no answer of any kind and is refused.
"""

from collections.abc import Callable
from enum import Enum
from typing import Final, Literal

from fields.kinds import Kind, Settings
from fields.scalars import (
    Number,
    ValueRefused,
    clean_text,
    finite,
    parse_number,
    quoted,
    snap,
    whole,
)

__all__ = ["ABSENT", "Absent", "JSONValue", "ValueRefused", "clean_value", "from_form", "to_form"]

JSONValue = bool | int | float | str | list[str]


class Absent(Enum):
    """The type of ABSENT."""

    ABSENT = "absent"


ABSENT: Final = Absent.ABSENT
"""Nothing was answered: the control is untouched, the key is not there."""


def clean_value(
    kind: str, settings: Settings, value: object, *, required: bool
) -> JSONValue | Literal[Absent.ABSENT]:
    """Return the canonical form of a value; ABSENT stays ABSENT where no answer is required.

    Strict about JSON types: true is not 1 and "3" is not 3, but 3.0 is 3. A required text has to
    hold something besides white space. Raises ValueRefused.
    """
    if value is ABSENT:
        if required:
            raise ValueRefused("This needs an answer.")
        return ABSENT
    cleaned = _JUDGES[Kind(kind)](settings, value)
    if required and isinstance(cleaned, str) and not cleaned.strip():
        raise ValueRefused("This needs an answer.")
    return cleaned


def from_form(kind: str, settings: Settings, raw: list[str]) -> JSONValue | Literal[Absent.ABSENT]:
    """Turn the strings a form posted for one field into a JSON value for `clean_value`.

    No string at all is ABSENT, and so is an empty one: an untouched number box, menu or text area.
    For `categories` one empty string says "none of these", []. Raises ValueRefused.
    """
    if Kind(kind) is Kind.CATEGORIES:
        return [text for text in raw if text] if raw else ABSENT
    if len(raw) > 1:
        raise ValueRefused("Give one answer, not several.")
    if not raw or not raw[0]:
        return ABSENT
    return _FROM_TEXT.get(Kind(kind), _same)(settings, raw[0])


def to_form(value: JSONValue | Literal[Absent.ABSENT]) -> list[str]:
    """Return the strings with which a form shows a value.

    `from_form` reads them back, but for the text "", which a form cannot tell from untouched.
    """
    if value is ABSENT:
        return []
    if isinstance(value, list):
        return value or [""]
    if isinstance(value, bool):
        return ["true" if value else "false"]
    return [str(value)]


def _boolean(settings: Settings, value: object) -> bool:
    if not isinstance(value, bool):
        raise ValueRefused(_either(settings))
    return value


def _thumbs(settings: Settings, value: object) -> str:
    if not isinstance(value, str) or value not in ("up", "down"):
        raise ValueRefused("Answer “up” or “down”.")
    return value


def _integer(settings: Settings, value: object) -> int:
    number = whole(value)
    _refuse_outside(settings, number)
    return number


def _number(settings: Settings, value: object) -> Number:
    number, step = finite(value), settings["step"]
    if step is not None and number != settings["max"]:
        origin = 0 if settings["min"] is None else settings["min"]
        point = snap(number, step=step, origin=origin)
        if point is None:
            _refuse_outside(settings, number)
            raise ValueRefused(f"{number} is between two steps: count in {step} from {origin}.")
        number = point
    _refuse_outside(settings, number)
    return finite(number)


def _rating(settings: Settings, value: object) -> int:
    stars = whole(value)
    if not 1 <= stars <= settings["stars"]:
        raise ValueRefused(f"Give 1 to {settings['stars']}.")
    return stars


def _category(settings: Settings, value: object) -> str:
    if not isinstance(value, str):
        raise ValueRefused("Choose one of the options.")
    if value not in _values(settings):
        raise ValueRefused(f"{quoted(value)} is not one of the options.")
    return value


def _categories(settings: Settings, value: object) -> list[str]:
    if not isinstance(value, list):
        raise ValueRefused("Give a list of options.")
    chosen: set[str] = set()
    for entry in value:
        option = _category(settings, entry)
        if option in chosen:
            raise ValueRefused(f"{quoted(option)} is chosen twice.")
        chosen.add(option)
    _refuse_count(settings, len(chosen))
    return [option for option in _values(settings) if option in chosen]


def _text(settings: Settings, value: object) -> str:
    if not isinstance(value, str):
        raise ValueRefused("Give a text.")
    text = clean_text(value)
    length, least, most = len(text), settings["min_length"], settings["max_length"]
    if length > most:
        raise ValueRefused(f"Write {most} characters at most; there are {length}.")
    if length < least:
        raise ValueRefused(f"Write {least} characters at least; there are {length}.")
    return text


def _either(settings: Settings) -> str:
    return f"Answer “{settings['true_label']}” (true) or “{settings['false_label']}” (false)."


def _values(settings: Settings) -> list[str]:
    return [option["value"] for option in settings["options"]]


def _refuse_outside(settings: Settings, number: Number) -> None:
    least, most = settings["min"], settings["max"]
    if least is not None and number < least:
        raise ValueRefused(f"Give {least} or more; {number} is too small.")
    if most is not None and number > most:
        raise ValueRefused(f"Give {most} or less; {number} is too large.")


def _refuse_count(settings: Settings, count: int) -> None:
    least, most = settings["min_choices"], settings["max_choices"]
    if count < least:
        raise ValueRefused(f"Choose {least} at least; {count} chosen.")
    if most is not None and count > most:
        raise ValueRefused(f"Choose {most} at most; {count} chosen.")


def _boolean_from(settings: Settings, text: str) -> bool:
    if text not in ("true", "false"):
        raise ValueRefused(_either(settings))
    return text == "true"


def _number_from(settings: Settings, text: str) -> Number | Literal[Absent.ABSENT]:
    return parse_number(text) if text.strip() else ABSENT


def _same(settings: Settings, text: str) -> str:
    return text


_JUDGES: Final[dict[Kind, Callable[[Settings, object], JSONValue]]] = {
    Kind.BOOLEAN: _boolean,
    Kind.THUMBS: _thumbs,
    Kind.INTEGER: _integer,
    Kind.NUMBER: _number,
    Kind.RATING: _rating,
    Kind.CATEGORY: _category,
    Kind.CATEGORIES: _categories,
    Kind.TEXT: _text,
}
_FROM_TEXT: Final[dict[Kind, Callable[[Settings, str], JSONValue | Literal[Absent.ABSENT]]]] = {
    Kind.BOOLEAN: _boolean_from,
    Kind.INTEGER: _number_from,
    Kind.NUMBER: _number_from,
    Kind.RATING: _number_from,
}
