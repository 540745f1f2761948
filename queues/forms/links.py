from django import forms


class ShareLinkForm(forms.Form):
    """How long a share link is good, and for how many people."""

    days = forms.IntegerField(
        min_value=1,
        max_value=365,
        initial=14,
        label="Days it works",
        help_text="1 to 365. You can revoke the link earlier.",
    )
    max_uses = forms.IntegerField(
        min_value=1,
        max_value=10_000,
        required=False,
        label="Maximum number of people",
        help_text="Leave empty for no limit. Members of the queue don't count.",
    )
