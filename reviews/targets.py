"""What direct scores are about: a trace, a span of it, a session; and who gave them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from annotate_site.projects.models import ApiToken, Project, User
from traces.models import Span, Trace
from traces.sources.keys import read_id, span_key

from .models import Score, Target

SourceKind = Score.Source


@dataclass(frozen=True)
class ScoreTarget:
    """`trace` is our id of the trace, None for a session."""

    kind: Target
    key: str
    trace: UUID | None = None

    @classmethod
    def of_trace(cls, trace: UUID) -> ScoreTarget:
        return cls(Target.TRACE, str(trace), trace)

    @classmethod
    def of_span(cls, trace: UUID, span_id: str) -> ScoreTarget:
        return cls(Target.SPAN, span_key(trace, span_id), trace)

    @classmethod
    def of_session(cls, session_id: str) -> ScoreTarget:
        return cls(Target.SESSION, session_id)


def span_of(key: str) -> str:
    """The span's id in the key of a target that is one."""
    return key.partition("/")[2]


@dataclass(frozen=True)
class Source:
    """Who says it. One source has one score that counts on a target and a field.

    `key`: whom or what the sender means by it, where one sender reports several. A model or a check
    is known by its name; another version of it is the same source.
    """

    kind: SourceKind
    annotator: User | None = None
    token: ApiToken | None = None
    key: str = ""
    evaluator: str = ""
    version: str = ""

    @classmethod
    def person(cls, user: User) -> Source:
        return cls(SourceKind.HUMAN, annotator=user)


@dataclass(frozen=True)
class TargetRef:
    """As a sender names a target: a trace by its own id or ours, and a span in it; or a session."""

    trace_id: str = ""
    span_id: str = ""
    session_id: str = ""


def find_targets(project: Project, refs: Iterable[TargetRef]) -> dict[TargetRef, ScoreTarget]:
    """Those that the project has, in three statements at most."""
    wanted = list(dict.fromkeys(refs))
    traces = _traces(project, {ref.trace_id for ref in wanted if ref.trace_id})
    spans = _spans(project, wanted, traces)
    sessions = _sessions(project, {ref.session_id for ref in wanted if ref.session_id})
    found = {}
    for ref in wanted:
        trace = traces.get(ref.trace_id)
        if ref.session_id in sessions and not ref.trace_id:
            found[ref] = ScoreTarget.of_session(ref.session_id)
        elif trace and not ref.span_id:
            found[ref] = ScoreTarget.of_trace(trace)
        elif trace and (trace, ref.span_id) in spans:
            found[ref] = ScoreTarget.of_span(trace, ref.span_id)
    return found


def _traces(project: Project, given: set[str]) -> dict[str, UUID]:
    """By what was given: the sender's id comes before ours."""
    if not given:
        return {}
    own = {pk: text for text in given if (pk := read_id(text))}
    ours = Trace.objects.filter(project=project, pk__in=own).values_list("pk", flat=True)
    found = {own[pk]: pk for pk in ours}
    theirs = Trace.objects.filter(project=project, trace_id__in=given)
    return found | dict(theirs.values_list("trace_id", "pk"))


def _spans(
    project: Project, refs: list[TargetRef], traces: Mapping[str, UUID]
) -> set[tuple[UUID, str]]:
    wanted = {(traces[ref.trace_id], ref.span_id) for ref in refs if ref.trace_id in traces}
    ids = {span for _, span in wanted if span}
    if not ids:
        return set()
    within = Span.objects.filter(
        project=project, trace__in={trace for trace, _ in wanted}, span_id__in=ids
    )
    return set(within.values_list("trace_id", "span_id"))


def _sessions(project: Project, given: set[str]) -> set[Any]:
    if not given:
        return set()
    there = Trace.objects.filter(project=project, session_id__in=given)
    return set(there.order_by().values_list("session_id", flat=True).distinct())
