"""The rows of a filter as the page shows them, and as its form sends them."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, tzinfo
from uuid import UUID
from zoneinfo import ZoneInfo

from django.http import QueryDict
from django.utils.dateparse import parse_datetime

from annotate_site.projects.models import Project

from ..score_names import evaluators_of, judged_names
from .columns import COLUMNS
from .conditions import SOURCES
from .kinds import RANGE, Unreadable, moment
from .operators import WITHOUT_VALUE, Operator
from .row import Row

GROUPS = {
    "Trace": (
        "name", "status", "time", "latency", "tokens_in", "tokens_out", "cost", "model", "tags",
        "session", "user",
    ),
    "Content": ("input", "output", "attribute", "span_name", "span_kind"),
    "Queues": ("queue", "state"),
    "Judgments": ("feedback", "judged_by", "evaluator"),
}  # fmt: skip
COLUMN_CHOICES = [
    (group, [(key, COLUMNS[key].label) for key in keys]) for group, keys in GROUPS.items()
]
# What a page without a filter offers.
FIRST = Row("name", Operator.CONTAINS)


@dataclass(frozen=True)
class Names:
    """What rows may name in a project: queues by id, fields by lineage and names of scores by id;
    its time zone; and the evaluators that judged there.
    """

    queues: dict[UUID, str] = field(default_factory=dict)
    fields: dict[UUID, str] = field(default_factory=dict)
    zone: tzinfo = UTC
    evaluators: list[str] = field(default_factory=list)

    @classmethod
    def of(cls, project: Project, queues: dict[UUID, str], rows: Iterable[Row]) -> Names:
        """Fields, those of queues and the project's own, are looked up where a row needs them."""
        zone = ZoneInfo(project.time_zone)
        asks = any(row.column == "feedback" for row in rows)
        fields = judged_names(project) if asks else {}
        return cls(queues, fields, zone, evaluators_of(project) if fields else [])


@dataclass(frozen=True)
class FormRow:
    """A row with the controls that its column and its operator need; `id` is the form's own."""

    id: str
    row: Row
    names: Names
    is_new: bool = False

    @property
    def problem(self) -> str:
        return "" if self.is_new else self.row.problem

    @property
    def hint(self) -> str:
        return COLUMNS[self.row.column].hint if self.row.column in COLUMNS else ""

    @property
    def operators(self) -> list[tuple[str, str]]:
        known = COLUMNS.get(self.row.column)
        return [(str(one), str(one.label)) for one in known.kind.operators] if known else []

    @property
    def of_control(self) -> str:
        """How what the column names is chosen: "path", "queue", "field", or "" for nothing."""
        return {"attribute": "path", "state": "queue", "feedback": "field"}.get(self.row.column, "")

    @property
    def of(self) -> str:
        """What is chosen there; who judged is chosen apart."""
        return self.row.of.partition("~")[0] if self.of_control == "field" else self.row.of

    @property
    def by(self) -> str:
        return self.row.of.partition("~")[2] if self.of_control == "field" else ""

    @property
    def by_choices(self) -> list[tuple[str, str]]:
        named = [(f"model/{name}", name) for name in self.names.evaluators]
        return [("", "by anyone"), *((key, f"by {word.lower()}") for key, word in SOURCES.items()),
                *named]  # fmt: skip

    @property
    def of_choices(self) -> list[tuple[str, str]]:
        names = self.names.queues if self.of_control == "queue" else self.names.fields
        return [(str(key), name) for key, name in names.items()]

    @property
    def control(self) -> str:
        """How the value is given: "text", "number", "choice", "time", "times", or "" for none."""
        known = COLUMNS.get(self.row.column)
        if known is None or self.row.operator in WITHOUT_VALUE:
            return ""
        match known.kind.control:
            case "time":
                timed = {Operator.LAST: "text", Operator.BETWEEN: "times"}
                return timed.get(Operator(self.row.operator), "time")
            case "queue" | "choice":
                return "choice"
            case "seconds" | "count" | "number":
                return "number"
        return "text"

    @property
    def choices(self) -> list[tuple[str, str]]:
        if self.row.column == "queue":
            return [(str(key), name) for key, name in self.names.queues.items()]
        return list(COLUMNS[self.row.column].kind.choices)

    @property
    def placeholder(self) -> str:
        return {"time": "24h", "latency": "seconds"}.get(self.row.column, "")

    @property
    def value(self) -> str:
        first = self.row.value.partition(RANGE)[0] if self.control == "times" else self.row.value
        return self._local(first) if self.control in ("time", "times") else first

    @property
    def until(self) -> str:
        return self._local(self.row.value.partition(RANGE)[2]) if self.control == "times" else ""

    def _local(self, text: str) -> str:
        try:
            return moment(text).astimezone(self.names.zone).replace(tzinfo=None).isoformat()
        except (Unreadable, OverflowError):
            return ""


