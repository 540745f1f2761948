"""A field as an annotator will see it, before it exists; answers may be tried on it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from annotate_site.richtext import render_guidelines

from .describing import show_value
from .forms import FieldForm
from .models import Field
from .validation import ABSENT, ValueRefused, clean_value, from_form
from .widgets import AnswerWidget, answer_widget

PREVIEW_ID: Final = UUID(int=0)
INPUT: Final = f"f-{PREVIEW_ID}"


@dataclass(frozen=True)
class Preview:
    """`widget` is None while settings are wrong; `missing` says why.

    `accepted` is a tried answer in words.
    """

    widget: AnswerWidget | None
    missing: Sequence[str] = ()
    accepted: str = ""


def preview(form: FieldForm, *, answer: Sequence[str] = (), tried: bool = False) -> Preview:
    """The form's field with an answer in it; nothing answered is an error only once `tried`."""
    if form.settings is None:
        return Preview(None, form.setting_errors)
    field = _draft(form, form.settings)
    raw, error, accepted = list(answer), "", ""
    try:
        value = from_form(field.kind, field.settings, raw)
        if value is not ABSENT or tried:
            value = clean_value(field.kind, field.settings, value, required=True)
        if value is not ABSENT:
            accepted = show_value(field.kind, field.settings, value)
    except ValueRefused as refused:
        error = str(refused)
    return Preview(answer_widget(field, values=raw, required=False, error=error), accepted=accepted)


def _draft(form: FieldForm, settings: dict[str, object]) -> Field:
    said = form.cleaned_data if form.is_bound else {}
    description = said.get("description", "")
    return Field(
        pk=PREVIEW_ID,
        name=said.get("name") or "Name of the field",
        kind=form.chosen.name,
        settings=settings,
        description=description,
        description_html=render_guidelines(description),
    )
