"""All traces that match, or a random sample of them: its size, its strata, its seed."""

from typing import Any

from django import forms
from django.http import QueryDict

from annotate_site.form_data import whole_number
from annotate_site.projects.models import Project, User
from traces.filters import TraceFilter
from traces.models import SavedView
from traces.saved_views import views_of
from traces.strata import COLUMNS, LONGEST, Strata

from ..sampling import EVERYTHING, LONGEST_SEED, MOST, NO_RATE, Design, Way, new_seed, read_percent

ALL, RANDOM = "all", "random"
PERCENT, COUNT = "percent", "count"
VIEWS = "views"
NO_SIZE = {
    PERCENT: NO_RATE,
    COUNT: f"Give a whole number from 1 to {MOST:,}.",
}


class SampleForm(forms.Form):
    """`design` is what was asked for; everything, until a sample is chosen."""

    how = forms.ChoiceField(
        label="Which traces",
        choices=[(ALL, "All of them"), (RANDOM, "A random sample")],
        initial=ALL,
        widget=forms.RadioSelect,
    )
    size = forms.CharField(
        label="Sample size", required=False, initial="10", max_length=12, strip=True
    )
    unit = forms.ChoiceField(
        label="Unit",
        choices=[(PERCENT, "% of them"), (COUNT, "traces")],
        required=False,
    )
    by = forms.ChoiceField(
        label="From each",
        required=False,
        choices=[
            ("", "No grouping"),
            *((key, column.label) for key, column in COLUMNS.items()),
            (VIEWS, "Saved view"),
        ],
        help_text="The sample takes that share, or that many, of each value. A value with fewer"
        " is taken whole.",
    )
    of = forms.CharField(
        label="Name of the tag or attribute", required=False, max_length=LONGEST, strip=True
    )
    views = forms.ModelMultipleChoiceField(
        SavedView.objects.none(),
        label="Saved views",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="A trace counts for the first view it matches. The rest form one more group.",
        error_messages={"invalid_choice": "This view is no longer there. Choose again."},
    )
    seed = forms.CharField(
        label="Seed",
        required=False,
        max_length=LONGEST_SEED,
        help_text="The same seed draws the same sample from the same traces.",
    )

    def __init__(self, project: Project, user: User, data: QueryDict | None = None) -> None:
        super().__init__(data, initial={"seed": new_seed()})
        self.project = project
        choices = self.fields["views"]
        assert isinstance(choices, forms.ModelMultipleChoiceField)
        choices.queryset = views_of(project, user)
        self.has_views = choices.queryset.exists()

    @property
    def design(self) -> Design:
        """Of a form that is valid, or not yet sent; its population is still to be counted."""
        if not self.is_bound or self.cleaned_data.get("how") != RANDOM:
            return EVERYTHING
        given = self.cleaned_data
        strata, seed = self._strata().stored(), given["seed"]
        if given["unit"] == COUNT:
            return Design(Way.RANDOM, count=given["size"], seed=seed, strata=strata)
        return Design(Way.RANDOM, rate=given["size"], seed=seed, strata=strata)

    def _strata(self) -> Strata:
        given = self.cleaned_data
        if given["by"] != VIEWS:
            return Strata(given["by"], given["of"] if given["by"] else "")
        named = ((view.name, TraceFilter.from_rows(view.filter)) for view in given["views"])
        return Strata(filters=tuple(named))

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = self.cleaned_data
        if given.get("how") != RANDOM:
            return given
        given["unit"] = given.get("unit") or PERCENT
        given["size"] = self._size(given.get("size", ""), given["unit"])
        given["seed"] = given.get("seed") or new_seed()
        if not given["seed"].isprintable():
            self.add_error("seed", "A seed is one line of letters, digits and signs.")
        by = given.get("by", "")
        if (column := COLUMNS.get(by)) and column.named and not given.get("of"):
            self.add_error("of", f"Name the {column.named}.")
        elif column and not column.named:
            given["of"] = ""
        if by == VIEWS and "views" in given and not given["views"]:
            self.add_error("views", "Choose at least one saved view.")
        return given

    def _size(self, text: str, unit: str) -> float | int | None:
        """A share, or a number of traces."""
        if unit == PERCENT:
            size: float | int | None = read_percent(text)
        else:
            number = whole_number(text.replace(",", "").strip(), most=MOST)
            size = number or None
        if size is None:
            self.add_error("size", NO_SIZE[unit])
        return size
