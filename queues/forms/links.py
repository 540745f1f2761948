from django import forms
from django.http import QueryDict

DAYS = 14


class ShareLinkForm(forms.Form):
    """How long a share link is good, and for how many people."""

    days = forms.IntegerField(
        min_value=1,
        max_value=365,
        initial=DAYS,
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

    def __init__(self, data: QueryDict | None = None) -> None:
        super().__init__(data, auto_id="share_%s")

    @property
    def in_words(self) -> str:
        """What a link made as it is can do."""
        asked = self.cleaned_data if self.is_bound and self.is_valid() else {"days": DAYS}
        days, most = asked["days"], asked.get("max_uses")
        people = "any number of people" if most is None else f"{most:,} people at most"
        return f"Works for {days} day{'' if days == 1 else 's'}, for {people}"
