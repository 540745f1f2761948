"""Options put in order: the list of all their values, the first on top, without ties."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from ..scalars import ValueRefused
from .base import ABSENT, JSONValue, Kind, Schema, ValueOrAbsent
from .controls import Choice, Control
from .options import (
    OPTIONS,
    check_options,
    choices_of,
    judge_distinct,
    label_of,
    labels,
    one_option,
    values_of,
)
from .settings import Settings


@dataclass(frozen=True, kw_only=True)
class Places(Control):
    """`rows`: the options as they are shown, those in place first.

    `menus`: one for each place, with what was chosen for it. They hold the answer, and are seen
    where there are no scripts; a script moves the rows and fills the menus.
    """

    template = "fields/kinds/ranking.html"

    rows: Sequence[Choice]
    menus: Sequence[tuple[str, Sequence[Choice]]]


class Ranking(Kind):
    """Two orders are the same or they are not: the scale is nominal."""

    name = "ranking"
    label = "Ranking"
    help = "2 to 50 options put in order."
    by_place = True
    settings = (replace(OPTIONS, help="At first they are shown in this order."),)

    def check(self, settings: Settings) -> dict[str, str]:
        return check_options(settings)

    def read(self, settings: Settings, posted: list[str]) -> ValueOrAbsent:
        """A place without an option is an empty string; all of them empty is untouched."""
        return [text for text in posted if text] or ABSENT

    def judge(self, settings: Settings, value: object) -> JSONValue:
        order, count = judge_distinct(settings, value), len(settings["options"])
        if len(order) < count:
            raise ValueRefused(f"Put all {count} options in order; {len(order)} placed.")
        return order

    def show(self, settings: Settings, value: Any) -> str:
        return ", ".join(f"{n}. {label_of(settings, one)}" for n, one in enumerate(value, 1))

    def summary(self, settings: Settings) -> list[str]:
        return labels(settings)

    def control(self, settings: Settings, posted: list[str]) -> Control:
        values = values_of(settings)
        placed = [one for one in dict.fromkeys(posted) if one in values]
        order = [*placed, *(one for one in values if one not in placed)]
        choices = {one.value: one for one in choices_of(settings, [])}
        chosen = [*posted, *[""] * len(values)][: len(values)]
        return Places(
            rows=[choices[one] for one in order],
            menus=[(one if one in values else "", list(choices.values())) for one in chosen],
            hint="Put them in order, the first on top.",
        )

    def schema(self, settings: Settings) -> Schema:
        count = len(settings["options"])
        return {
            "type": "array",
            "items": one_option(settings),
            "uniqueItems": True,
            "minItems": count,
            "maxItems": count,
        }
