"""One condition as it is written: in an address, in the form, in words."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from uuid import UUID

from django.db.models import Q

from .columns import COLUMNS, Column
from .conditions import Asked, JudgedBy, Place
from .kinds import Unreadable
from .operators import WITHOUT_VALUE, Operator

LONGEST_ROW = 1000


@dataclass(frozen=True)
class Row:
    """`of` is what the column names by a dot: a path, the lineage of a field, a queue.

    A row that cannot be asked keeps what was written, and has a `problem`.
    """

    column: str
    operator: str = ""
    value: str = ""
    of: str = ""

    @classmethod
    def parse(cls, text: str) -> Row:
        """What `str` has written; any other text gives a row with a problem."""
        column, _, rest = text.replace("\x00", "")[:LONGEST_ROW].partition(":")
        operator, _, value = rest.partition(":")
        name, _, of = column.partition(".")
        return cls(name, operator, value.strip(), of.replace("%3A", ":").replace("%25", "%"))

    def __str__(self) -> str:
        of = self.of.replace("%", "%25").replace(":", "%3A")
        column = f"{self.column}.{of}" if of else self.column
        parts = [column, self.operator, self.value]
        return ":".join(parts[: 3 if self.value else 2 if self.operator else 1])

    @property
    def problem(self) -> str:
        """A sentence for a row that cannot be asked, else ""."""
        return self._read if isinstance(self._read, str) else ""

    @property
    def spec(self) -> Column:
        """Its column; of a row without a problem."""
        return COLUMNS[self.column]

    @property
    def asked(self) -> Asked:
        """Raises Unreadable."""
        if isinstance(self._read, str):
            raise Unreadable(self._read)
        return self._read

    @property
    def is_listed(self) -> bool:
        """A narrow table lists exactly the traces that match."""
        return self.asked.operator in self.spec.listed

    @property
    def is_quick(self) -> bool:
        return self.is_listed or self.asked.operator in self.spec.quick

    def condition(self, place: Place) -> Q:
        return self.spec.build(self.asked, place)

    @cached_property
    def _read(self) -> Asked | str:
        try:
            return self._asked()
        except Unreadable as error:
            return str(error)

    def _asked(self) -> Asked:
        column = COLUMNS.get(self.column)
        if column is None or (self.of and column.read_of is None):
            raise Unreadable("There is no such column. Choose one of the list.")
        if self.operator not in column.kind.operators:
            raise Unreadable(f"Choose how to compare {column.label.lower()}.")
        operator = Operator(self.operator)
        of = column.read_of(self.of) if column.read_of else None
        if operator in WITHOUT_VALUE:
            return Asked(operator, None, of)
        if not self.value:
            raise Unreadable("Give a value to compare with.")
        return Asked(operator, column.kind.read(operator, self.value), of)

    def describe(self, names: dict[UUID, str]) -> str:
        """In words, as part of a sentence; `names` of queues and fields, by id or lineage."""
        column, asked = self.spec, self.asked
        label = column.label.lower()
        if self.column == "attribute":
            label = f"attribute {self.of}"
        elif asked.of:
            label = f"{label} {_name_of(asked.of, names)}"
        if asked.operator in WITHOUT_VALUE:
            return f"{label} {asked.operator.label}"
        return f"{label} {asked.operator.label} {self._value_in_words(names)}"

    def _value_in_words(self, names: dict[UUID, str]) -> str:
        kind, value = self.spec.kind, self.asked.value
        if kind.control == "queue":
            return names.get(value, "one that is not here")
        if kind.control == "seconds":
            return f"{self.value} s"
        if kind.control == "time":
            return self.value.replace("..", " and ")
        return dict(kind.choices).get(value) or f"“{self.value}”"


def _name_of(of: UUID | JudgedBy, names: dict[UUID, str]) -> str:
    key, more = (of.about, of.words) if isinstance(of, JudgedBy) else (of, "")
    return names.get(key, "that is not here") + more
