"""Several choices: a list of option values, in the order of the options, none twice."""

from collections.abc import Sequence
from typing import Any

from ..scalars import ValueRefused
from .base import ABSENT, JSONValue, Kind, Schema, ValueOrAbsent
from .controls import Choice, Choices, Control, digit
from .options import (
    MOST,
    OPTIONS,
    check_options,
    choices_of,
    judge_distinct,
    label_of,
    labels,
    one_option,
    values_of,
)
from .settings import Settings, count_setting


class Categories(Kind):
    name = "categories"
    label = "Several choices"
    help = "Any of 2 to 50 options."
    by_option = True
    settings = (
        OPTIONS,
        count_setting(
            "min_choices", "Fewest choices", 0, MOST, 1, help="0 offers “None of these”."
        ),
        count_setting("max_choices", "Most choices", 1, MOST, None, empty="All"),
    )

    def check(self, settings: Settings) -> dict[str, str]:
        errors = check_options(settings)
        if errors:
            return errors
        least, most = settings["min_choices"], settings["max_choices"]
        count = len(settings["options"])
        for key in ("min_choices", "max_choices"):
            if settings[key] is not None and settings[key] > count:
                errors[key] = f"There are {count} options; {settings[key]} cannot be chosen."
        if not errors and most is not None and least > most:
            errors["max_choices"] = f"At most {most} is fewer than the {least} asked for at least."
        return errors

    def read(self, settings: Settings, posted: list[str]) -> ValueOrAbsent:
        """One empty string says "none of these", []."""
        return [text for text in posted if text] if posted else ABSENT

    def judge(self, settings: Settings, value: object) -> JSONValue:
        chosen = judge_distinct(settings, value)
        least, most = settings["min_choices"], settings["max_choices"]
        if len(chosen) < least:
            raise ValueRefused(f"Choose {least} at least; {len(chosen)} chosen.")
        if most is not None and len(chosen) > most:
            raise ValueRefused(f"Choose {most} at most; {len(chosen)} chosen.")
        return [option for option in values_of(settings) if option in chosen]

    def show(self, settings: Settings, value: Any) -> str:
        return ", ".join(label_of(settings, one) for one in value) or "None of these"

    def summary(self, settings: Settings) -> list[str]:
        least, most = settings["min_choices"], settings["max_choices"]
        count = f"at least {least}" if most is None else f"{least} to {most}"
        return [count, *labels(settings)]

    def control(self, settings: Settings, posted: list[str]) -> Control:
        choices = choices_of(settings, posted)
        if settings["min_choices"] == 0:
            choices.append(_none_of_these(len(choices) + 1, posted))
        return Choices(choices=choices, several=True, hint=_hint(settings))

    def possible_answers(self, settings: Settings) -> Sequence[JSONValue]:
        return values_of(settings)

    def schema(self, settings: Settings) -> Schema:
        most = settings["max_choices"]
        return {
            "type": "array",
            "items": one_option(settings),
            "uniqueItems": True,
            "minItems": settings["min_choices"],
            "maxItems": len(settings["options"]) if most is None else most,
        }


def _none_of_these(number: int, posted: list[str]) -> Choice:
    """An empty string is the posted form of "none", which is an answer and not an absence."""
    none = bool(posted) and not any(posted)
    return Choice("", "None of these", digit(number), none, alone=True)


def _hint(settings: Settings) -> str:
    least, most = settings["min_choices"], settings["max_choices"]
    if most is None:
        return "All that apply." if least < 2 else f"All that apply, {least} at least."
    if least == most:
        return f"Choose {most}."
    return f"Choose {most} at most." if least < 2 else f"Choose {least} to {most}."
