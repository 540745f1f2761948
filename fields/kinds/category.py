"""One choice: the value of one option."""

from collections.abc import Sequence
from typing import Any

from .base import JSONValue, Kind, Schema
from .controls import Choices, Control
from .options import (
    OPTIONS,
    check_options,
    choices_of,
    fold,
    judge_option,
    label_of,
    labels,
    one_option,
    values_of,
)
from .settings import Settings


class Category(Kind):
    name = "category"
    label = "One choice"
    help = "One of 2 to 50 options."
    settings = (OPTIONS,)

    def check(self, settings: Settings) -> dict[str, str]:
        return check_options(settings)

    def meant(self, settings: Settings, said: object) -> object:
        """An option's label as well as its value."""
        if isinstance(said, str) and said not in values_of(settings):
            named = {fold(one["label"]): one["value"] for one in settings["options"]}
            return named.get(fold(said), said)
        return said

    def judge(self, settings: Settings, value: object) -> JSONValue:
        return judge_option(settings, value)

    def show(self, settings: Settings, value: Any) -> str:
        return label_of(settings, value)

    def summary(self, settings: Settings) -> list[str]:
        return labels(settings)

    def control(self, settings: Settings, posted: list[str]) -> Control:
        return Choices(choices=choices_of(settings, posted))

    def possible_answers(self, settings: Settings) -> Sequence[JSONValue]:
        return values_of(settings)

    def schema(self, settings: Settings) -> Schema:
        return one_option(settings)
