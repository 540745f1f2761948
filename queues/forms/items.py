"""What a manager changes of items."""

from django import forms

from ..actions.items.changing import PRIORITIES
from ..actions.items.many import MOST_MORE


class PriorityForm(forms.Form):
    priority = forms.IntegerField(
        min_value=PRIORITIES[0],
        max_value=PRIORITIES[-1],
        initial=0,
        help_text="Higher comes first: raised items are handed out next.",
    )


class NothingMore(forms.Form):
    """What needs no further word."""


class ReasonForm(forms.Form):
    reason = forms.CharField(max_length=200, help_text="It appears in the history of each item.")


class MoreForm(forms.Form):
    more = forms.IntegerField(
        min_value=1,
        max_value=MOST_MORE,
        initial=1,
        label="Further annotations for each item",
    )
