"""A condition on traces as SQL, through the ORM: the names in it are the columns' own."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import Exists, Model, OuterRef, Q, QuerySet, Subquery, TextField
from django.db.models.functions import Coalesce, Lower
from django.db.models.lookups import Contains, IsNull, StartsWith

from annotate_site.projects.models import Project

from ..models import Span, TraceAttribute, TraceFeedback, TraceQueue, TraceText
from .kinds import LONGEST, Unreadable, read_number
from .operators import WITHOUT_VALUE, Operator, compare

YES_OR_NO = {"true": Decimal(1), "yes": Decimal(1), "false": Decimal(0), "no": Decimal(0)}


@dataclass(frozen=True)
class Asked:
    """`of`: the path, lineage or queue that the column names; `value` as its kind has read it."""

    operator: Operator
    value: Any
    of: Any = None


@dataclass(frozen=True)
class JudgedBy:
    """Feedback about a field (its lineage) or a name (its id), by anyone or by one source."""

    about: UUID
    source: str = ""
    evaluator: str = ""

    @property
    def given(self) -> dict[str, Any]:
        found = {"lineage": self.about, "source_kind": self.source, "evaluator": self.evaluator}
        return {name: value for name, value in found.items() if value}

    @property
    def words(self) -> str:
        """Behind the name of the field."""
        who = self.evaluator or SOURCES.get(self.source, "").lower()
        return f" by {who}" if who else ""


SOURCES = {"human": "People", "model": "Models", "api": "Programs"}


@dataclass(frozen=True)
class Place:
    """From which table the traces are read: the way to a trace's columns, and its key."""

    project: Project
    trace: str = ""
    key: str = "pk"


Build = Callable[[Asked, Place], Q]
Rows = Callable[[Project, Asked], QuerySet[Any]]


def of_trace(name: str) -> Build:
    """A column of the trace; texts are empty as "", numbers as null."""

    def build(asked: Asked, place: Place) -> Q:
        path = place.trace + name
        if asked.operator is Operator.IS_EMPTY:
            return _empty(path, name)
        if asked.operator is Operator.IS_NOT_EMPTY:
            return ~_empty(path, name)
        return compare(path, asked.operator, asked.value)

    return build


def of_text(side: str) -> Build:
    """What a side of the trace says; whether it says anything is told by its preview.

    The text is asked for trace by trace: joined, all of them would be read for a page of fifty.
    """
    preview = of_trace(f"{side}_preview")

    def build(asked: Asked, place: Place) -> Q:
        if asked.operator in WITHOUT_VALUE:
            return preview(asked, place)
        row = TraceText.objects.filter(trace_id=OuterRef(place.key), project=place.project)
        shown = Lower(f"{place.trace}{side}_preview")
        text = Coalesce(Subquery(row.values(side)), shown, output_field=TextField())
        found = StartsWith if asked.operator is Operator.STARTS_WITH else Contains
        return Q(found(text, asked.value.lower()))

    return build


def _empty(path: str, name: str) -> Q:
    number = name in ("latency", "tokens_in", "tokens_out", "cost")
    return Q((f"{path}__isnull", True)) if number else Q((path, ""))


def at_start(asked: Asked, place: Place) -> Q:
    """Every table that lists traces has their start."""
    return compare("start", asked.operator, asked.value)


def of_tags(asked: Asked, place: Place) -> Q:
    path = f"{place.trace}tags"
    match asked.operator:
        case Operator.IS:
            return Q((f"{path}__contains", [asked.value]))
        case Operator.IS_NOT:
            return ~Q((f"{path}__contains", [asked.value]))
        case Operator.IS_EMPTY:
            return Q((f"{path}__len", 0))
    return ~Q((f"{path}__len", 0))


def of_rows(rows: Rows) -> Build:
    """Whether a trace has a row; the negative operators ask for one that has none."""

    def build(asked: Asked, place: Place) -> Q:
        positive = {Operator.IS_NOT: Operator.IS, Operator.IS_EMPTY: Operator.IS_NOT_EMPTY}
        operator = positive.get(asked.operator, asked.operator)
        found = _of_this_trace(rows(place.project, Asked(operator, asked.value, asked.of)), place)
        return Q(found) if operator is asked.operator else ~Q(found)

    return build


def of_any_answer(asked: Asked, place: Place) -> Q:
    """Each operator asks for an answer that satisfies it; only IS_EMPTY for a trace without one."""
    if asked.operator is Operator.IS_EMPTY:
        anything = Asked(Operator.IS_NOT_EMPTY, None, asked.of)
        return ~Q(_of_this_trace(answers(place.project, anything), place))
    return Q(_of_this_trace(answers(place.project, asked), place))


