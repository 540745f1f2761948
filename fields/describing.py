"""Fields and answers in words, and fields as JSON Schema. Settings are the cleaned ones."""

from annotate_site.text import strip_bidi_controls

from .kinds import KINDS, Input, JSONValue, Schema, Settings
from .models import Field

DIALECT = "https://json-schema.org/draft/2020-12/schema"


def summary(kind: str, settings: Settings) -> str:
    """Return one line about a field: "Rating, 1–5, poor to excellent"."""
    parts = [KINDS[kind].label, *KINDS[kind].summary(settings)]
    return strip_bidi_controls(", ".join(part for part in parts if part))


def settings_in_words(kind: str, settings: Settings) -> list[tuple[str, str]]:
    """Return (label, words) for each setting of a kind that is set, options left out."""
    return [
        (setting.label, setting.show(settings[setting.key]))
        for setting in KINDS[kind].settings
        if setting.input is not Input.OPTIONS and settings[setting.key] not in (None, "")
    ]


def show_value(kind: str, settings: Settings, value: JSONValue) -> str:
    """Return a valid value as people read it: labels in place of values, units, "4 of 5"."""
    return KINDS[kind].show(settings, value)


def field_schema(field: Field) -> Schema:
    """Return a JSON Schema (draft 2020-12) of the field's answers, as the judge returns them.

    Every such answer is valid by it. What no schema can say, as the steps of a number, is said in
    a description and judged by `fields.validation` alone.
    """
    about = {"description": field.description} if field.description else {}
    said = KINDS[field.kind].schema(field.settings)
    if about and "description" in said:
        about = {"description": f"{field.description}\n\n{said['description']}"}
    return {"$schema": DIALECT, "title": field.name} | said | about
