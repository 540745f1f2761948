"""The control with which one field is answered, as a page shows it: workspace and previews.

`templates/fields/_answer.html` renders an AnswerWidget. It posts `f-<field id>`, several times for
`categories`, and `n-<field id>` for the note; what is untouched posts nothing or an empty text.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from .describing import bounds
from .kinds import TABLE, Kind, Settings, Widget
from .models import Field

# Longer descriptions are folded: after ten items they are known, and the column is short.
_SHOWN_DESCRIPTION = 160
_ROW_OF_CHOICES = 7
_DIGITS = 9
_USUAL_TEXT: Final = next(s.default for s in TABLE[Kind.TEXT] if s.key == "max_length")


@dataclass(frozen=True)
class Choice:
    """One radio button, checkbox or step; `key` is its digit, "" beyond 9.

    `alone`: it cannot be chosen together with others ("None of these").
    """

    value: str
    label: str
    key: str
    checked: bool
    description: str = ""
    hue: str = ""
    icon: str = ""
    alone: bool = False


@dataclass(frozen=True)
class NumberBox:
    """A number box, and a slider beside it. `least` to `step` are set for a slider alone.

    The box is a text input: a number input posts nothing for "1O", and the typing would be lost.
    """

    value: str
    unit: str
    range: str
    inputmode: str
    slider: bool = False
    least: str = ""
    most: str = ""
    step: str = ""


@dataclass(frozen=True)
class TextBox:
    value: str
    multiline: bool
    placeholder: str


@dataclass(frozen=True)
class AnswerWidget:
    """One answer. Of `choices`, `steps`, `number` and `text` one is filled."""

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
    hint: str
    choices: list[Choice]
    several: bool
    as_list: bool
    steps: list[Choice]
    ends: tuple[str, str] | None
    number: NumberBox | None
    text: TextBox | None

    @property
    def status(self) -> str:
        if self.error or self.note_error:
            return "Needs a change"
        return "Answered" if self.answered else "Not answered"

    @property
    def has_box(self) -> bool:
        """One box takes the answer: it has the label and the descriptions, not the group."""
        return bool(self.number or self.text)

    @property
    def clearable(self) -> bool:
        """A text or a number is cleared by deleting it; the rest needs a button."""
        return bool(self.choices or self.steps or (self.number and self.number.slider))

    @property
    def described_by(self) -> str:
        """The ids of what screen readers add to the name."""
        parts = {
            "help": self.description_html and not self.folded,
            "remark": self.remark,
            "hint": self.hint,
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
    kind, settings, given = Kind(field.kind), field.settings, list(values)
    choices = _choices(kind, settings, given)
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
        answered=bool(given) if kind is Kind.CATEGORIES else any(given),
        hint=_hint(kind, settings),
        choices=choices,
        several=kind is Kind.CATEGORIES,
        as_list=len(choices) > _ROW_OF_CHOICES or any(one.description for one in choices),
        steps=_steps(settings, given) if kind is Kind.RATING else [],
        ends=_ends(settings) if kind is Kind.RATING else None,
        number=_number(kind, settings, given) if kind in (Kind.INTEGER, Kind.NUMBER) else None,
        text=_text(settings, given) if kind is Kind.TEXT else None,
    )


def _choices(kind: Kind, settings: Settings, given: list[str]) -> list[Choice]:
    if kind is Kind.BOOLEAN:
        pairs = [("true", settings["true_label"]), ("false", settings["false_label"])]
        return [_choice(n, value, label, given) for n, (value, label) in enumerate(pairs, 1)]
    if kind is Kind.THUMBS:
        return [
            _choice(1, "up", "Thumbs up", given, icon="thumb-up"),
            _choice(2, "down", "Thumbs down", given, icon="thumb-down"),
        ]
    if kind not in (Kind.CATEGORY, Kind.CATEGORIES):
        return []
    options = settings["options"]
    choices = [
        _choice(n, o["value"], o["label"], given, description=o["description"], hue=o["color"])
        for n, o in enumerate(options, 1)
    ]
    if kind is Kind.CATEGORIES and settings["min_choices"] == 0:
        choices.append(_none_of_these(len(options) + 1, given))
    return choices


def _choice(
    number: int,
    value: str,
    label: str,
    given: list[str],
    *,
    description: str = "",
    hue: str = "",
    icon: str = "",
) -> Choice:
    return Choice(value, label, _digit(number), value in given, description, hue, icon)


def _none_of_these(number: int, given: list[str]) -> Choice:
    """An empty string is the posted form of "none", which is an answer and not an absence."""
    none = bool(given) and not any(given)
    return Choice("", "None of these", _digit(number), none, alone=True)


def _digit(number: int) -> str:
    return str(number) if number <= _DIGITS else ""


def _steps(settings: Settings, given: list[str]) -> list[Choice]:
    return [_choice(n, str(n), str(n), given) for n in range(1, settings["stars"] + 1)]


def _ends(settings: Settings) -> tuple[str, str] | None:
    ends = (settings["low_label"], settings["high_label"])
    return ends if any(ends) else None


def _number(kind: Kind, settings: Settings, given: list[str]) -> NumberBox:
    least, most = settings["min"], settings["max"]
    box = NumberBox(
        value="".join(given[:1]),
        unit=settings["unit"],
        range=bounds(least, most),
        inputmode=_inputmode(kind, settings),
    )
    if kind is Kind.INTEGER or settings["widget"] != Widget.SLIDER:
        return box
    step = settings["step"] or 10.0 ** (math.floor(math.log10(most - least)) - 2)
    return replace(box, slider=True, least=str(least), most=str(most), step=str(step))


def _inputmode(kind: Kind, settings: Settings) -> str:
    """Which keys a phone offers; its number pads have no minus sign."""
    if settings["min"] is None or settings["min"] < 0:
        return "text"
    return "numeric" if kind is Kind.INTEGER else "decimal"


def _text(settings: Settings, given: list[str]) -> TextBox:
    return TextBox("".join(given[:1]), settings["multiline"], settings["placeholder"])


def _hint(kind: Kind, settings: Settings) -> str:
    """A rule that one must know before answering."""
    if kind is Kind.CATEGORIES:
        least, most = settings["min_choices"], settings["max_choices"]
        if most is None:
            return "All that apply." if least < 2 else f"All that apply, {least} at least."
        if least == most:
            return f"Choose {most}."
        return f"Choose {most} at most." if least < 2 else f"Choose {least} to {most}."
    if kind is Kind.TEXT:
        least, most = settings["min_length"], settings["max_length"]
        if least:
            return f"{least} to {most} characters."
        return f"{most} characters at most." if most < _USUAL_TEXT else ""
    return ""
