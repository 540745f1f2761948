"""A rule: its name, which share of what matches it adds, and how much at most."""

from typing import Any

from django import forms

from ..models import Rule
from ..sampling import LONGEST_SEED, NO_RATE, new_seed, percent, read_percent

MOST_CAP = 1_000_000


class RuleForm(forms.Form):
    """`rate` is cleaned to a share: 0 < rate ≤ 1."""

    # "name" in an address is a part of the filter.
    rule_name = forms.CharField(max_length=80, label="Name of the rule")
    rate = forms.CharField(
        label="Share of what matches, in %",
        max_length=10,
        initial="10",
        help_text="Drawn at random. 100 adds all of it.",
        error_messages={"required": NO_RATE},
    )
    cap = forms.IntegerField(
        label="Items at most",
        required=False,
        min_value=1,
        max_value=MOST_CAP,
        help_text="How many of its items the queue may hold. Without a limit the queue never"
        " completes on its own while the rule is on.",
    )
    seed = forms.CharField(
        label="Seed",
        required=False,
        max_length=LONGEST_SEED,
        help_text="The same seed draws the same traces.",
    )

    def __init__(self, data: Any = None, *, rule: Rule | None = None, name: str = "") -> None:
        initial: dict[str, Any] = {"rule_name": name, "seed": new_seed()}
        if rule:
            initial = {"rule_name": rule.name, "rate": percent(rule.rate)[:-1], "cap": rule.cap}
        super().__init__(data, initial=initial)
        if rule:
            del self.fields["seed"]  # another seed would be another sample: a rule of its own

    def clean_rate(self) -> float:
        rate = read_percent(self.cleaned_data["rate"])
        if rate is None:
            raise forms.ValidationError(NO_RATE)
        return rate

    def clean_seed(self) -> str:
        seed: str = self.cleaned_data["seed"] or new_seed()
        if not seed.isprintable():
            raise forms.ValidationError("A seed is one line of letters, digits and signs.")
        return seed
