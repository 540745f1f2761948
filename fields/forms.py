"""The form of a new field: name, description and kind, and the settings of that kind alone.

Settings are read here as text; `fields.kinds.clean_settings` is their only judge.
"""

from typing import Any, Final

from django import forms
from django.http import QueryDict

from annotate_site.form_fields import WholeText
from annotate_site.text import copy_name

from .kinds import CHOICES, KINDS, Input, Kind, Setting, Settings, SettingsError, clean_settings
from .models import LONGEST_DESCRIPTION, LONGEST_NAME, Field
from .option_rows import OptionRows, given_rows, set_rows
from .scalars import ValueRefused, parse_number

FIRST: Final = next(iter(KINDS.values()))


class FieldForm(forms.Form):
    """`settings` are the cleaned ones of the kind, None while one is wrong (`setting_errors`)."""

    kind = forms.ChoiceField(
        label="Kind of answer",
        choices=CHOICES,
        error_messages={"invalid_choice": "There is no such kind: choose one of these."},
    )
    name = WholeText(
        max_length=LONGEST_NAME,
        widget=forms.TextInput(attrs={"dir": "auto"}),
        help_text="What the annotator is asked. It cannot be changed later.",
        error_messages={"required": "Give the field a name."},
    )
    description = WholeText(
        required=False,
        max_length=LONGEST_DESCRIPTION,
        widget=forms.Textarea(attrs={"rows": 3, "dir": "auto"}),
        help_text="How to decide, in markdown. Shown under the name.",
    )
    # Which kind's settings the page showed: others would be created unseen.
    settings_for = forms.CharField(widget=forms.HiddenInput, required=False)
    copy_of = forms.UUIDField(widget=forms.HiddenInput, required=False)

    def __init__(self, data: QueryDict | None = None) -> None:
        given = data.get("kind", "") if data is not None else ""
        self.chosen = KINDS.get(given, FIRST)
        self.settings = clean_settings(self.chosen.name, {}) if data is None else None
        self.setting_errors: list[str] = []
        self.unseen = data is not None and data.get("settings_for") != self.chosen.name
        if data is not None and self.unseen:
            data = _with_defaults(data, self.chosen)
        initial = {"kind": self.chosen.name, "settings_for": self.chosen.name}
        super().__init__(data, initial=initial, auto_id="field_%s")  # others are on the page
        for setting in self.chosen.settings:
            self.fields[setting.key] = _form_field(setting)

    @property
    def setting_fields(self) -> list[forms.BoundField]:
        """The settings of the chosen kind but its options."""
        return [self[s.key] for s in self.chosen.settings if s.input is not Input.OPTIONS]

    def clean(self) -> None:
        given, refused = self._read_settings()
        try:
            cleaned = clean_settings(self.chosen.name, given)
        except SettingsError as error:
            refused = error.field_errors | refused
        self.setting_errors = list(refused.values())
        if not refused:
            self.settings = cleaned
        if self.unseen:
            words = f"The settings of “{self.chosen.label}” are shown now: check them first."
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
        for setting in self.chosen.settings:
            value = self.cleaned_data.get(setting.key)
            try:
                given[setting.key] = _read(setting, value)
            except ValueRefused as refusal:
                refused[setting.key] = str(refusal)
        return given, refused


def typed_for_copy(field: Field) -> QueryDict:
    """The form as it would have been filled in to make this field, but for a name of its own."""
    typed = typed_from(field)
    typed["name"], typed["copy_of"] = copy_name(field.name, LONGEST_NAME), str(field.pk)
    return typed


def typed_from(field: Field) -> QueryDict:
    """The form as it would have been filled in to make this field."""
    typed = QueryDict(mutable=True)
    typed["kind"] = typed["settings_for"] = field.kind
    typed["name"], typed["description"] = field.name, field.description
    for setting in KINDS[field.kind].settings:
        value = field.settings.get(setting.key)
        if setting.input is Input.OPTIONS:
            set_rows(typed, value or [])
        elif setting.input is Input.TICK:
            typed.update({setting.key: "on"} if value else {})
        else:
            typed[setting.key] = "" if value is None else str(value)
    return typed


def _read(setting: Setting, value: Any) -> object:
    """Empty is not given: the default holds."""
    if setting.input is Input.OPTIONS:
        return given_rows(value) or None
    if setting.input is Input.NUMBER:
        return parse_number(value) if value else None
    return None if value == "" else value


def _form_field(setting: Setting) -> forms.Field:
    if setting.input is Input.OPTIONS:
        return forms.Field(
            label=setting.label, widget=OptionRows, required=False, help_text=setting.help
        )
    if setting.input is Input.TICK:
        return forms.BooleanField(label=setting.label, required=False, initial=setting.default)
    if setting.input is Input.MENU:
        return forms.ChoiceField(label=setting.label, choices=setting.menu, initial=setting.default)
    attrs = {
        "type": "date" if setting.input is Input.DATE else "text",
        "autocomplete": "off",
        "dir": "auto",
    }
    if setting.empty:
        attrs["placeholder"] = setting.empty
    return forms.CharField(
        label=setting.label,
        required=False,
        initial=setting.default,
        help_text=setting.help,
        widget=forms.TextInput(attrs=attrs),
    )


def _with_defaults(data: QueryDict, kind: Kind) -> QueryDict:
    """What was typed for another kind stays where this one has the same setting."""
    filled = data.copy()
    shown = KINDS.get(data.get("settings_for", ""))
    inputs = {setting.key: setting.input for setting in shown.settings} if shown else {}
    filled["settings_for"] = kind.name
    for setting in kind.settings:
        if inputs.get(setting.key, setting.input) is not setting.input:
            filled.pop(setting.key, None)
        if setting.key not in filled and setting.default is not None:
            filled[setting.key] = str(setting.default)
    return filled
