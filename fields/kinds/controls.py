"""The controls of answers, as the templates in `templates/fields/kinds/` show them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, Final

_ROW_OF_CHOICES: Final = 7
_DIGITS: Final = 9
_MOST_UNFILTERED: Final = 12


@dataclass(frozen=True, kw_only=True)
class Control:
    """`hint`: a rule that one must know before answering.

    `has_box`: one box takes the answer; it has the label and the descriptions, not the group.
    `clearable`: there is a button for it; a text is cleared by deleting it.
    `several`: more than one part of it can be chosen.
    """

    template: ClassVar[str]
    has_box: ClassVar[bool] = False
    clearable: bool = True
    several: bool = False
    hint: str = ""


@dataclass(frozen=True)
class Choice:
    """One radio button, checkbox or step; `key` is its digit, "" beyond 9.

    `alone`: it cannot be chosen together with others ("None of these").
    """

    value: str
    label: str
    key: str
    checked: bool
    description: str = ""
    hue: str = ""
    icon: str = ""
    alone: bool = False


@dataclass(frozen=True, kw_only=True)
class Choices(Control):
    template = "fields/kinds/choices.html"

    choices: Sequence[Choice]

    @property
    def as_list(self) -> bool:
        described = any(one.description for one in self.choices)
        return described or len(self.choices) > _ROW_OF_CHOICES

    @property
    def has_filter(self) -> bool:
        """A box above the options finds them by what is typed; with scripts alone."""
        return len(self.choices) > _MOST_UNFILTERED


def choice(
    number: int,
    value: str,
    label: str,
    posted: Sequence[str],
    *,
    description: str = "",
    hue: str = "",
    icon: str = "",
) -> Choice:
    return Choice(value, label, digit(number), value in posted, description, hue, icon)


def digit(number: int) -> str:
    """The key that chooses the option of a number, from 1 on."""
    return str(number) if number <= _DIGITS else ""
