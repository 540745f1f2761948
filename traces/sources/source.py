"""What can be annotated, of whatever kind: its key, what was said in it, its traces."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import models

from ..models import Span, Trace

LONGEST_KEY = 200


class SourceKind(models.TextChoices):
    TRACE = "trace"
    SPAN = "span"
    SESSION = "session"
    DATASET_ROW = "dataset_row"


@dataclass(frozen=True)
class Part:
    """What went into a run, or a step of it, and what came out.

    `steps`: spans in order, each with the model that it names or ""; only where asked for.
    `trace`: the run of a part of a session. `expected`: what a row of a dataset holds answers to.
    """

    title: str
    inputs: dict[str, Any]
    outputs: dict[str, Any]
    model: str = ""
    start: datetime | None = None
    steps: list[tuple[Span, str]] = field(default_factory=list)
    trace: UUID | None = None
    expected: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Source:
    """`key` is text, and no other source of its kind in the project has it, ever.

    `parts`: several for a session, else one; `left`: how many more it has. `traces`: those whose
    lists show its queue and its answers. `bare_title` names no model; "" for the same title.
    `changes` grows whenever its traces get or change spans, or become more; None where it cannot.
    It is read before the content, so that no change is missed.
    """

    kind: SourceKind
    key: str
    title: str
    parts: list[Part]
    traces: list[Trace]
    left: int = 0
    bare_title: str = ""
    changes: int | None = None
