"""What every kind of field can do; each module of this package is one. Pure."""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from enum import Enum
from typing import Any, ClassVar, Final, Literal

from ..scalars import ValueRefused
from ..scales import Scale
from .controls import Control
from .settings import Setting, Settings

JSONValue = bool | int | float | str | list[str]
Schema = dict[str, Any]


class Absent(Enum):
    """The type of ABSENT."""

    ABSENT = "absent"


ABSENT: Final = Absent.ABSENT
"""Nothing was answered: the control is untouched, the key is not there."""

ValueOrAbsent = JSONValue | Literal[Absent.ABSENT]


class Kind(ABC):
    """`settings` is always what `clean_settings` returned, `posted` the strings of a form.

    `scale` is None where answers are words, of which no two need be the same. `by_option`: an
    answer says of each option whether it is chosen, and people may agree on some of them.
    `by_place`: an answer gives each option a place. `whole`: nothing lies between 1 and 2, or
    between a day and the next.
    """

    name: ClassVar[str]  # as stored
    label: ClassVar[str]
    help: ClassVar[str]
    scale: ClassVar[Scale | None] = Scale.NOMINAL
    by_option: ClassVar[bool] = False
    by_place: ClassVar[bool] = False
    whole: ClassVar[bool] = True
    settings: ClassVar[tuple[Setting, ...]] = ()

    def check(self, settings: Settings) -> dict[str, str]:
        """What is wrong between settings that are each right, as {key: sentence}."""
        return {}

    def read(self, settings: Settings, posted: list[str]) -> ValueOrAbsent:
        """The JSON value for `judge`; an untouched control is ABSENT. Raises ValueRefused."""
        return one_of(posted) or ABSENT

    def meant(self, settings: Settings, said: object) -> object:
        """What `judge` is given for the figure or the label by which a program reports a value."""
        return said

    @abstractmethod
    def judge(self, settings: Settings, value: object) -> JSONValue:
        """The canonical form of a JSON value. Raises ValueRefused."""

    @abstractmethod
    def show(self, settings: Settings, value: Any) -> str:
        """A valid value as people read it: labels in place of values, units, "4 of 5"."""

    def show_range(self, low: float, high: float) -> str:
        """Of an interval scale: the values from `low` up to, and without, `high`; dates are given
        as their ordinals.
        """
        return f"{low:,.6g} to below {high:,.6g}"

    def summary(self, settings: Settings) -> list[str]:
        """What a line about the field says after the kind's label; empty parts are left out."""
        return []

    @abstractmethod
    def control(self, settings: Settings, posted: list[str]) -> Control:
        """What the kind's template shows."""

    @abstractmethod
    def schema(self, settings: Settings) -> Schema:
        """A JSON Schema of the values that `judge` returns, as far as one can say it."""

    def possible_answers(self, settings: Settings) -> Sequence[JSONValue] | None:
        """Every value that `judge` can return, in order, where these are fixed and few. Of a kind
        that is `by_option`, its options.
        """
        return None


def one_of(posted: list[str]) -> str:
    """The only string posted, "" for none. Raises ValueRefused for several."""
    if len(posted) > 1:
        raise ValueRefused("Give one answer, not several.")
    return posted[0] if posted else ""
