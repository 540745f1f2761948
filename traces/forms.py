"""Forms of the traces pages."""

from django import forms
from django.conf import settings

from annotate_site.form_fields import WholeText
from annotate_site.text import clean_line

from .actions.keeping import LONGEST
from .ingest.detection import Role
from .ingest.parsed import MAX_TAG, MAX_TAGS

ROLE_WORDS = {
    Role.INPUT: "Input",
    Role.OUTPUT: "Output",
    Role.ATTRIBUTE: "Attribute",
    Role.NAME: "Name",
    Role.ID: "Id",
    Role.IGNORED: "Leave out",
}


class UploadForm(forms.Form):
    file = forms.FileField(
        label="File",
        widget=forms.FileInput(attrs={"accept": ".json,.jsonl,.ndjson,.csv,.tsv,.parquet,.eval"}),
        error_messages={
            "required": "Choose a file first.",
            "empty": "This file is empty.",
        },
    )

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        file, megabytes = self.fields["file"], settings.UPLOAD_LIMIT // 1024**2
        file.help_text = f"JSON, JSONL, CSV or Parquet, up to {megabytes} MB."
        file.widget.attrs["data-max-bytes"] = settings.UPLOAD_LIMIT


class RolesForm(forms.Form):
    """One choice for each column of a plan; a column's name is only ever a label."""

    def __init__(self, roles: dict[str, Role], *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.columns = list(roles)
        for index, role in enumerate(roles.values()):
            self.fields[f"role-{index}"] = forms.ChoiceField(
                choices=[(role.value, word) for role, word in ROLE_WORDS.items()],
                initial=role.value,
                label=self.columns[index],
            )

    def chosen(self) -> dict[str, str]:
        """Column to role, of a valid form."""
        return {
            column: self.cleaned_data[f"role-{index}"] for index, column in enumerate(self.columns)
        }


class TagForm(forms.Form):
    """Tags to add to traces and to remove from them, each a list of texts."""

    add = forms.CharField(label="Add", required=False, help_text="Several are separated by commas.")
    remove = forms.CharField(label="Remove", required=False)

    def clean_add(self) -> list[str]:
        return self._tags("add")

    def clean_remove(self) -> list[str]:
        return self._tags("remove")

    def clean(self) -> dict[str, object]:
        add, remove = self.cleaned_data.get("add"), self.cleaned_data.get("remove")
        if not self.errors and not add and not remove:
            raise forms.ValidationError("Name a tag to add or to remove.")
        if both := sorted(set(add or []) & set(remove or [])):
            raise forms.ValidationError(f"“{both[0]}” can't be added and removed at once.")
        return self.cleaned_data

    def _tags(self, name: str) -> list[str]:
        """Without doubles. Raises ValidationError."""
        text = clean_line(self.cleaned_data[name])
        tags = list(dict.fromkeys(tag.strip() for tag in text.split(",") if tag.strip()))
        if len(tags) > MAX_TAGS or any(len(tag) > MAX_TAG for tag in tags):
            raise forms.ValidationError(
                f"A trace takes {MAX_TAGS} tags of {MAX_TAG} characters at most."
            )
        return tags


class ViewForm(forms.Form):
    """A name for a list of traces; `shared` for those who may share it."""

    name = WholeText(label="Name", max_length=60)
    shared = forms.BooleanField(label="Shared with the project", required=False)

    def __init__(self, *args: object, may_share: bool, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        if not may_share:
            del self.fields["shared"]

    def clean_name(self) -> str:
        name = clean_line(self.cleaned_data["name"])
        if not name:
            raise forms.ValidationError("Give the view a name.")
        return name


class KeepingForm(forms.Form):
    """`days` None: traces are kept without an end."""

    days = forms.IntegerField(
        min_value=1,
        max_value=LONGEST,
        required=False,
        label="Delete traces after",
        widget=forms.NumberInput(attrs={"placeholder": "never"}),
        help_text="Days after a trace arrived here. Empty: never.",
    )
