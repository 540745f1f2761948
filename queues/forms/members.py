"""People of a queue: adding members of the project, and changing rights."""

from typing import Any

from django import forms

from ..models import Queue
from .settings import PersonChoices, people_of

NO_RIGHT = "Choose whether they annotate, review, or both."


class AddMembersForm(forms.Form):
    people = PersonChoices(
        error_messages={
            "required": "Choose at least one person.",
            "invalid_choice": "Someone you chose isn't a member of this project, or is already in"
            " the queue.",
        }
    )
    can_annotate = forms.BooleanField(required=False, initial=True, label="May annotate")
    can_review = forms.BooleanField(required=False, label="May review")

    def __init__(self, queue: Queue, data: Any = None) -> None:
        super().__init__(data)
        there = queue.members.filter(removed_at=None).values("user")
        self.offered = people_of(queue.project).exclude(pk__in=there)
        choices = self.fields["people"]
        assert isinstance(choices, PersonChoices)
        choices.queryset = self.offered

    @property
    def offers_nobody(self) -> bool:
        return not self.offered.exists()

    def clean(self) -> None:
        data = self.cleaned_data
        if not data.get("can_annotate") and not data.get("can_review"):
            raise forms.ValidationError(NO_RIGHT)
