"""Writes hostile texts into every column of every row that can hold a text.

Past all validation: what no form would take today may stand in a table from yesterday. Each text
ends with a mark of its own, by which a page that shows it is told.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from typing import Any

from django.apps import apps
from django.contrib.postgres.fields import ArrayField
from django.db import connection, models, transaction

from annotate_site.guidelines_child import render
from fields.models import Field
from queues.models import Queue
from tests.browser.hostile import CORPUS

from .rich import conversation

APPS = ("projects", "fields", "traces", "queues", "reviews")
TEXTS = (models.CharField, models.TextField, models.JSONField, ArrayField)
MARK = re.compile(r"q\d{5}")
MARK_LENGTH = 7
LONGEST = 2000  # characters, where a column has no limit of its own

# Hashes, keys, addresses, states, ids and counts: nothing that a person wrote or a trace contains.
NOT_TEXT = {
    "User.password", "Project.slug", "Invitation.token_hash", "SignInLink.token_hash",
    "ShareLink.token_hash", "ApiToken.token_hash", "ApiToken.scopes",
    "Event.object_type", "Event.object_id", "Event.attribute",
    "Event.from_value", "Event.to_value", "Outbox.topic", "Outbox.key", "Outbox.last_error",
    "Job.kind", "Job.params", "Job.cursor", "Job.result", "IdempotencyKey.key",
    "IdempotencyKey.request_hash", "IdempotencyKey.outcome",
    "Batch.filter", "Batch.display", "Batch.not_found", "Batch.design", "Rule.display",
    "Item.source_key", "Item.snapshot_hash", "Queue.hidden_extras", "Queue.repeats",
    "QueueParts.counts", "Span.span_id",
    "DatasetVersion.digest", "DatasetRow.digest", "DatasetRow.source", "DatasetRow.span_id",
    "DatasetAddition.filter", "DatasetAddition.columns", "SavedView.sort", "SavedView.columns",
    "ChosenColumns.columns",
    "Span.parent_id", "Upload.format", "Upload.mapping", "Annotation.field_set",
    "Score.source_key", "Score.target_key", "Score.raw",
    "TraceFeedback.source_kind", "Field.lineage", "Project.time_zone", "Heartbeat.name",
    "EmailConfirmation.purpose", "EmailConfirmation.page", "EmailConfirmation.link_hash",
    "EmailConfirmation.site", "Span.ends",
    "LogEvent.of_trace", "LogEvent.span_id", "LogEvent.digest",
    "WaitingScore.of_trace", "WaitingScore.span_id", "WaitingScore.session_id",
    "WaitingScore.digest",
}  # fmt: skip
# Made from another column, or what another one will be made from.
MADE = {
    "Queue.guidelines_html", "Field.description_html", "Span.told", "Trace.sent_tags",
    "LogEvent.event", "WaitingScore.said",
}  # fmt: skip

Give = Callable[[int], str]
"""A hostile text of at most so many characters."""


class Hand:
    """Deals texts, each column going through all of them in turn; keeps where each mark went."""

    def __init__(self, corpus: Sequence[str]) -> None:
        self.corpus = corpus
        self.column_of: dict[str, str] = {}
        self._turn: Counter[str] = Counter()

    def give(self, column: str, limit: int) -> str:
        room = limit - MARK_LENGTH
        for _ in self.corpus:
            place = self._start(column) + self._turn[column]
            self._turn[column] += 1
            text = self.corpus[place % len(self.corpus)]
            if len(text) <= room:
                break
        else:
            text = "<b>"
        if text in CORPUS["unbroken"] and " " not in text:
            text *= max(1, min(room, 600) // len(text))
        mark = f"q{10_000 + len(self.column_of)}"
        self.column_of[mark] = column
        return f"{text[:room]} {mark}"

    def _start(self, column: str) -> int:
        return sum(map(ord, column))

    def shown(self, pages: str) -> set[str]:
        """The columns of which a text stands in the source of these pages."""
        return {self.column_of[mark] for mark in MARK.findall(pages) if mark in self.column_of}


def columns() -> Iterator[tuple[type[models.Model], Any]]:
    """(model, field) of each column that holds text of people or traces."""
    for label in APPS:
        for model in apps.get_app_config(label).get_models():
            for field in model._meta.concrete_fields:
                name = f"{model.__name__}.{field.name}"
                if isinstance(field, TEXTS) and not field.choices and name not in NOT_TEXT | MADE:
                    yield model, field


def poison(hand: Hand) -> None:
    """Every text of every row, in one transaction."""
    with transaction.atomic():
        tables = {model._meta.db_table for model, _ in columns()}
        for table in tables:
            _run(f'alter table "{table}" disable trigger user')
        for model, field in columns():
            for row in model._base_manager.all():
                value = _value(hand, row, field)
                if value is not None:
                    model._base_manager.filter(pk=row.pk).update(**{field.name: value})
        _make_html()
        for table in tables:
            _run(f'alter table "{table}" enable trigger user')


def _run(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("set constraints all immediate")
        cursor.execute(statement)


def _value(hand: Hand, row: Any, field: Any) -> Any:
    column = f"{type(row).__name__}.{field.name}"

    def give(limit: int) -> str:
        return hand.give(column, limit)

    if isinstance(field, models.JSONField):
        return JSON[column](row, give)
    if isinstance(field, ArrayField):
        return [give(field.base_field.max_length or LONGEST) for _ in range(2)]
    if isinstance(field, models.EmailField):
        return f"{re.sub('[^!-~]', '', give(30))}@example.org"
    return give(field.max_length or LONGEST)


@cache
def _html(text: str) -> str:
    return render(text)  # as the child does it, without its clock


def _make_html() -> None:
    """As the actions make it on save; once for the same text without its mark."""
    for model, source, target in (
        (Queue, "guidelines", "guidelines_html"), (Field, "description", "description_html"),
    ):  # fmt: skip
        for row in model._base_manager.all():
            text, _, mark = getattr(row, source).rpartition(" ")
            html = f"{_html(text)}<p>{mark}</p>"
            model._base_manager.filter(pk=row.pk).update(**{target: html})


# ---- What stands in JSON -----------------------------------------------------------------------


def _settings(row: Any, give: Give) -> Any:
    """Labels, descriptions, units and placeholders; numbers and values of options stay."""
    limits = {"unit": 20, "placeholder": 200}
    made = dict(row.settings)
    for key in ("true_label", "false_label", "low_label", "high_label", "unit", "placeholder"):
        if key in made:
            made[key] = give(limits.get(key, 100))
    if "options" in made:
        made["options"] = [
            option | {"label": give(100), "description": give(500)} for option in made["options"]
        ]
    return made


def _content(row: Any, give: Give) -> Any:
    return {**dict(zip(("inputs", "outputs"), _sides(give), strict=True)), "model": give(200)}


def _sides(give: Give) -> tuple[Any, Any]:
    """A conversation in which no two texts are the same."""
    sides: Any = _each(conversation("text"), give)
    return sides[0], sides[1]


def _written(row: Any, give: Give) -> Any:
    """Words; of a choice, what is stored is one of its options."""
    is_words = row.field is None or row.field.kind == "text"
    return give(400) if is_words and isinstance(row.value, str) else None


def _each(value: Any, give: Give) -> Any:
    """A copy with a fresh text wherever "text" stands, keys and quoted JSON too."""
    if isinstance(value, dict):
        return {_each(key, give): _each(one, give) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_each(one, give) for one in value]
    if isinstance(value, str) and value.startswith("{"):
        return re.sub("text", lambda _: give(200).replace("\\", "").replace('"', "'"), value)
    return give(LONGEST) if value in ("text", "text\n\ntext") else value


def _pairs(row: Any, give: Give) -> Any:
    return {give(60): give(200), "__proto__": give(200), "items": {give(60): [give(200)]}}


def _texts(row: Any, give: Give) -> set[str]:
    return {str(pk) for pk in Field.objects.filter(kind="text").values_list("pk", flat=True)}


def _draft(row: Any, give: Give) -> Any:
    texts = _texts(row, give)
    values = row.draft.get("values", {})
    given = {pk: [give(200)] if pk in texts else old for pk, old in values.items()}
    notes = {pk: give(200) for pk in row.draft.get("notes", {})}
    return row.draft | {"values": given, "notes": notes}


def _review_draft(row: Any, give: Give) -> Any:
    values = {pk: [give(200)] for pk in row.draft.get("values", {})}
    return row.draft | {"remark": give(400), "values": values} if row.draft else row.draft


JSON: dict[str, Callable[[Any, Give], Any]] = {
    "Field.settings": _settings,
    "Trace.attributes": _pairs,
    "Span.inputs": lambda row, give: _sides(give)[0],
    "Span.outputs": lambda row, give: _sides(give)[1],
    "Span.attributes": _pairs,
    "Span.events": lambda row, give: [{"name": give(60), "attributes": _pairs(row, give)}],
    "DatasetRow.inputs": lambda row, give: _sides(give)[0],
    "DatasetRow.outputs": lambda row, give: _sides(give)[1],
    "DatasetRow.expected": lambda row, give: _sides(give)[1],
    "DatasetRow.annotations": _pairs,
    "SavedView.filter": lambda row, give: [f"name:contains:{give(180)}"],
    "Rule.filter": lambda row, give: [f"name:contains:{give(180)}"],
    "Item.snapshot": _content,
    "Annotation.draft": _draft,
    "Review.remarks": lambda row, give: {pk: give(400) for pk in row.remarks},
    "Review.draft": _review_draft,
    "Score.value": _written,
}
