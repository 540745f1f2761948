"""Judging a whole form: posted strings of a queue's fields → values, notes, errors."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from annotate_site import sql
from annotate_site.templatetags.ui import count
from annotate_site.text import clean_text
from fields.models import Field
from fields.validation import (
    ABSENT,
    NEEDS_AN_ANSWER,
    ValueRefused,
    clean_value,
    from_form,
    to_form,
)
from queues.models import Queue, QueueField

MOST_NOTE = 4000  # characters of a note
SHORT = 2 * MOST_NOTE  # characters: more than any answer but a text can have
NOT_ASKED = "This queue does not ask this field."
NO_NOTE = "This field takes no note here."
NOTE_TOO_LONG = "A note takes {most:,} characters at most; this one has {length:,}."


@dataclass(frozen=True)
class Draft:
    """What stands in the form: {field id: posted strings}, {field id: note}."""

    values: dict[str, list[str]] = field(default_factory=dict)
    notes: dict[str, str] = field(default_factory=dict)

    @classmethod
    def stored(cls, raw: Mapping[str, Any]) -> "Draft":
        return cls(dict(raw.get("values", {})), dict(raw.get("notes", {})))

    def as_json(self) -> dict[str, Any]:
        return {"values": self.values, "notes": self.notes}

    @property
    def is_empty(self) -> bool:
        answered = any(any(strings) for strings in self.values.values())
        return not answered and not any(self.notes.values())


@dataclass(frozen=True)
class Answer:
    """One judged answer; `value` is None where only a note was given."""

    field: Field
    value: Any
    note: str


@dataclass(frozen=True)
class Judged:
    """`errors`: {field id: sentence}, of a note under "n-<field id>".

    `field_set`: [[field id, required], ...].
    """

    answers: list[Answer]
    errors: dict[str, str]
    field_set: list[tuple[str, bool]]


ASKED = f"""
select {sql.columns(QueueField, "asked")}, {sql.columns(Field, "field")}
  from queues_queuefield asked join fields_field field on field.id = asked.field_id
 where asked.queue_id = %s and asked.retired_at is null
 order by asked."order", asked.id
"""


def asked_fields(queue: Queue) -> list[QueueField]:
    """What the queue asks now, in order."""
    found = []
    for row in sql.rows(ASKED, [queue.pk]):
        found.append(one := sql.made(QueueField, row, "asked"))
        one.field = sql.made(Field, row, "field")
    return found


def read_draft(posted: Any, asked: Sequence[QueueField]) -> Draft:
    """From a QueryDict with `f-<field id>` and `n-<field id>`; other keys are not looked at."""
    ids = [str(one.field_id) for one in asked]
    values = {pk: posted.getlist(f"f-{pk}") for pk in ids if f"f-{pk}" in posted}
    noted = [str(one.field_id) for one in asked if one.allow_note]
    notes = {pk: clean_text(posted[f"n-{pk}"]) for pk in noted if posted.get(f"n-{pk}")}
    cleaned = {pk: [clean_text(text) for text in strings] for pk, strings in values.items()}
    return Draft(cleaned, notes)


def read_values(
    values: Mapping[str, object], notes: Mapping[str, str], asked: Sequence[QueueField]
) -> tuple[Draft, dict[str, str]]:
    """From the JSON values and the notes of a program, by field id, and what is wrong with each,
    as in `Judged`. Strict about types, which a form is not; what is missing is not judged.
    """
    by_id = {str(one.field_id): one for one in asked}
    draft, errors = Draft(), {}
    for pk, value in values.items():
        if (one := by_id.get(pk)) is None:
            errors[pk] = NOT_ASKED
            continue
        try:
            cleaned = clean_value(one.field.kind, one.field.settings, value, required=False)
        except ValueRefused as refused:
            errors[pk] = str(refused)
        else:
            draft.values[pk] = to_form(cleaned)
    for pk, note in notes.items():
        if (one := by_id.get(pk)) is None or not one.allow_note:
            errors[f"n-{pk}"] = NOT_ASKED if one is None else NO_NOTE
        elif note:
            draft.notes[pk] = note
    return draft, errors


def as_value(field: Field, posted: list[str]) -> Any:
    """What stands in a form, as a program reads it; None where it is no answer (yet)."""
    try:
        value = from_form(field.kind, field.settings, posted)
    except ValueRefused:
        return None
    return None if value is ABSENT else value


def is_too_long(draft: Draft, queue: Queue) -> bool:
    """Whether a text has more than twice what its field takes. What is somewhat too long is kept as
    a draft, and refused at submit with the number of characters.
    """
    # Values of one field count together, and each that follows counts one more.
    values = {pk: sum(len(one) + 1 for one in strings) - 1 for pk, strings in draft.values.items()}
    if any(len(note) > SHORT for note in draft.notes.values()):
        return True
    if all(length <= SHORT for length in values.values()):
        return False
    limits = {str(q.field_id): q.field.settings.get("max_length", 0) for q in asked_fields(queue)}
    return any(length > max(SHORT, 2 * limits.get(pk, 0)) for pk, length in values.items())


def judge(draft: Draft, asked: Sequence[QueueField]) -> Judged:
    """Every field by `fields.validation`, and its note by its length; all errors at once."""
    answers, errors = [], {}
    for one in asked:
        pk, kind, settings = str(one.field_id), one.field.kind, one.field.settings
        note = clean_text(draft.notes.get(pk, ""))
        if len(note) > MOST_NOTE:
            errors[f"n-{pk}"] = NOTE_TOO_LONG.format(most=MOST_NOTE, length=len(note))
        try:
            value = from_form(kind, settings, draft.values.get(pk, []))
            value = clean_value(kind, settings, value, required=one.required)
        except ValueRefused as refused:
            errors[pk] = str(refused)
            continue
        if value is not ABSENT or note:
            answers.append(Answer(one.field, None if value is ABSENT else value, note))
    return Judged(answers, errors, [(str(one.field_id), one.required) for one in asked])


def what_is_wrong(errors: Mapping[str, str]) -> str:
    """The sentence above a refused form, of `Judged.errors`: "2 fields still need an answer."."""
    missing = sum(error == NEEDS_AN_ANSWER for error in errors.values())
    said = []
    if missing:
        said.append(f"{count(missing, 'field')} still {_verb('need', missing)} an answer.")
    if other := len(errors) - missing:
        said.append(f"{count(other, 'answer')} {_verb('need', other)} a change.")
    return " ".join(said)


def _verb(plural: str, number: int) -> str:
    return f"{plural}s" if number == 1 else plural
