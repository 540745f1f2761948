"""Sources of items: what a person can be given to annotate, found by kind and key.

A kind is a module and a row of KINDS; everything else treats all kinds alike.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from annotate_site.projects.models import Project

from .of_dataset_rows import known_dataset_rows, load_dataset_rows
from .of_sessions import known_sessions, load_sessions
from .of_spans import known_spans, load_spans
from .of_traces import known_traces, load_traces
from .source import LONGEST_KEY, Part, Source, SourceKind

__all__ = [
    "KINDS", "LONGEST_KEY", "Part", "Source", "SourceKind", "counted", "known_keys",
    "load_sources",
]  # fmt: skip


class Load(Protocol):
    def __call__(self, project: Project, keys: Sequence[str], *, steps: bool) -> list[Source]: ...


@dataclass(frozen=True)
class Kind:
    """`word` and `words` name it to people; `chunk`: how many are loaded at a time."""

    word: str
    words: str
    load: Load
    known: Callable[[Project, Sequence[str]], set[str]]
    chunk: int = 500


KINDS: dict[SourceKind, Kind] = {
    SourceKind.TRACE: Kind("trace", "traces", load_traces, known_traces),
    SourceKind.SPAN: Kind("span", "spans", load_spans, known_spans),
    SourceKind.SESSION: Kind("session", "sessions", load_sessions, known_sessions, chunk=20),
    SourceKind.DATASET_ROW: Kind(
        "dataset row", "dataset rows", load_dataset_rows, known_dataset_rows
    ),
}


def load_sources(
    project: Project, kind: SourceKind, keys: Sequence[str], *, steps: bool = False
) -> list[Source]:
    """The project's sources with these keys, in the order given, each once; others are left out.

    With `steps` each has the spans of its run. The caller takes at most a chunk of the kind.
    """
    return KINDS[kind].load(project, keys, steps=steps)


def known_keys(project: Project, kind: SourceKind, keys: Sequence[str]) -> list[str]:
    """Those that the project has, in the order given; no content is read."""
    found = KINDS[kind].known(project, keys)
    return [key for key in dict.fromkeys(keys) if key in found]


def counted(kind: SourceKind, number: int) -> str:
    """ "1 trace", "1,234 sessions"."""
    return f"{number:,} {KINDS[kind].word if number == 1 else KINDS[kind].words}"