def form_rows(rows: Iterable[Row], names: Names, *, add: bool) -> list[FormRow]:
    """The filter's rows; FIRST where there are none, and an empty one where it is asked for."""
    shown = [FormRow(_new_id(), row, names) for row in rows]
    if not shown:
        return [FormRow(_new_id(), FIRST, names, is_new=True)]
    return [*shown, FormRow(_new_id(), Row(""), names, is_new=True)] if add else shown


def sent_rows(data: QueryDict, zone: tzinfo) -> Iterator[tuple[str, Row]]:
    """(id, row) of each row of a form; one whose column has just been chosen gets an operator."""
    lists = [data.getlist(name) for name in ("row", "column", "of", "operator", "value", "until")]
    judged = iter(data.getlist("by"))
    for given in zip(*lists, strict=False):
        key, column, of, operator, value, until = (text.replace("\x00", "") for text in given)
        known = COLUMNS.get(column)
        if known and operator not in known.kind.operators:
            operator = known.kind.operators[0]
        if known and known.read_of is None:
            of = ""
        # Rows that ask for feedback have one control more.
        if (by := next(judged, "")) and column == "feedback":
            of = f"{of}~{by}"
        row = Row(column, operator, value.strip(), of.strip())
        yield key[:20], _with_times(row, until, zone)


def rows_to_keep(data: QueryDict, zone: tzinfo) -> tuple[Row, ...]:
    """Without the row to remove, and those in which nothing was chosen or written."""
    removed = data.get("remove", "")
    return tuple(
        row
        for key, row in sent_rows(data, zone)
        if row.column and row != FIRST and not (removed and key == removed)
    )


def changed_row(project: Project, queues: dict[UUID, str], data: QueryDict) -> FormRow:
    """The one row that is sent, after its column or operator has changed; a new one for none."""
    zone = ZoneInfo(project.time_zone)
    key, row = next(sent_rows(data, zone), (_new_id(), Row("")))
    if row.problem:
        row = replace(row, value="")
    return FormRow(key, row, Names.of(project, queues, [row]), is_new=True)


def _with_times(row: Row, until: str, zone: tzinfo) -> Row:
    if row.column != "time" or row.operator == Operator.LAST:
        return row if row.operator not in WITHOUT_VALUE else replace(row, value="")
    value = _in_utc(row.value, zone)
    if row.operator == Operator.BETWEEN:
        value = f"{value}{RANGE}{_in_utc(until.strip(), zone)}"
    return replace(row, value=value)


def _in_utc(text: str, zone: tzinfo) -> str:
    """A time without a zone is the project's; anything else stays as it is."""
    try:
        found = parse_datetime(text)
    except ValueError:
        found = None
    if found is None or found.tzinfo or not 1970 < found.year < 9998:
        return text
    return _written(found.replace(tzinfo=zone).astimezone(UTC))


def _written(time: datetime) -> str:
    return time.replace(tzinfo=None).isoformat(timespec="auto") + "Z"


def _new_id() -> str:
    return secrets.token_hex(4)
