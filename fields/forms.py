"""The form of a new field: name, description and kind, and the settings of that kind alone.

Settings are read here as text; `fields.kinds.clean_settings` is their only judge.
"""

from typing import Any, Final

from django import forms
from django.http import QueryDict

from .describing import SETTING_LABELS
from .kinds import TABLE, Kind, Setting, Settings, SettingsError, Widget, clean_settings
from .models import LONGEST_DESCRIPTION, LONGEST_NAME
from .option_rows import OptionRows, given_rows
from .scalars import ValueRefused, parse_number

NUMBERS: Final = frozenset(
    ["min", "max", "step", "stars", "min_choices", "max_choices", "min_length", "max_length"]
)
HELP: Final = {
    "true_label": "Stored as true.",
    "false_label": "Stored as false.",
    "step": "Counted from the smallest value.",
    "stars": "2 to 10.",
    "min_choices": "0 offers “None of these”.",
    "placeholder": "Grey words in the empty box.",
}
EMPTY: Final = {"min": "None", "max": "None", "step": "Any", "unit": "None", "max_choices": "All"}


class FieldForm(forms.Form):
    """`settings` are the cleaned ones of the kind, None while one is wrong (`setting_errors`)."""

    kind = forms.ChoiceField(
        label="Kind of answer",
        choices=Kind.choices,
        error_messages={"invalid_choice": "There is no such kind: choose one of these."},
    )
    name = forms.CharField(
        max_length=LONGEST_NAME,
        help_text="What the annotator is asked. It cannot be changed later.",
        error_messages={"required": "Give the field a name."},
    )
    description = forms.CharField(
        required=False,
        max_length=LONGEST_DESCRIPTION,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="How to decide, in markdown. Shown under the name.",
    )
    # Which kind's settings the page showed: others would be created unseen.
    settings_for = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, data: QueryDict | None = None) -> None:
        given = data.get("kind", "") if data is not None else ""
        self.chosen = Kind(given) if given in Kind.values else Kind.BOOLEAN
        self.settings = clean_settings(self.chosen, {}) if data is None else None
        self.setting_errors: list[str] = []
        self.unseen = data is not None and data.get("settings_for") != self.chosen
        if data is not None and self.unseen:
            data = _with_defaults(data, self.chosen)
        initial = {"kind": self.chosen.value, "settings_for": self.chosen.value}
        super().__init__(data, initial=initial)
        for setting in TABLE[self.chosen]:
            self.fields[setting.key] = _form_field(setting)

    @property
    def setting_fields(self) -> list[forms.BoundField]:
        """The settings of the chosen kind but its options."""
        return [self[s.key] for s in TABLE[self.chosen] if s.key != "options"]

    def clean(self) -> None:
        given, refused = self._read_settings()
        try:
            cleaned = clean_settings(self.chosen, given)
        except SettingsError as error:
            refused = error.field_errors | refused
        self.setting_errors = list(refused.values())
        if not refused:
            self.settings = cleaned
        if self.unseen:
            words = f"The settings of “{self.chosen.label}” are shown now: look at them first."
            refused = {} if "kind" in self.errors else {"kind": words}
        for key, message in refused.items():
            self.add_error(key, message)

    def refuse(self, key: str, message: str) -> None:
        """Says what an action found wrong, at the field at fault."""
        self.add_error(key if key in self.fields else None, message)

    def _read_settings(self) -> tuple[Settings, dict[str, str]]:
        """What was typed as settings, and {key: why} for what is no number."""
        given: Settings = {}
        refused: dict[str, str] = {}
        for setting in TABLE[self.chosen]:
            value = self.cleaned_data.get(setting.key)
            try:
                given[setting.key] = _read(setting.key, value)
            except ValueRefused as refusal:
                refused[setting.key] = str(refusal)
        return given, refused


def _read(key: str, value: Any) -> object:
    """Empty is not given: the default holds."""
    if key == "options":
        return given_rows(value) or None
    if key in NUMBERS:
        return parse_number(value) if value else None
    return None if value == "" else value


def _form_field(setting: Setting) -> forms.Field:
    key, label = setting.key, SETTING_LABELS[setting.key]
    if key == "options":
        return forms.Field(label=label, widget=OptionRows, required=False)
    if key == "multiline":
        return forms.BooleanField(label=label, required=False, initial=setting.default)
    if key == "widget":
        return forms.ChoiceField(label=label, choices=Widget.choices, initial=setting.default)
    attrs = {"autocomplete": "off"} | ({"placeholder": EMPTY[key]} if key in EMPTY else {})
    return forms.CharField(
        label=label,
        required=False,
        initial=setting.default,
        help_text=HELP.get(key, ""),
        widget=forms.TextInput(attrs=attrs),
    )


def _with_defaults(data: QueryDict, kind: Kind) -> QueryDict:
    """What was typed for another kind stays where this one has the same setting."""
    filled = data.copy()
    filled["settings_for"] = kind.value
    for setting in TABLE[kind]:
        if setting.key not in filled and setting.default is not None:
            filled[setting.key] = str(setting.default)
    return filled
