"""What divides traces into strata, each trace into one: a column's value, or the first of several
filters that matches.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Case, CharField, F, OuterRef, Subquery, Value, When
from django.db.models.expressions import Combinable
from django.db.models.functions import Coalesce, Left, NullIf

from annotate_site.projects.models import Project

from .filters import TraceFilter
from .models import TraceAttribute

LONGEST = 200  # characters of a stratum's name, and of what a column names
NONE = "(none)"
REST = "(the rest)"


def _text(name: str) -> Callable[[Project, str], Combinable]:
    return lambda project, of: Coalesce(NullIf(F(name), Value("")), Value(NONE))


def _tag(project: Project, of: str) -> Combinable:
    tagged = When(tags__contains=[of], then=Value(f"tagged {of}"[:LONGEST]))
    return Case(tagged, default=Value("without the tag"), output_field=CharField())


def _attribute(project: Project, of: str) -> Combinable:
    """The first of its values in the order of the narrow table."""
    rows = TraceAttribute.objects.filter(project=project, trace=OuterRef("pk"), path=of)
    first = Subquery(rows.order_by("value").values("value")[:1])
    return Coalesce(NullIf(first, Value("")), Value(NONE))


@dataclass(frozen=True)
class StrataColumn:
    """`named`: it needs the name of a tag or an attribute's path beside it."""

    label: str
    build: Callable[[Project, str], Combinable]
    named: str = ""


COLUMNS = {
    "status": StrataColumn("Status", _text("status")),
    "model": StrataColumn("Model", _text("model")),
    "name": StrataColumn("Name", _text("name")),
    "user": StrataColumn("User", _text("user_id")),
    "tag": StrataColumn("Tag", _tag, "tag"),
    "attribute": StrataColumn("Attribute", _attribute, "attribute"),
}


@dataclass(frozen=True)
class Strata:
    """Nothing given: one stratum, "". With `filters` a trace that matches none is of REST."""

    column: str = ""
    of: str = ""
    filters: tuple[tuple[str, TraceFilter], ...] = ()

    @classmethod
    def read(cls, stored: Sequence[Any]) -> Strata:
        """From what `stored` has written."""
        if not stored:
            return cls()
        if isinstance(stored[0], str):
            column, _, of = stored[0].partition(".")
            return cls(column, of)
        return cls(
            filters=tuple((one["name"], TraceFilter.from_rows(one["filter"])) for one in stored)
        )

    def stored(self) -> list[Any]:
        """As JSON: [], [a column, `attribute.plan`], or a name and rows for each filter."""
        if self.column:
            return [f"{self.column}.{self.of}" if self.of else self.column]
        return [
            {"name": name, "filter": [str(row) for row in filter.rows]}
            for name, filter in self.filters
        ]

    @property
    def words(self) -> str:
        """As part of a sentence: "status", "attribute plan", "view"; "" for one stratum."""
        if self.column:
            return f"{COLUMNS[self.column].label.lower()} {self.of}".strip()
        return "view" if self.filters else ""

    def expression(self, project: Project) -> Combinable:
        """A trace's stratum, a text of LONGEST characters at most."""
        if self.column:
            built = COLUMNS[self.column].build(project, self.of)
            return Left(built, LONGEST, output_field=CharField())
        if not self.filters:
            return Value("", output_field=CharField())
        cases = [
            When(filter.condition(project), then=Value(name[:LONGEST]))
            for name, filter in self.filters
        ]
        return Case(*cases, default=Value(REST), output_field=CharField())
