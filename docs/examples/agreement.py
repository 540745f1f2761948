"""Agreement on a field, from its queue's long export: agreement.py FILE.jsonl FIELD [ANSWER ...]

ANSWER: every answer that can be given, in order; Gwet's coefficient needs them. Uses numpy.
"""

import json
import sys
from datetime import date
from itertools import combinations

import numpy as np

file, field, *fixed = sys.argv[1:]
scale, items = "nominal", {}  # items: {item: {annotator: answer}}
with open(file, encoding="utf-8") as lines:
    for row in map(json.loads, lines):
        if row["counts"] and row["field"] == field and (value := row["value"]) is not None:
            if row["kind"] in ("rating", "integer", "number", "date"):
                scale = "ordinal" if row["kind"] == "rating" else "interval"
                value = date.fromisoformat(value).toordinal() if row["kind"] == "date" else value
            value = json.dumps(value) if isinstance(value, bool | list) else value
            items.setdefault(row["item_id"], {})[row["annotator"]] = value
fixed = fixed if scale == "nominal" else [float(one) for one in fixed]
values = fixed or sorted({value for given in items.values() for value in given.values()})
people = sorted({name for given in items.values() for name in given})
code = {value: place for place, value in enumerate(values)}
answers = [[code.get(given.get(name), -1) for name in people] for given in items.values()]
unequal = 1.0 - np.eye(len(values))
apart = unequal if scale == "nominal" else np.subtract.outer(values, values) ** 2


def ratios(table):  # name, observed and expected disagreement; `table`: items × people
    counts = (table[:, :, None] == np.arange(len(values))).sum(1)  # items × values
    given, is_even = (counts / counts.sum(1)[:, None]).mean(0), np.ptp(counts.sum(1)) == 0
    counts = counts[counts.sum(1) > 1]
    m, total, n = counts.sum(1), counts.sum(0), counts.sum()
    pairs, rank = m * (m - 1), total.cumsum() - total / 2
    delta = np.subtract.outer(rank, rank) ** 2 if scale == "ordinal" else apart
    differing, far, within = ((counts @ d * counts).sum(1) for d in (unequal, apart, delta))
    yield "percent agreement", differing.sum(), pairs.sum()
    yield "Krippendorff's alpha", (within / (m - 1)).sum(), total @ delta @ total / (n - 1)
    if is_even:
        yield "Fleiss' kappa", (far / pairs).mean(), total @ apart @ total / n**2
    if fixed:
        q, weight = len(values), (1 - apart / apart.max()).sum()
        chance = weight / (q * (q - 1)) * (given * (1 - given)).sum()
        yield "Gwet's coefficient", (far / pairs).mean() / apart.max(), 1 - chance
    for one, other in combinations(range(len(people)), 2):
        a, b = table[(table[:, [one, other]] >= 0).all(1)][:, [one, other]].T
        met = np.outer(np.bincount(a, minlength=len(values)), np.bincount(b, minlength=len(values)))
        expected = (met * apart).sum() / max(len(a), 1)
        yield f"Cohen's kappa, {people[one]}, {people[other]}", apart[a, b].sum(), expected


draw, table = np.random.default_rng(1), np.array(answers)
samples = [table, *(table[draw.integers(0, len(table), len(table))] for _ in range(1000))]
figures = [{name: 1 - o / e if e else np.nan for name, o, e in ratios(one)} for one in samples]
for name, value in figures[0].items():
    low, high = np.nanpercentile([one.get(name, np.nan) for one in figures[1:]], [2.5, 97.5])
    print(f"{value:.6f}\t{low:.3f} to {high:.3f}\t{name}")
