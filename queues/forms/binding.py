"""Whom items are bound to: annotators of the queue who are there."""

from collections.abc import Collection
from typing import Any

from django import forms

from annotate_site.projects.models import User

from ..actions.assignment.candidates import excluded
from ..models import Item, Queue
from ..states import BoundWhy, QueueStatus, SlotState
from .settings import PersonChoices


class BindForm(forms.Form):
    """`people` may be several; those in `without` are not offered."""

    people = PersonChoices(
        label="Assign to",
        error_messages={
            "required": "Choose at least one person.",
            "invalid_choice": "Someone you chose can't have this now. Nothing was assigned.",
        },
    )

    def __init__(self, queue: Queue, data: Any = None, *, without: Collection[int] = ()) -> None:
        super().__init__(data)
        there = queue.members.filter(can_annotate=True, removed_at=None, away_at=None)
        offered = User.objects.filter(pk__in=there.values("user"), is_active=True)
        choices = self.fields["people"]
        assert isinstance(choices, PersonChoices)
        choices.queryset = offered.exclude(pk__in=without).order_by("name", "email")

    @property
    def offers_somebody(self) -> bool:
        choices = self.fields["people"]
        assert isinstance(choices, PersonChoices)
        return choices.queryset is not None and choices.queryset.exists()


def bind_form(queue: Queue, item: Item) -> BindForm | None:
    """For those who may have a free place of the item; None where nothing can be bound."""
    free = item.slots.filter(round=item.round, state=SlotState.FREE)
    open_places = free.filter(bound_why__in=[BoundWhy.NONE, BoundWhy.DEAL])
    closed = queue.archived_at or queue.status == QueueStatus.COMPLETED or item.removed_at
    if closed or not open_places.exists():
        return None
    form = BindForm(queue, without=excluded([item.pk])[item.pk])
    return form if form.offers_somebody else None
