"""What can be annotated, of whatever kind: its key, what was said in it, its traces."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

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
    """

    title: str
    inputs: dict[str, Any]
    outputs: dict[str, Any]
    model: str = ""
    start: datetime | None = None
    steps: list[tuple[Span, str]] = field(default_factory=list)


@dataclass(frozen=True)
class Source:
    """`key` is text, and no other source of its kind in the project has it, ever.

    `traces`: those whose lists show its queue and its answers.
    """

    kind: SourceKind
    key: str
    title: str
    parts: list[Part]
    traces: list[Trace]
