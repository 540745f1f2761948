"""The wide shape of judged traces: a row for each trace, whether it was judged or not.

What was said of single spans is in the long shape alone. Where one source has answered a field
several times, in several queues, the latest answer is in its column.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from annotate_site.export_text import cell_text, time_text
from fields.kinds import ABSENT
from reviews.models import Target

from ...targets import SourceKind
from ..consensus import Basis, Consensus, consensus
from .headings import Headings
from .of_traces import JudgedTrace, Names, TraceScope, read_judged, who
from .reviewed import as_json

FACTS = {
    "trace_id": "string", "trace": "string", "name": "string", "start": "string",
    "session_id": "string", "user_id": "string", "status": "string", "model": "string",
    "latency": "int64", "tokens_in": "int64", "tokens_out": "int64", "cost": "double",
    "tags": "list<string>", "input_preview": "string", "output_preview": "string",
}  # fmt: skip
RESOLUTION, CONSENSUS = "resolution", "consensus"
LATER = "later"  # what came in after the headings were written, and has no column
Place = tuple[Any, str]  # of a field or name, and whose


@dataclass(frozen=True)
class Column:
    """`type` is that of every value in it, in a Parquet file."""

    place: Place
    heading: str
    type: str


def wide_records(scope: TraceScope) -> Iterator[dict[str, Any]]:
    """For JSON."""
    names = Names()
    for one in read_judged(scope):
        said: dict[str, dict[str, Any]] = {"answers": {}, RESOLUTION: {}, "scores": {}}
        for score in _of_trace(one):
            name, value = names.of(score), as_json(score.value)
            if score.is_final:
                said[RESOLUTION][name] = value
            elif _is_persons(score):
                cell = {"value": value, "note": score.note}
                said["answers"].setdefault(name, {})[who(score)] = cell
            else:
                cell = {"value": value, "version": score.version, "explanation": score.explanation}
                said["scores"].setdefault(name, {})[who(score)] = cell
        agreed = {
            names.of(score): {"value": found.value, "basis": found.basis}
            for score, found in _agreed(one).values()
        }
        yield _facts(one) | said | {CONSENSUS: agreed}


def wide_columns(scope: TraceScope) -> list[Column]:
    """By a first reading, since the headings come before the rows."""
    names, once, found = Names(), Headings(), dict[Place, tuple[str, set[str]]]()
    for name in (*FACTS, LATER):
        once.of(name, name)
    for one in read_judged(scope):
        for place, (name, value) in _cells(one, names).items():
            found.setdefault(place, (name, set()))[1].add(_type_of(value))
    ordered = sorted(found, key=lambda place: (found[place][0], place[1]))
    return [
        Column(place, once.of(place, found[place][0]), _common(found[place][1]))
        for place in ordered
    ]


def wide_rows(scope: TraceScope, columns: list[Column]) -> Iterator[list[Any]]:
    """A row of cells for each trace: its facts, then the columns, then LATER."""
    names = Names()
    for one in read_judged(scope):
        cells, values = _cells(one, names), []
        for column in columns:
            value = cells.get(column.place, ("", None))[1]
            fits = value is None or _common({column.type, _type_of(value)}) == column.type
            values.append(value if fits else None)
            if fits:
                cells.pop(column.place, None)
        later = [f"{name}: {cell_text(value)}" for name, value in cells.values()]
        yield [*_facts(one).values(), *values, "; ".join(later)]


def _facts(one: JudgedTrace) -> dict[str, Any]:
    row = one.row
    facts = {name: getattr(row, name) for name in FACTS if name not in ("trace", "start")}
    known = facts | {"trace": str(row.id), "start": time_text(row.start)}
    return {name: known[name] for name in FACTS}


def _of_trace(one: JudgedTrace) -> list[Any]:
    valued = (score for score in one.scores if score.value is not None)
    return [score for score in valued if score.target_kind != Target.SPAN]


def _is_persons(score: Any) -> bool:
    return bool(score.source_kind == SourceKind.HUMAN)


def _cells(one: JudgedTrace, names: Names) -> dict[Place, tuple[str, Any]]:
    """{place: (heading, value)} of what the trace has."""
    cells: dict[Place, tuple[str, Any]] = {}
    for score in _of_trace(one):
        name, value = names.of(score), as_json(score.value)
        if score.is_final:
            cells[score.about, RESOLUTION] = f"{RESOLUTION} · {name}", value
        else:
            cells[score.about, who(score)] = f"{name} · {who(score)}", value
    for score, found in _agreed(one).values():
        value = "(tie)" if found.basis == Basis.TIE else found.value
        cells[score.about, CONSENSUS] = f"{CONSENSUS} · {names.of(score)}", value
    return cells


def _agreed(one: JudgedTrace) -> dict[Any, tuple[Any, Consensus]]:
    """By field, what people agree on there; machines have no part in it."""
    answers: dict[Any, dict[str, Any]] = {}
    final, fields = {}, {}
    for score in _of_trace(one):
        if not _is_persons(score) or score.kind is None:
            continue
        fields[score.about] = score
        if score.is_final:
            final[score.about] = as_json(score.value)
        else:
            answers.setdefault(score.about, {})[who(score)] = as_json(score.value)
    found = {}
    for about, score in fields.items():
        given = list(answers.get(about, {}).values())
        if agreed := consensus(score.kind, given, final.get(about, ABSENT)):
            found[about] = score, agreed
    return found


def _type_of(value: Any) -> str:
    if isinstance(value, list):
        return "list<string>"
    return {bool: "bool", int: "int64", float: "double"}.get(type(value), "string")


def _common(types: set[str]) -> str:
    if types == {"int64", "double"}:
        return "double"
    return next(iter(types)) if len(types) == 1 else "string"
