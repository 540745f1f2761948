"""Sources of items: what a person can be given to annotate, found by kind and key.

A kind is a module with a loader; everything else treats all kinds alike.
"""

from collections.abc import Sequence
from typing import Protocol

from annotate_site.projects.models import Project

from .of_traces import load_traces
from .source import LONGEST_KEY, Part, Source, SourceKind

__all__ = ["LONGEST_KEY", "Part", "Source", "SourceKind", "load_sources"]


class Loader(Protocol):
    def __call__(self, project: Project, keys: Sequence[str], *, steps: bool) -> list[Source]: ...


LOADERS: dict[SourceKind, Loader] = {SourceKind.TRACE: load_traces}


def load_sources(
    project: Project, kind: SourceKind, keys: Sequence[str], *, steps: bool = False
) -> list[Source]:
    """The project's sources with these keys, in the order given, each once; others are left out.

    With `steps` each has the spans of its run.
    """
    return LOADERS[kind](project, keys, steps=steps)
