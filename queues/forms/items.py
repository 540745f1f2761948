"""What a manager changes of items."""

from django import forms

from ..actions.items.changing import PRIORITIES


class PriorityForm(forms.Form):
    priority = forms.IntegerField(
        min_value=PRIORITIES[0],
        max_value=PRIORITIES[-1],
        initial=0,
        help_text="Higher comes first: raised items are handed out next.",
    )
