"""What a person reads of a row, and of one that is not made yet."""

from dataclasses import dataclass
from typing import Any, Protocol

from traces.reading.sections import Reading, read_sides
from traces.titles import Heading, heading_of

from .queries import in_words


class Content(Protocol):
    """A row, or what will be one."""

    @property
    def inputs(self) -> dict[str, Any]: ...
    @property
    def outputs(self) -> dict[str, Any]: ...
    @property
    def expected(self) -> dict[str, Any]: ...
    @property
    def annotations(self) -> dict[str, Any]: ...


@dataclass(frozen=True)
class RowReading:
    """`expected` is None where the row has none; `annotations`: names and values in words."""

    heading: Heading
    reading: Reading
    expected: Reading | None
    annotations: list[tuple[str, str]]


def read_row(row: Content, line: str, *, glimpse: bool = False) -> RowReading:
    """`line`: the row's preview. `glimpse`: of many messages only the first and the last."""
    if erased := getattr(row, "erased_at", None):
        return RowReading(heading_of("", line), Reading([], erased_at=erased), None, [])
    expected = read_sides({}, row.expected, glimpse=glimpse) if row.expected else None
    return RowReading(
        heading_of("", line),
        read_sides(row.inputs, row.outputs, glimpse=glimpse),
        expected,
        [(name, in_words(value)) for name, value in row.annotations.items()],
    )
