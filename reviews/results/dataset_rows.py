"""A queue's completed items as rows of a dataset: what annotators saw, and what they answered."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Any
from uuid import UUID

from annotate_site.projects.models import User
from fields.kinds import KINDS
from queues.models import Item, Queue
from queues.queries.sources import span_of, trace_of
from queues.visibility import Reader, Whose
from traces.datasets.columns import map_columns
from traces.datasets.rows import NewRow

from .export.headings import Headings, field_headings
from .export.items import ItemRecord, Scope, current_annotations, read_chunk
from .export.reviewed import as_json
from .export.wide import item_consensus

FROM_THE_FIRST = -1  # before the first `seq`


class Kept(StrEnum):
    """What of a field's answers a row has."""

    CONSENSUS = "consensus"
    EVERY = "every"
    NOTHING = ""


@dataclass(frozen=True)
class Chosen:
    """`columns`: see `map_columns`; `fields`: Kept by field id; `named`: with e-mails."""

    columns: dict[str, dict[str, str]]
    fields: dict[str, str]
    named: bool

    @property
    def as_json(self) -> dict[str, Any]:
        return dict(self.columns) | {"fields": self.fields, "named": self.named}

    @classmethod
    def of(cls, stored: dict[str, Any]) -> "Chosen":
        sides = {side: stored.get(side, {}) for side in ("inputs", "outputs")}
        return cls(sides, stored["fields"], stored["named"])


@dataclass(frozen=True)
class Chunk:
    """`after`: the place from which the next one continues; None behind the last."""

    rows: list[NewRow]
    after: int | None


def usual_choice(kind: str) -> Kept:
    return Kept.EVERY if KINDS[kind].scale is None else Kept.CONSENSUS


def read_rows(queue: Queue, user: User, chosen: Chosen, after: int = FROM_THE_FIRST) -> Chunk:
    """Some of the completed items, whatever else the user may read; that they saw it is noted."""
    records = read_chunk(Scope(queue, Reader(user, Whose.COMPLETED)), after)
    if not records:
        return Chunk([], None)
    names = field_headings(queue)
    items = Item.objects.only("snapshot", "source_kind", "source_key").in_bulk(
        [one.row.id for one in records]
    )
    kept = [one for one in records if not items[one.row.id].is_erased]
    rows = [_row(queue, one, items[one.row.id], chosen, names) for one in kept]
    return Chunk(rows, records[-1].row.seq)


def _row(queue: Queue, one: ItemRecord, item: Item, chosen: Chosen, names: Headings) -> NewRow:
    mapped = map_columns(sides_of(item), chosen.columns)
    return NewRow(
        f"item:{item.pk}", mapped.inputs, mapped.outputs, mapped.expected,
        annotations=dict(_annotations(one, chosen, names)),
        trace=trace_of(item), trace_id=one.row.trace_id or "", span_id=span_of(item),
        queue=queue.pk, item=item.pk, round=one.row.round,
    )  # fmt: skip


def sides_of(item: Item) -> dict[str, dict[str, Any]]:
    """What annotators see of it; of a session {"traces": [that of each]} on both sides."""
    shown, sides = item.snapshot, ("inputs", "outputs")
    if "parts" in shown:
        return {
            side: {"traces": [part.get(side) or {} for part in shown["parts"]]} for side in sides
        }
    return {side: shown.get(side) or {} for side in sides}


def _annotations(one: ItemRecord, chosen: Chosen, names: Headings) -> Iterator[tuple[str, Any]]:
    agreed = item_consensus(one, names)
    for field_id, kept in chosen.fields.items():
        name = names.of(UUID(field_id), "")
        if kept == Kept.CONSENSUS and name in agreed:
            yield name, agreed[name].value
        if kept == Kept.EVERY:
            yield from _every_answer(one, UUID(field_id), name, chosen.named)


def _every_answer(
    one: ItemRecord, field_id: UUID, name: str, named: bool
) -> Iterator[tuple[str, Any]]:
    """By number, in the order of submitting, so that one annotator has one number in a row."""
    for number, annotation in enumerate(current_annotations(one), start=1):
        for score in annotation["scores"]:
            if score.field_id == field_id:
                who = annotation["row"].email if named else number
                yield f"{name} · {who}", as_json(score.value)
    for row in one.reviewed.resolution(one.row.round):
        if row.field_id == field_id:
            yield f"{name} · final", as_json(row.value)
