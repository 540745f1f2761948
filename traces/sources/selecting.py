"""Which sources somebody picked, of one kind: what a form says, and a job reads again."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.http import QueryDict

from annotate_site.form_data import ROW_ID, whole_number
from annotate_site.projects.models import Project

from ..datasets.models import DatasetVersion
from ..selecting import Selection
from . import KINDS, known_keys
from .keys import read_key
from .source import SourceKind

AS = "as"  # with "session": the sessions of the traces that are selected
ROWS_OF = "rows_of"  # a version of a dataset, all of whose rows are meant
PARAMETERS = {
    "span": SourceKind.SPAN, "session": SourceKind.SESSION, "row": SourceKind.DATASET_ROW,
}  # fmt: skip
LONGEST_STRANGE = 100


@dataclass(frozen=True)
class KeyPage:
    """Some of the keys, and the place behind them as JSON, from which `pages` continues."""

    keys: list[str]
    after: Any


@dataclass(frozen=True, kw_only=True)
class Selected(ABC):
    """Sources of one kind, in an order of their own.

    `strange`: what was given as a key and cannot be one. `names_keys`: they are named one by one.
    """

    project: Project
    kind: SourceKind
    strange: tuple[str, ...] = ()
    names_keys: bool = False

    @property
    def is_empty(self) -> bool:
        """Nothing was selected, not even something that is not there."""
        return False

    @property
    def of_traces(self) -> Selection | None:
        """The traces themselves, where they are what is selected."""
        return None

    @property
    def is_of_traces(self) -> bool:
        """Sessions, selected by their traces."""
        return False

    @property
    @abstractmethod
    def pairs(self) -> list[tuple[str, str]]:
        """Hidden inputs that select the same again."""

    @property
    @abstractmethod
    def as_filter(self) -> dict[str, Any]:
        """What a batch remembers of how they were chosen."""

    @property
    @abstractmethod
    def count(self) -> int:
        """How many of the project's sources these are."""

    @abstractmethod
    def first(self, most: int) -> list[str]:
        """The keys of the first ones."""

    @abstractmethod
    def pages(self, after: Any = None) -> Iterator[KeyPage]:
        """Every key, a chunk at a time, from the beginning or from behind an earlier page."""

    def before(self, moment: datetime) -> Selected:
        """Without what arrived later."""
        return self


@dataclass(frozen=True, kw_only=True)
class SelectedTraces(Selected):
    """Traces, as their list selects them."""

    selection: Selection
    kind: SourceKind = SourceKind.TRACE

    @classmethod
    def of(cls, selection: Selection) -> SelectedTraces:
        return cls(
            project=selection.project, strange=selection.strange, selection=selection,
            names_keys=selection.filter is None,
        )  # fmt: skip

    @property
    def is_empty(self) -> bool:
        return self.selection.is_empty

    @property
    def of_traces(self) -> Selection:
        return self.selection

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

    def before(self, moment: datetime) -> Selected:
        return SelectedTraces.of(self.selection.before(moment))


@dataclass(frozen=True, kw_only=True)
class SelectedSessions(Selected):
    """The sessions of the traces that are selected, each once, in the order of their ids."""

    selection: Selection
    kind: SourceKind = SourceKind.SESSION

    @property
    def pairs(self) -> list[tuple[str, str]]:
        return [(AS, "session"), *self.selection.pairs]

    @property
    def as_filter(self) -> dict[str, Any]:
        return {AS: "session", **self.selection.as_filter}

    @property
    def is_of_traces(self) -> bool:
        return True

    @property
    def count(self) -> int:
        return self._ids().count()

    def first(self, most: int) -> list[str]:
        return list(self._ids()[:most])

    def pages(self, after: Any = None) -> Iterator[KeyPage]:
        chunk = KINDS[self.kind].chunk
        while keys := list(self._ids(after)[:chunk]):
            after = keys[-1]
            yield KeyPage(keys, after)

    def before(self, moment: datetime) -> Selected:
        return replace(self, selection=self.selection.before(moment))

    def _ids(self, after: str | None = None) -> QuerySet[Any, str]:
        found = self.selection.matching().exclude(session_id="")
        if after is not None:
            found = found.filter(session_id__gt=after)
        return found.order_by("session_id").values_list("session_id", flat=True).distinct()


