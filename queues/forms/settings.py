"""The settings of a queue as a form, for a new queue and for one that exists."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django import forms
from django.db.models import QuerySet

from annotate_site.form_fields import WholeText
from annotate_site.projects.models import Project, User
from annotate_site.richtext import GUIDELINES_BYTES

from ..models import Queue
from ..states import QueueStatus, Strategy

REQUIRED_HELP = (
    "A larger number adds places to unfinished items at once. A smaller one removes places: free"
    " ones first, then the newest open ones, whose text is kept as a draft. Submitted answers"
    " always stay."
)


class SettingsForm(forms.Form):
    """`settings()` gives what the actions take."""

    name = WholeText(
        max_length=120,
        widget=forms.TextInput(attrs={"dir": "auto"}),
        error_messages={"required": "Give the queue a name."},
        help_text="Seen by annotators.",
    )
    description = WholeText(
        max_length=500,
        required=False,
        widget=forms.TextInput(attrs={"dir": "auto"}),
        help_text="One line about what it is for.",
    )
    guidelines = forms.CharField(
        required=False,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 8, "dir": "auto"}),
        help_text="How to judge, in markdown. Annotators have them at hand while they work.",
    )
    annotations_required = forms.IntegerField(
        min_value=1,
        max_value=10,
        initial=1,
        label="Annotations for each item",
        help_text="By that many different people.",
    )
    strategy = forms.ChoiceField(
        choices=Strategy.choices,
        initial=Strategy.MANUAL,
        label="Assignment",
        help_text="Manual: annotators pick from the list or take the next item. Round robin: items"
        " are dealt evenly. Load balanced: whoever asks gets the next item; the last ones go to"
        " the people who hold least.",
    )
    help_others = forms.BooleanField(
        required=False,
        initial=True,
        label="When someone runs out, they help the others",
        help_text="They take items dealt to whoever has the most left.",
    )
    timeout = forms.IntegerField(
        min_value=15,
        max_value=240,
        initial=60,
        label="Reservation, in minutes",
        help_text="An item untouched for this long goes to someone else.",
    )
    open_limit = forms.IntegerField(
        min_value=1,
        max_value=20,
        initial=5,
        label="Open items for each person",
        help_text="The current one and the parked ones.",
    )
    due_date = forms.DateField(
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text="Shown in lists, as overdue once that day is over in the project's time zone.",
    )
    skip_reason_required = forms.BooleanField(
        required=False, label="Skipping an item needs a reason"
    )
    requires_review = forms.BooleanField(
        required=False,
        label="Items need a review",
        help_text="A reviewer approves each item or sends it back. A change applies to items that"
        " don't have all their annotations yet.",
    )
    hide_model = forms.BooleanField(
        required=False, initial=True, label="Hide the model's name from annotators"
    )

    def clean_guidelines(self) -> str:
        text: str = self.cleaned_data["guidelines"].replace("\r\n", "\n")
        if (size := len(text.encode())) > GUIDELINES_BYTES:
            raise forms.ValidationError(
                f"Guidelines may have {GUIDELINES_BYTES:,} bytes; these have {size:,}."
            )
        return text

    # What a page shows when it is asked for more.
    MORE = (
        "annotations_required", "timeout", "strategy", "help_others", "requires_review",
        "open_limit", "skip_reason_required", "hide_model", "due_date",
    )  # fmt: skip

    @property
    def more_words(self) -> str:
        """What is set there, in a line."""
        value = {name: self[name].value() for name in self.MORE}
        several = "" if str(value["annotations_required"]) == "1" else "s"
        words = [
            f"{value['annotations_required']} annotation{several} each",
            f"{value['timeout']} min",
            dict(Strategy.choices).get(value["strategy"], "").lower(),
            "reviewed" if value["requires_review"] else "no review",
            "model name hidden" if value["hide_model"] else "model name shown",
            "skipping needs a reason" if value["skip_reason_required"] else "",
            f"{value['open_limit']} open each" if str(value["open_limit"]) != "5" else "",
            f"due {value['due_date']}" if value["due_date"] else "",
        ]
        return " · ".join(filter(None, words))

    @property
    def opens_more(self) -> bool:
        """Something is wrong there."""
        return not self.errors.keys().isdisjoint(self.MORE)

    def settings(self) -> dict[str, Any]:
        """By the names of `actions.settings`."""
        return dict(self._setting(name) for name in self._given())

    def _given(self) -> list[str]:
        return [name for name in SETTINGS if name in self.cleaned_data]

    def _setting(self, name: str) -> tuple[str, Any]:
        value = self.cleaned_data[name]
        if name == "timeout":
            return name, timedelta(minutes=value)
        if name == "hide_model":
            return "hidden_extras", ["model", "scores"] if value else ["scores"]
        return name, value


SETTINGS = tuple(SettingsForm.base_fields)


class PersonChoices(forms.ModelMultipleChoiceField[User]):
    """Active members of a project, by name and e-mail."""

    def __init__(self, **options: Any) -> None:
        super().__init__(User.objects.none(), widget=forms.CheckboxSelectMultiple, **options)

    def label_from_instance(self, obj: User) -> str:
        return f"{obj}  {obj.email}" if obj.name else obj.email


def people_of(project: Project) -> QuerySet[User]:
    members = User.objects.filter(memberships__project=project, is_active=True)
    return members.order_by("name", "email")


class NewQueueForm(SettingsForm):
    people = PersonChoices(
        required=False,
        label="Annotators",
        help_text="Members of this project. Others can join later with a share link.",
        error_messages={"invalid_choice": "Someone you chose isn't a member of this project."},
    )

    def __init__(self, project: Project, data: Any = None) -> None:
        super().__init__(data)
        choices = self.fields["people"]
        assert isinstance(choices, PersonChoices)
        choices.queryset = people_of(project)


class ChangedSettingsForm(SettingsForm):
    """Gives only what differs from what the page showed, so that two managers never undo each
    other: every field carries its first value along.
    """

    raise_completed = forms.BooleanField(
        required=False,
        label="Also ask for more on items that are finished or wait for review",
        help_text="They reopen in the same round, and any decision on them is cleared.",
    )

    def __init__(self, queue: Queue, data: Any = None) -> None:
        super().__init__(data, initial=initial_of(queue))
        carry_initial(self.fields.values())
        if queue.status == QueueStatus.DRAFT:
            del self.fields["raise_completed"]
        else:
            self.fields["annotations_required"].help_text = REQUIRED_HELP

    @property
    def number(self) -> int | None:
        """The number of annotations, where it was changed."""
        changed = "annotations_required" in self.changed_data
        return self.cleaned_data["annotations_required"] if changed else None

    @property
    def raises_completed(self) -> bool:
        return bool(self.cleaned_data.get("raise_completed"))

    def _given(self) -> list[str]:
        apart = ("annotations_required",)  # which items follow
        return [name for name in self.changed_data if name in SETTINGS and name not in apart]


def carry_initial(fields: Iterable[forms.Field]) -> None:
    """What the page showed comes back beside what was typed, so that a form knows what changed."""
    for field in fields:
        field.show_hidden_initial = True


def initial_of(queue: Queue) -> dict[str, Any]:
    given = {name: getattr(queue, name, None) for name in SETTINGS}
    return given | {
        "timeout": queue.timeout_minutes,
        "hide_model": "model" in queue.hidden_extras,
    }
