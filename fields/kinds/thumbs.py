"""Thumbs up or down: "up" or "down"."""

from collections.abc import Sequence
from typing import Any

from ..scalars import ValueRefused
from .base import JSONValue, Kind, Schema
from .controls import Choices, Control, choice
from .settings import Settings


class Thumbs(Kind):
    name = "thumbs"
    label = "Thumbs up or down"
    help = "A verdict in one movement."

    def meant(self, settings: Settings, said: object) -> object:
        """Also 1 and 0, and yes and no, by which programs tell them."""
        return {1.0: "up", 0.0: "down"}.get(said, said) if isinstance(said, (int, float)) else said

    def judge(self, settings: Settings, value: object) -> JSONValue:
        if not isinstance(value, str) or value not in ("up", "down"):
            raise ValueRefused("Answer “up” or “down”.")
        return value

    def show(self, settings: Settings, value: Any) -> str:
        return f"Thumbs {value}"

    def control(self, settings: Settings, posted: list[str]) -> Control:
        return Choices(
            choices=[
                choice(1, "up", "Thumbs up", posted, icon="thumb-up"),
                choice(2, "down", "Thumbs down", posted, icon="thumb-down"),
            ],
        )

    def possible_answers(self, settings: Settings) -> Sequence[JSONValue]:
        return ["up", "down"]

    def schema(self, settings: Settings) -> Schema:
        return {"enum": ["up", "down"]}
