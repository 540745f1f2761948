"""Which sources somebody picked, of one kind: what a form says, and a job reads again."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from django.http import QueryDict

from annotate_site.projects.models import Project

from ..selecting import Selection
from .source import SourceKind


@dataclass(frozen=True)
class KeyPage:
    """Some of the keys, and the place behind them as JSON, from which `pages` continues."""

    keys: list[str]
    after: Any


class Selected(Protocol):
    """Sources of one kind, in an order of their own.

    `strange`: what was given as a key and cannot be one. `pairs`: hidden inputs that select the
    same again; `as_filter`: what a batch remembers of it.
    """

    @property
    def project(self) -> Project: ...
    @property
    def kind(self) -> SourceKind: ...
    @property
    def strange(self) -> tuple[str, ...]: ...
    @property
    def of_traces(self) -> Selection | None:
        """The traces themselves, where they are what is selected."""

    @property
    def is_empty(self) -> bool: ...
    @property
    def names_keys(self) -> bool:
        """They are named one by one, so that a page about none of them is not found."""

    @property
    def pairs(self) -> list[tuple[str, str]]: ...
    @property
    def as_filter(self) -> dict[str, Any]: ...
    @property
    def count(self) -> int: ...
    def first(self, most: int) -> list[str]: ...
    def pages(self, after: Any = None) -> Iterator[KeyPage]: ...
    def before(self, moment: datetime) -> Selected: ...


@dataclass(frozen=True)
class SelectedTraces:
    """Traces, as the list of traces selects them."""

    selection: Selection
    kind = SourceKind.TRACE

    @property
    def project(self) -> Project:
        return self.selection.project

    @property
    def strange(self) -> tuple[str, ...]:
        return self.selection.strange

    @property
    def of_traces(self) -> Selection:
        return self.selection

    @property
    def is_empty(self) -> bool:
        return self.selection.is_empty

    @property
    def names_keys(self) -> bool:
        return self.selection.filter is None

    @property
    def pairs(self) -> list[tuple[str, str]]:
        return self.selection.pairs

    @property
    def as_filter(self) -> dict[str, Any]:
        return self.selection.as_filter

    @property
    def count(self) -> int:
        return self.selection.count

    def first(self, most: int) -> list[str]:
        return [str(pk) for pk in self.selection.first(most)]

    def pages(self, after: Any = None) -> Iterator[KeyPage]:
        for page in self.selection.pages(after):
            yield KeyPage([str(pk) for pk in page.ids], page.after)

    def before(self, moment: datetime) -> SelectedTraces:
        return SelectedTraces(self.selection.before(moment))


def read_selection(project: Project, data: QueryDict) -> Selected:
    """From what the pages send: see `Selection.of`."""
    return SelectedTraces(Selection.of(project, data))
