"""Yes or no, with labels of one's own: true or false."""

from collections.abc import Sequence
from typing import Any

from ..scalars import ValueRefused
from .base import ABSENT, JSONValue, Kind, Schema, ValueOrAbsent, one_of
from .controls import Choices, Control, choice
from .options import fold
from .settings import Settings, line_setting


class Boolean(Kind):
    name = "boolean"
    label = "Yes or no"
    help = "Two answers, with labels of your own."
    settings = (
        line_setting("true_label", "Label of yes", 100, "Yes", help="Stored as true."),
        line_setting("false_label", "Label of no", 100, "No", help="Stored as false."),
    )

    def check(self, settings: Settings) -> dict[str, str]:
        errors = {key: "Give a label." for key, label in settings.items() if not label}
        if not errors and fold(settings["true_label"]) == fold(settings["false_label"]):
            errors["false_label"] = "The two labels must differ."
        return errors

    def read(self, settings: Settings, posted: list[str]) -> ValueOrAbsent:
        text = one_of(posted)
        if not text:
            return ABSENT
        if text not in ("true", "false"):
            raise ValueRefused(_either(settings))
        return text == "true"

    def meant(self, settings: Settings, said: object) -> object:
        """Its labels, and 1 and 0."""
        if isinstance(said, str):
            words = {fold(settings["true_label"]): True, fold(settings["false_label"]): False}
            return words.get(fold(said), said)
        return {1.0: True, 0.0: False}.get(said, said) if isinstance(said, (int, float)) else said

    def judge(self, settings: Settings, value: object) -> JSONValue:
        if not isinstance(value, bool):
            raise ValueRefused(_either(settings))
        return value

    def show(self, settings: Settings, value: Any) -> str:
        return str(settings["true_label" if value else "false_label"])

    def summary(self, settings: Settings) -> list[str]:
        labels = settings["true_label"], settings["false_label"]
        return [] if labels == ("Yes", "No") else [f"“{labels[0]}” or “{labels[1]}”"]

    def control(self, settings: Settings, posted: list[str]) -> Control:
        labels = ("true", settings["true_label"]), ("false", settings["false_label"])
        return Choices(
            choices=[choice(n, *pair, posted) for n, pair in enumerate(labels, 1)],
        )

    def possible_answers(self, settings: Settings) -> Sequence[JSONValue]:
        return [True, False]

    def schema(self, settings: Settings) -> Schema:
        return {
            "type": "boolean",
            "oneOf": [
                {"const": True, "title": settings["true_label"]},
                {"const": False, "title": settings["false_label"]},
            ],
        }


def _either(settings: Settings) -> str:
    return f"Answer “{settings['true_label']}” (true) or “{settings['false_label']}” (false)."
