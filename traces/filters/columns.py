"""The columns that a filter may name: one line each, with its kind and how it is asked."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from ..models import SpanKind, Status
from . import conditions, kinds
from .conditions import Build, Rows, of_rows, of_trace
from .kinds import LONGEST, Kind, Unreadable, choice
from .operators import Operator

STATUS_WORDS = {Status.OK: "OK", Status.ERROR: "Error", Status.UNSET: "No status"}
STATUS = choice("A status", *((value.value, word) for value, word in STATUS_WORDS.items()))
SPAN_KIND = choice("A kind of span", *((one.value, one.label) for one in SpanKind))
STATE = choice(
    "A state in a queue",
    ("open", "Open"), ("pending_review", "Waiting for review"), ("completed", "Completed"),
)  # fmt: skip
SOURCE = choice(
    "A source", *conditions.SOURCES.items(), more=(Operator.IS_EMPTY, Operator.IS_NOT_EMPTY)
)


def read_path(text: str) -> str:
    if not text or len(text) > LONGEST:
        raise Unreadable(f"Name the attribute, in {LONGEST} characters at most.")
    return text


@dataclass(frozen=True)
class Column:
    """`read_of` reads what the column names by a dot, None where it names nothing.

    `lists`: a narrow table whose index has the traces in the order of the list, and the operators
    `listed` for which its rows are exactly those that match, `repeats` where a trace may have
    several of these. `quick`: further operators for which an index of traces does. Any other is
    asked of a bounded number of traces at a time, a smaller one where it `reads_texts`.
    """

    label: str
    kind: Kind
    build: Build
    read_of: Callable[[str], Any] | None = None
    lists: Rows | None = None
    listed: frozenset[Operator] = frozenset()
    repeats: bool = False
    quick: frozenset[Operator] = frozenset()
    reads_texts: bool = False
    hint: str = ""


_IS = frozenset({Operator.IS})
_ANSWERED = frozenset(kinds.MIXED.operators) - {Operator.IS_EMPTY}
_DIRECT = "What people judged without a queue counts once no queue asks about the trace any more."
_FEEDBACK = (
    "Of completed items, of models and programs; what people judged without a queue once no queue"
    " asks about the trace. Yes or no, a number, or an option's value."
)
_SAID = "Searches the first 8,192 characters of a trace, of 20,000 traces at a time."
_ATTRIBUTE = f"First 64 values of a trace, {LONGEST} characters each."

COLUMNS: dict[str, Column] = {
    "name": Column("Name", kinds.NAMES, of_trace("name")),
    "status": Column("Status", STATUS, of_trace("status"), quick=_IS),
    "time": Column(
        "Time", kinds.TIME, conditions.at_start, quick=frozenset(kinds.TIME.operators)
    ),
    "latency": Column("Latency", kinds.SECONDS, of_trace("latency"), hint="In seconds."),
    "tokens_in": Column("Tokens in", kinds.COUNT, of_trace("tokens_in")),
    "tokens_out": Column("Tokens out", kinds.COUNT, of_trace("tokens_out")),
    "cost": Column("Cost", kinds.NUMBER, of_trace("cost")),
    "model": Column("Model", kinds.TEXT, of_trace("model")),
    "tags": Column("Tags", kinds.LABELS, conditions.of_tags),
    "session": Column("Session", kinds.TEXT, of_trace("session_id"), quick=_IS),
    "user": Column("User", kinds.TEXT, of_trace("user_id"), quick=_IS),
    "input": Column(
        "Input", kinds.SEARCHED, conditions.of_text("input"), reads_texts=True, hint=_SAID
    ),
    "output": Column(
        "Output", kinds.SEARCHED, conditions.of_text("output"), reads_texts=True, hint=_SAID
    ),
    "span_name": Column("Name of a span", kinds.NAMES, of_rows(conditions.span_names)),
    "span_kind": Column("Kind of a span", SPAN_KIND, of_rows(conditions.span_kinds)),
    "attribute": Column(
        "Attribute", kinds.MIXED, of_rows(conditions.attributes), read_path,
        lists=conditions.attributes, listed=_IS, hint=_ATTRIBUTE,
    ),
    "queue": Column(
        "Queue", kinds.QUEUE, of_rows(conditions.places_in_queues),
        lists=conditions.places_in_queues, listed=_IS, repeats=True,
    ),
    "state": Column(
        "State in a queue", STATE, conditions.of_state, conditions.read_of_uuid("queue"),
        lists=conditions.states, listed=frozenset({Operator.IS, Operator.IS_NOT}),
        repeats=True,
    ),
    "feedback": Column(
        "Feedback", kinds.MIXED, conditions.of_any_answer, conditions.read_judged_by,
        lists=conditions.answers, listed=_ANSWERED, repeats=True,
        hint=_FEEDBACK,
    ),
    "judged_by": Column("Judged by", SOURCE, of_rows(conditions.judgments), hint=_DIRECT),
    "evaluator": Column(
        "Evaluator", kinds.TEXT, of_rows(conditions.evaluations),
        lists=conditions.evaluations, listed=_IS, hint="The name of a model or check that judged.",
    ),
}  # fmt: skip
