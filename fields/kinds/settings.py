"""What can be set on a field: one Setting a key, and how settings are read. Pure.

The settings of a field are stored in the form `clean` returns: every key of its kind present,
numbers as JSON numbers, None where a bound is not set.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import Enum, auto
from typing import Any

from annotate_site.text import clean_line

from ..scalars import ValueRefused, finite, quoted, whole

Settings = dict[str, Any]


class SettingsError(ValueError):
    """Settings that cannot be used; `field_errors` has one message for each key at fault.

    The key is that of the setting, or "kind" or "settings" where these are no such thing at all.
    """

    def __init__(self, field_errors: dict[str, str]) -> None:
        super().__init__(" ".join(field_errors.values()))
        self.field_errors = field_errors


class Input(Enum):
    """How the form of a new field asks for a setting."""

    LINE = auto()
    NUMBER = auto()
    DATE = auto()
    TICK = auto()
    MENU = auto()
    OPTIONS = auto()


@dataclass(frozen=True)
class Setting:
    """One key: how a given JSON value is read (raises ValueRefused), and what a missing one means.

    `help` and `empty` are for the form: a line below the box, and what the empty box stands for.
    `menu`: (value, label) of what can be chosen.
    """

    key: str
    label: str
    read: Callable[[object], Any]
    default: Any = None
    input: Input = Input.LINE
    help: str = ""
    empty: str = ""
    menu: Sequence[tuple[str, str]] = ()

    def show(self, value: Any) -> str:
        if isinstance(value, bool):
            return "Yes" if value else "No"
        return dict(self.menu).get(value, str(value))


def line_setting(
    key: str, label: str, longest: int, default: str = "", *, help: str = "", empty: str = ""
) -> Setting:
    def read(value: object) -> str:
        if not isinstance(value, str):
            raise ValueRefused("Give a text.")
        line = clean_line(value)
        if len(line) > longest:
            raise ValueRefused(f"Give {longest} characters at most, not {len(line)}.")
        return line

    return Setting(key, label, read, default, help=help, empty=empty)


def count_setting(
    key: str,
    label: str,
    least: int,
    most: int,
    default: int | None,
    *,
    help: str = "",
    empty: str = "",
) -> Setting:
    def read(value: object) -> int:
        number = whole(value)
        if not least <= number <= most:
            raise ValueRefused(f"Give a whole number from {least} to {most}.")
        return number

    return Setting(key, label, read, default, Input.NUMBER, help, empty)


def tick_setting(key: str, label: str, default: bool) -> Setting:
    def read(value: object) -> bool:
        if not isinstance(value, bool):
            raise ValueRefused("Give true or false.")
        return value

    return Setting(key, label, read, default, Input.TICK)


def menu_setting(key: str, label: str, menu: Sequence[tuple[str, str]]) -> Setting:
    """The first of the menu is the default."""
    values = [value for value, _ in menu]

    def read(value: object) -> str:
        if value not in values:
            raise ValueRefused(f"Choose one of {', '.join(values)}.")
        return str(value)

    return Setting(key, label, read, values[0], Input.MENU, menu=menu)


def above_zero(value: object) -> int | float:
    number = finite(value)
    if number <= 0:
        raise ValueRefused("Give a number above 0.")
    return number


def read_settings(table: Sequence[Setting], given: object) -> Settings:
    """Every key of the table, each read by itself. Raises SettingsError."""
    if not isinstance(given, dict):
        raise SettingsError({"settings": "Give the settings as an object."})
    known = {setting.key for setting in table}
    errors = {
        str(key): f"This kind has no setting {quoted(str(key))}."
        for key in given
        if key not in known
    }
    settings: Settings = {}
    for setting in table:
        value = given.get(setting.key)
        try:
            settings[setting.key] = setting.default if value is None else setting.read(value)
        except ValueRefused as refusal:
            errors[setting.key] = str(refusal)
    if errors:
        raise SettingsError(errors)
    return settings
