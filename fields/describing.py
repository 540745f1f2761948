"""Fields and answers in words, for lists and pages. Pure; settings are the cleaned ones."""

from annotate_site.directions import undirected

from .kinds import KINDS, Input, JSONValue, Settings


def summary(kind: str, settings: Settings) -> str:
    """Return one line about a field: "Rating, 1–5 stars, poor to excellent"."""
    parts = [KINDS[kind].label, *KINDS[kind].summary(settings)]
    return undirected(", ".join(part for part in parts if part))


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
