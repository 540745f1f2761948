"""Read the keys of one JSON object, and name the exact place of whatever is wrong."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from traces.ingest.cleaning import InputRefused
from traces.ingest.values import Unreadable

T = TypeVar("T")

_SHOWN_KEY = 60


class Place:
    """An object at a path such as "spans[3]." ("" for the outermost).

    Every method raises InputRefused, its sentence beginning with the path and the key.
    """

    def __init__(self, values: dict[str, Any], path: str) -> None:
        self.values = values
        self._path = path

    def refusal(self, key: str, why: str) -> InputRefused:
        """The error for one key."""
        return InputRefused(f"{self._path}{key[:_SHOWN_KEY]}: {why}")

    def read(self, key: str, read: Callable[[Any], T]) -> T:
        """The value of a key through one of the functions of `values`."""
        try:
            return read(self.values.get(key))
        except Unreadable as error:
            raise self.refusal(key, str(error)) from None

    def object(self, key: str) -> dict[str, Any]:
        """A JSON object; {} if absent."""
        value = self.values.get(key)
        if value is None:
            return {}
        if not isinstance(value, dict):
            raise self.refusal(key, "must be an object.")
        return value

    def with_others(self, key: str, known: frozenset[str]) -> dict[str, Any]:
        """The object under a key, and before it every key of this object that is not `known`."""
        others = {name: value for name, value in self.values.items() if name not in known}
        return others | self.object(key)

    def objects(self, key: str, limit: int) -> list[dict[str, Any]]:
        """A list of at most `limit` JSON objects; [] if absent."""
        value = self.values.get(key)
        if value is None:
            return []
        if not isinstance(value, list):
            raise self.refusal(key, "must be a list.")
        if len(value) > limit:
            raise self.refusal(key, f"must be at most {limit:,}.")
        for index, item in enumerate(value):
            if not isinstance(item, dict):
                raise self.refusal(f"{key}[{index}]", "must be an object.")
        return value
