"""Forms of a queue in the Django admin. They judge what was typed; the actions store it."""

from typing import Any

from django import forms
from django.forms.models import BaseInlineFormSet

from annotate_site.projects.models import Membership, User

from .actions.settings import Asked
from .forms.members import NO_RIGHT
from .forms.settings import SETTINGS, SettingsForm, carry_initial, initial_of
from .models import Queue, QueueField, QueueMember
from .states import QueueStatus


class ActionsStore:
    """Mixed into a ModelForm: the model's own checks would name constraints, not reasons."""

    def _post_clean(self) -> None:
        return None


class QueueForm(ActionsStore, SettingsForm, forms.ModelForm[Queue]):
    class Meta:
        model = Queue
        fields = ["project", *SETTINGS]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        queue = kwargs.get("instance")
        if queue is not None:
            kwargs["initial"] = initial_of(queue)
        super().__init__(*args, **kwargs)
        if queue is not None:
            carry_initial(self.fields.values())
            self.fields["annotations_required"].disabled = queue.status != QueueStatus.DRAFT

    def clean(self) -> None:
        """Knows the project from here on, for the rows below as well."""
        if project := self.cleaned_data.get("project"):
            self.instance.project = project
        others = Queue.objects.filter(project=self.instance.project_id).exclude(pk=self.instance.pk)
        name = self.cleaned_data.get("name", "")
        if others.filter(name__iexact=name).exists():
            self.add_error("name", f"There is a queue named {name} in this project already.")

    def changed_settings(self) -> dict[str, Any]:
        names = set(self.changed_data) & set(self._given())
        return dict(self._setting(name) for name in names)


class RowForm(ActionsStore, forms.ModelForm[Any]):
    """A row below the queue."""


class MemberForm(RowForm):
    can_annotate = forms.BooleanField(label="May annotate", required=False, initial=True)
    can_review = forms.BooleanField(label="May review", required=False)
    away = forms.BooleanField(
        required=False,
        show_hidden_initial=True,
        help_text="Items waiting for this person go back; open ones stay open.",
    )

    class Meta:
        model = QueueMember
        fields = ["user", "can_annotate", "can_review"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        member = kwargs.get("instance")
        if member is not None:
            kwargs["initial"] = {"away": member.away_at is not None}
        super().__init__(*args, **kwargs)
        if self.instance.pk and "user" in self.fields:
            self.fields["user"].disabled = True

    def clean(self) -> None:
        given = self.cleaned_data
        if given.get("user") and not given.get("can_annotate") and not given.get("can_review"):
            self.add_error("can_annotate", NO_RIGHT)
        if given.get("away") and not given.get("can_annotate"):
            self.add_error("away", "Only annotators can be away.")


class Rows(BaseInlineFormSet[Any, Any, Any]):
    """Rows below a queue, each naming one thing of its project, none of them twice."""

    names = ""
    foreign = ""
    fixed = False

    def clean(self) -> None:
        if self.fixed:
            return
        chosen = [data[self.names] for data in self.kept() if data.get(self.names)]
        if len(set(chosen)) < len(chosen):
            raise forms.ValidationError("The same one is chosen twice.")
        for one in chosen if self.instance.project_id else []:
            if not self.belongs(one):
                raise forms.ValidationError(self.foreign.format(one))

    def kept(self, *, deleted: bool = False) -> list[dict[str, Any]]:
        """What was typed in the rows that stay; or in those to be deleted."""
        typed = [form.cleaned_data for form in self.forms if hasattr(form, "cleaned_data")]
        return [data for data in typed if bool(data.get("DELETE")) == deleted]

    def belongs(self, one: Any) -> bool:
        raise NotImplementedError


class FieldRows(Rows):
    names = "field"
    foreign = "The field {} is not one of this project."

    def belongs(self, one: Any) -> bool:
        return bool(one.project_id == self.instance.project_id)

    def asked(self) -> list[Asked]:
        """The fields in their order; of equal numbers the upper row comes first."""
        rows = sorted((row for row in self.kept() if row.get("field")), key=_order)
        return [Asked(row["field"], row["required"], row["allow_note"]) for row in rows]


def _order(row: dict[str, Any]) -> int:
    return row.get("order") or 0


class MemberRows(Rows):
    names = "user"
    foreign = "{} is not a member of this project."

    def belongs(self, one: Any) -> bool:
        members = Membership.objects.filter(project=self.instance.project_id)
        return members.filter(user=one).exists()

    def get_queryset(self) -> Any:
        return super().get_queryset().filter(removed_at=None)

    def rights(self) -> dict[User, dict[str, bool]]:
        """Who is to have which rights. Who joined meanwhile is not among them."""
        named = [row for row in self.kept() if row.get("user")]
        return {
            row["user"]: {key: row[key] for key in ("can_annotate", "can_review")} for row in named
        }

    def away(self) -> dict[User, bool]:
        """Of the annotators whose switch was moved: whether they are to be away."""
        typed = [form for form in self.forms if "away" in form.changed_data]
        rows = [form.cleaned_data for form in typed if not form.cleaned_data.get("DELETE")]
        return {row["user"]: row["away"] for row in rows if row["can_annotate"]}

    def removed(self) -> list[User]:
        return [row["user"] for row in self.kept(deleted=True) if row.get("user")]


def asked_now(queue: Queue) -> list[Asked]:
    rows = QueueField.objects.filter(queue=queue, retired_at=None).select_related("field")
    return [Asked(row.field, row.required, row.allow_note) for row in rows]