def of_state(asked: Asked, place: Place) -> Q:
    """In the queue, and there in this state or in another."""
    return Q(_of_this_trace(states(place.project, asked), place))


def _of_this_trace(rows: QuerySet[Model], place: Place) -> Exists:
    return Exists(rows.filter(trace_id=OuterRef(place.key)))


def places_in_queues(project: Project, asked: Asked) -> QuerySet[TraceQueue]:
    rows = TraceQueue.objects.filter(project=project)
    return rows if asked.operator is Operator.IS_NOT_EMPTY else rows.filter(queue_id=asked.value)


def states(project: Project, asked: Asked) -> QuerySet[TraceQueue]:
    rows = TraceQueue.objects.filter(project=project, queue_id=asked.of)
    return rows.filter(compare("state", asked.operator, asked.value))


def attributes(project: Project, asked: Asked) -> QuerySet[TraceAttribute]:
    return TraceAttribute.objects.filter(_mixed("value", asked), project=project, path=asked.of)


def feedback(project: Project) -> QuerySet[TraceFeedback]:
    """What the list may tell. What people judged without a queue tells nothing while a queue asks
    about the trace: whoever annotates it there must not find it by what others said.
    """
    here = TraceQueue.objects.filter(project=project, trace_id=OuterRef("trace_id"))
    unfinished = here.exclude(state=TraceQueue.State.COMPLETED)
    # Not as EXISTS, for which all that is unfinished would be read once for each step of time.
    asked = Subquery(unfinished.values("trace_id")[:1])
    shown = Q(queue_id__isnull=False) | ~Q(source_kind="human") | Q(IsNull(asked, True))
    return TraceFeedback.objects.filter(shown, project=project)


def evaluations(project: Project, asked: Asked) -> QuerySet[TraceFeedback]:
    """By what evaluators there are; people have none."""
    rows = TraceFeedback.objects.filter(project=project).exclude(evaluator="")
    if asked.operator is Operator.IS_NOT_EMPTY:
        return rows
    return rows.filter(compare("evaluator", asked.operator, asked.value))


def judgments(project: Project, asked: Asked) -> QuerySet[TraceFeedback]:
    """By who judged: people, models, programs."""
    rows = feedback(project)
    return rows if asked.operator is Operator.IS_NOT_EMPTY else rows.filter(source_kind=asked.value)


def answers(project: Project, asked: Asked) -> QuerySet[TraceFeedback]:
    rows = feedback(project).filter(**asked.of.given)
    if asked.operator not in (Operator.IS, Operator.IS_NOT):
        return rows.filter(_mixed("text", asked))
    same = Q(text=asked.value)
    if (number := answered_number(asked.value)) is not None:
        same |= Q(number=number)
    # An answer has a number or a text, and a comparison with nothing is neither true nor false.
    return rows.filter(same) if asked.operator is Operator.IS else rows.exclude(same)


def answered_number(text: str) -> Decimal | None:
    """Yes and no are stored as 1 and 0."""
    if text in YES_OR_NO:
        return YES_OR_NO[text]
    try:
        return read_number(Operator.IS, text)
    except Unreadable:
        return None


def _mixed(text: str, asked: Asked) -> Q:
    if asked.operator is Operator.IS_NOT_EMPTY:
        return Q()
    return compare(
        "number" if isinstance(asked.value, Decimal) else text, asked.operator, asked.value
    )


def span_names(project: Project, asked: Asked) -> QuerySet[Span]:
    return Span.objects.filter(compare("name", asked.operator, asked.value), project=project)


def span_kinds(project: Project, asked: Asked) -> QuerySet[Span]:
    return Span.objects.filter(compare("kind", asked.operator, asked.value), project=project)


def read_of_uuid(what: str) -> Callable[[str], UUID]:
    def read(text: str) -> UUID:
        try:
            return UUID(text)
        except ValueError:
            raise Unreadable(f"There is no such {what}.") from None

    return read


def read_judged_by(text: str) -> JudgedBy:
    """`<lineage>`, and behind a ~ `human`, `api`, `model` or `model/<evaluator>`."""
    about, _, by = text.partition("~")
    source, _, evaluator = by.partition("/")
    if (by and source not in SOURCES) or (evaluator and source != "model"):
        raise Unreadable("Feedback is by people (human), models or programs (api).")
    return JudgedBy(read_of_uuid("field")(about), source, evaluator[:LONGEST])
