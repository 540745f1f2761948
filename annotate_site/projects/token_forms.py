"""The form by which people make tokens for their programs."""

from datetime import timedelta
from typing import Any

from django import forms

from .models import Scope
from .token_actions import LONGEST_NAME

# What each scope may do, for those who choose.
SCOPE_WORDS = {
    Scope.READ: "Read: traces, queues and results, as far as you see them",
    Scope.WRITE: "Write: everything a manager can change, and send traces",
    Scope.ANNOTATE: "Annotate: answer and review items in your queues",
    Scope.INGEST: "Send traces: add traces, nothing else",
}
LIFETIMES = {"30": "30 days", "90": "90 days", "365": "1 year", "never": "Never"}


class TokenForm(forms.Form):
    name = forms.CharField(
        max_length=LONGEST_NAME, help_text="Which program uses it, such as “Nightly import”."
    )
    scopes = forms.MultipleChoiceField(
        widget=forms.CheckboxSelectMultiple,
        label="What it can do",
        help_text="Never more than you can do yourself at that moment.",
    )
    days = forms.ChoiceField(choices=list(LIFETIMES.items()), initial="90", label="Expires after")

    def __init__(self, data: Any = None, *, scopes: list[Scope]) -> None:
        super().__init__(data)
        field = self.fields["scopes"]
        assert isinstance(field, forms.MultipleChoiceField)
        field.choices = [(scope.value, SCOPE_WORDS[scope]) for scope in scopes]

    @property
    def lasting(self) -> timedelta | None:
        days = self.cleaned_data["days"]
        return None if days == "never" else timedelta(days=int(days))
