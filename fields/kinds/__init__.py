"""The kinds of field, one module each. Whatever depends on a kind asks its object; pure.

A new kind is a module here, a template in `templates/fields/kinds/`, and its line in KINDS.
"""

from collections.abc import Mapping
from typing import Any, Final

from ..scalars import quoted
from ..scales import Scale
from .base import ABSENT, Absent, JSONValue, Kind, Schema, ValueOrAbsent
from .boolean import Boolean
from .categories import Categories
from .category import Category
from .date import Date
from .integer import Integer
from .number import Number
from .ranking import Ranking
from .rating import Rating
from .settings import Input, Setting, Settings, SettingsError, read_settings
from .text import Text
from .thumbs import Thumbs

__all__ = [
    "ABSENT",
    "CHOICES",
    "KINDS",
    "Absent",
    "Input",
    "JSONValue",
    "Kind",
    "Scale",
    "Schema",
    "Setting",
    "Settings",
    "SettingsError",
    "ValueOrAbsent",
    "clean_settings",
]

KINDS: Final[Mapping[str, Kind]] = {
    kind.name: kind
    for kind in (
        Boolean(),
        Thumbs(),
        Integer(),
        Number(),
        Rating(),
        Date(),
        Category(),
        Categories(),
        Ranking(),
        Text(),
    )
}
"""By their stored name, in the order in which people choose among them."""

CHOICES: Final = [(kind.name, kind.label) for kind in KINDS.values()]


def clean_settings(kind: str, given: dict[str, Any]) -> Settings:
    """Return the complete, canonical settings of a kind; a missing or None key is its default.

    Cleaning what was returned changes nothing. Raises SettingsError.
    """
    if kind not in KINDS:
        raise SettingsError({"kind": f"There is no kind {quoted(str(kind))} of field."})
    settings = read_settings(KINDS[kind].settings, given)
    errors = KINDS[kind].check(settings)
    if errors:
        raise SettingsError(errors)
    return settings
