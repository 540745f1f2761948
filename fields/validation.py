"""The only judge of an answer's value, for form, API and import alike. Pure.

`settings` is always what `clean_settings` returned. Zero, False and "" are values; that nothing
was answered is ABSENT, which is not None: null is no answer of any kind and is refused.
"""

from .kinds import ABSENT, KINDS, Absent, JSONValue, Settings, ValueOrAbsent
from .scalars import ValueRefused

__all__ = [
    "ABSENT",
    "NEEDS_AN_ANSWER",
    "Absent",
    "JSONValue",
    "ValueRefused",
    "clean_value",
    "from_form",
    "reported_value",
    "to_form",
]
NEEDS_AN_ANSWER = "This needs an answer."


def clean_value(kind: str, settings: Settings, value: object, *, required: bool) -> ValueOrAbsent:
    """Return the canonical form of a value; ABSENT stays ABSENT where no answer is required.

    Strict about JSON types: true is not 1 and "3" is not 3, but 3.0 is 3. A required text has to
    hold something besides white space. Raises ValueRefused.
    """
    if value is ABSENT:
        if required:
            raise ValueRefused(NEEDS_AN_ANSWER)
        return ABSENT
    cleaned = KINDS[kind].judge(settings, value)
    if required and isinstance(cleaned, str) and not cleaned.strip():
        raise ValueRefused(NEEDS_AN_ANSWER)
    return cleaned


def reported_value(kind: str, settings: Settings, said: object) -> JSONValue:
    """The canonical form of what a program reports: a value, or for it a label, or 1 and 0.

    Raises ValueRefused.
    """
    return KINDS[kind].judge(settings, KINDS[kind].meant(settings, said))


def from_form(kind: str, settings: Settings, raw: list[str]) -> ValueOrAbsent:
    """Turn the strings a form posted for one field into a JSON value for `clean_value`.

    No string at all is ABSENT, and so is an empty one: an untouched number box, menu or text area.
    For `categories` one empty string says "none of these", []. Raises ValueRefused.
    """
    return KINDS[kind].read(settings, raw)


def to_form(value: ValueOrAbsent) -> list[str]:
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
