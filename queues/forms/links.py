from django import forms


class ShareLinkForm(forms.Form):
    """How long a share link is good, and for how many people."""

    days = forms.IntegerField(
        min_value=1,
        max_value=365,
        initial=14,
        label="Good for how many days",
        help_text="1 to 365. You can revoke the link at any time before.",
    )
    max_uses = forms.IntegerField(
        min_value=1,
        max_value=10_000,
        required=False,
        label="For how many people at most",
        help_text="Empty: for as many as have the link. Members of the queue do not count.",
    )
