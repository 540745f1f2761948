"""The statistics of judgment: how far people agree, what they answered, what they dispute. Pure.

Each module loads numpy, except `figures`: import them where figures are computed.

- `ratings`: `ratings_of(kind, settings, answers)` makes the `Ratings` that all others take, and
  `option_ratings(...)` those of each option of several choices.
- `agreement`: `agreement(ratings)`, that is `percent_agreement`, `krippendorff_alpha`,
  `fleiss_kappa` and `gwet_ac` at once.
- `pairs`: `cohen_kappa(ratings, one, other)`, and of each two people, `pair_matrix(ratings)`.
- `confusion`: `confusion(ratings, one, other)`, and with final values, `confusion_with(...)`.
- `distribution`: `distribution(ratings)`: counts of answers, overall and per person.
- `disputed`: `most_disputed(ratings)`.
- `figures`: a `Coefficient` is a `Figure` with its interval, or `Undefined` with its reason.

What people answered goes in, and never what a machine said. docs/statistics.md has each formula
with its source.
"""