@dataclass(frozen=True, kw_only=True)
class SelectedKeys(Selected):
    """What is named key by key, in the order given."""

    keys: tuple[str, ...]
    names_keys: bool = True

    @classmethod
    def read(cls, project: Project, kind: SourceKind, given: list[str]) -> SelectedKeys:
        keys = {text: read_key(kind, text) for text in given}
        known = tuple(dict.fromkeys(key for key in keys.values() if key))
        strange = tuple(text[:LONGEST_STRANGE] for text, key in keys.items() if not key)
        return cls(project=project, kind=kind, keys=known, strange=strange)

    @property
    def pairs(self) -> list[tuple[str, str]]:
        name = next(name for name, kind in PARAMETERS.items() if kind == self.kind)
        return [(name, key) for key in self.keys]

    @property
    def as_filter(self) -> dict[str, Any]:
        return {}

    @property
    def count(self) -> int:
        return len(self._known())

    def first(self, most: int) -> list[str]:
        return self._known()[:most]

    def pages(self, after: Any = None) -> Iterator[KeyPage]:
        chunk = KINDS[self.kind].chunk
        for start in range(after or 0, len(self.keys), chunk):
            some = self.keys[start : start + chunk]
            yield KeyPage(list(some), start + len(some))

    def _known(self) -> list[str]:
        return known_keys(self.project, self.kind, self.keys)


@dataclass(frozen=True, kw_only=True)
class SelectedRows(Selected):
    """All rows of a version of a dataset, in their order."""

    version: DatasetVersion
    kind: SourceKind = SourceKind.DATASET_ROW

    @property
    def pairs(self) -> list[tuple[str, str]]:
        return [(ROWS_OF, str(self.version.pk))]

    @property
    def as_filter(self) -> dict[str, Any]:
        return {"dataset": str(self.version.dataset_id), "version": self.version.number}

    @property
    def count(self) -> int:
        return self.version.rows

    def first(self, most: int) -> list[str]:
        return [str(row) for _, row in self._places(0)[:most]]

    def pages(self, after: Any = None) -> Iterator[KeyPage]:
        place = after or 0
        while found := list(self._places(place)[: KINDS[self.kind].chunk]):
            place = found[-1][0]
            yield KeyPage([str(row) for _, row in found], place)

    def _places(self, after: int) -> QuerySet[Any, tuple[int, int]]:
        places = self.version.places.filter(place__gt=after).order_by("place")
        return places.values_list("place", "row")


def read_selection(project: Project, data: QueryDict) -> Selected:
    """From what pages send: repeated `span`, `session` or `row`, `rows_of` a version, or traces as
    `Selection.of` has them, with `as=session` for their sessions.
    """
    for name, kind in PARAMETERS.items():
        if name in data:
            return SelectedKeys.read(project, kind, data.getlist(name))
    if ROWS_OF in data:
        version = _version(project, data.get(ROWS_OF, ""))
        if version is None:
            return SelectedKeys.read(project, SourceKind.DATASET_ROW, ["no such version"])
        return SelectedRows(project=project, version=version)
    selection = Selection.of(project, data)
    if data.get(AS) == "session" and not selection.is_empty:
        return SelectedSessions(
            project=project, selection=selection, names_keys=selection.filter is None,
            strange=selection.strange,
        )  # fmt: skip
    return SelectedTraces.of(selection)


def _version(project: Project, text: str) -> DatasetVersion | None:
    number = whole_number(text, most=ROW_ID)
    versions = DatasetVersion.objects.filter(dataset__project=project)
    return versions.filter(pk=number).first() if number is not None else None
