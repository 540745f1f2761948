"""The control with which one field is answered, as a page shows it: workspace and previews.

`templates/fields/_answer.html` renders an AnswerWidget. It posts `f-<field id>`, several times for
a list, and `n-<field id>` for the note; what is untouched posts nothing or empty texts.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from .kinds import ABSENT, KINDS, Settings
from .kinds.controls import Control
from .models import Field
from .scalars import ValueRefused
from .validation import from_form

# Longer descriptions are folded: after ten items they are known, and the column is short.
_SHOWN_DESCRIPTION = 160


@dataclass(frozen=True)
class AnswerWidget:
    """One answer; the kind's own template shows `control`."""

    field_id: str
    label: str
    description_html: str
    folded: bool
    required: bool
    allow_note: bool
    note: str
    error: str
    note_error: str
    remark: str
    answered: bool
    control: Control

    @property
    def status(self) -> str:
        if self.error or self.note_error:
            return "Needs a change" if self.answered or self.note_error else "Needs an answer"
        return "Answered" if self.answered else "Not answered"

    @property
    def described_by(self) -> str:
        """The ids of what screen readers add to the name."""
        parts = {
            "help": self.description_html and not self.folded,
            "remark": self.remark,
            "hint": self.control.hint,
            "error": self.error,
        }
        return " ".join(f"{part}-{self.field_id}" for part, there in parts.items() if there)


def answer_widget(
    field: Field,
    *,
    values: Sequence[str] = (),
    note: str = "",
    required: bool = True,
    allow_note: bool = False,
    error: str = "",
    note_error: str = "",
    remark: str = "",
) -> AnswerWidget:
    """What the page shows for a field; `values` are the posted strings of a draft.

    `remark`: what a reviewer said of the earlier answer.
    """
    posted = list(values)
    return AnswerWidget(
        field_id=str(field.pk),
        label=field.name,
        description_html=field.description_html,
        folded=len(field.description) > _SHOWN_DESCRIPTION,
        required=required,
        allow_note=allow_note,
        note=note,
        error=error,
        note_error=note_error,
        remark=remark,
        answered=_is_answered(field.kind, field.settings, posted),
        control=KINDS[field.kind].control(field.settings, posted),
    )


def _is_answered(kind: str, settings: Settings, posted: list[str]) -> bool:
    """What cannot be read was typed all the same."""
    try:
        return from_form(kind, settings, posted) is not ABSENT
    except ValueRefused:
        return True
