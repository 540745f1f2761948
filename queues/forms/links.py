from django import forms
from django.http import QueryDict

from annotate_site.templatetags.ui import count

DAYS = 14
ANYBODY = "any number of people"


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
        most = asked.get("max_uses")
        people = f"{most:,} {'person' if most == 1 else 'people'} at most" if most else ANYBODY
        return f"Works for {count(asked['days'], 'day')}, for {people}"
