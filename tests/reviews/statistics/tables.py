"""Published tables, and what their authors computed from them."""

from collections.abc import Sequence

from fields.scales import Scale
from reviews.results.statistics.ratings import Ratings, collect

# Krippendorff, "Computing Krippendorff's Alpha-Reliability" (2011), section C: four observers,
# twelve units, values 1 to 5, data missing.
KRIPPENDORFF = """
A: 1 2 3 3 2 1 4 1 2 . . .
B: 1 2 3 3 2 2 4 1 2 5 . 3
C: . 3 3 3 2 3 4 2 2 5 1 .
D: 1 2 3 3 2 4 4 1 2 5 1 .
"""
# The same, section A: two observers, ten units, two values.
KRIPPENDORFF_BINARY = """
A: 0 1 0 0 0 0 0 0 1 0
B: 1 1 1 0 0 1 0 0 0 0
"""
# The same, section B: two observers, twelve units, five categories.
KRIPPENDORFF_NOMINAL = """
A: a a b b d c c c e d d a
B: b a b b b c c c e d d d
"""
# Fleiss, "Measuring nominal scale agreement among many raters" (1971), table 1: thirty patients,
# six psychiatrists; how many diagnosed depression, personality disorder, schizophrenia, neurosis,
# another.
FLEISS = [
    (0, 0, 0, 6, 0), (0, 3, 0, 0, 3), (0, 1, 4, 0, 1), (0, 0, 0, 0, 6), (0, 3, 0, 3, 0),
    (2, 0, 4, 0, 0), (0, 0, 4, 0, 2), (2, 0, 3, 1, 0), (2, 0, 0, 4, 0), (0, 0, 0, 0, 6),
    (1, 0, 0, 5, 0), (1, 1, 0, 4, 0), (0, 3, 3, 0, 0), (1, 0, 0, 5, 0), (0, 2, 0, 3, 1),
    (0, 0, 5, 0, 1), (3, 0, 0, 1, 2), (5, 1, 0, 0, 0), (0, 2, 0, 4, 0), (1, 0, 2, 0, 3),
    (0, 0, 0, 0, 6), (0, 1, 0, 5, 0), (0, 2, 0, 1, 3), (2, 0, 0, 4, 0), (1, 0, 0, 4, 1),
    (0, 5, 0, 1, 0), (4, 0, 0, 0, 2), (0, 2, 0, 4, 0), (1, 0, 5, 0, 0), (0, 0, 0, 0, 6),
]  # fmt: skip

# Cohen, "A coefficient of agreement for nominal scales" (1960): two judges, 200 cases.
COHEN = [(88, 14, 18), (10, 40, 10), (2, 6, 12)]
# Gwet, "Computing inter-rater reliability and its variance in the presence of high agreement"
# (2008): two raters, 125 subjects, nearly all of them positive.
GWET = [(118, 5), (2, 0)]


def read(table: str, scale: Scale, values: Sequence[object] | None = None) -> Ratings:
    """A line for each observer; a point is missing."""
    told = [line.split(": ") for line in table.strip().splitlines()]
    answers = [
        (unit, who, int(value) if value.isdigit() else value)
        for who, line in told
        for unit, value in enumerate(line.split())
        if value != "."
    ]
    return collect(answers, scale=scale, values=values)


def of_counts(rows: Sequence[Sequence[int]], scale: Scale = Scale.NOMINAL) -> Ratings:
    """A row for each item: how often each value was given, by whomever."""
    answers = [
        (item, rater, value)
        for item, row in enumerate(rows)
        for rater, value in enumerate(v for v, count in enumerate(row) for _ in range(count))
    ]
    return collect(answers, scale=scale, values=range(len(rows[0])))


def of_cells(table: Sequence[Sequence[int]], scale: Scale = Scale.NOMINAL) -> Ratings:
    """A contingency table: the row is what "one" answered, the column what "other" did."""
    cells = [
        (row, column)
        for row, counts in enumerate(table)
        for column, count in enumerate(counts)
        for _ in range(count)
    ]
    answers = [
        (item, who, value)
        for item, cell in enumerate(cells)
        for who, value in zip(("one", "other"), cell, strict=True)
    ]
    return collect(answers, scale=scale, values=range(len(table)))
