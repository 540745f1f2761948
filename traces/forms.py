"""Forms of the traces pages."""

from django import forms
from django.conf import settings

from .ingest.detection import Role

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
        widget=forms.FileInput(attrs={"accept": ".json,.jsonl,.ndjson"}),
        error_messages={
            "required": "Choose a file first.",
            "empty": "This file is empty.",
        },
    )

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        file, megabytes = self.fields["file"], settings.UPLOAD_LIMIT // 1024**2
        file.help_text = f"JSON or JSONL, up to {megabytes} MB. Each object in it becomes a trace."
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
