"""Scores of a sample of Inspect, each by the scorer whose name it has."""

from __future__ import annotations

from typing import Any

from traces.ingest.judgments import About, Judgment, judgment_of

# As Inspect itself counts them; a field of answers "yes" and "no" takes the first that fits it.
_LETTERS: dict[Any, list[Any]] = {
    "C": ["C", True, 1.0], "I": ["I", False, 0.0], "P": ["P", 0.5], "N": ["N", 0.0],
}  # fmt: skip


def inspect_scores(given: Any, about: About) -> tuple[list[Judgment], Any]:
    """{"<scorer>": {"value", "answer", "explanation"}}; a value of several figures is as many."""
    if not isinstance(given, dict):
        return [], given
    judgments, left = [], {}
    for scorer, score in given.items():
        found = _of_scorer(scorer, score, about) if isinstance(score, dict) else []
        judgments += found
        if not found:
            left[scorer] = score
    return judgments, left


def _of_scorer(scorer: str, score: dict[str, Any], about: About) -> list[Judgment]:
    value = score.get("value")
    figures = value if isinstance(value, dict) else {"": value}
    found = (
        judgment_of(
            about, f"{scorer}.{name}" if name else scorer, _said(one), kind="model",
            evaluator=scorer, explanation=score.get("explanation"), raw=score,
        )
        for name, one in figures.items()
    )  # fmt: skip
    return [judgment for judgment in found if judgment]


def _said(value: Any) -> list[Any]:
    return _LETTERS[value] if isinstance(value, str) and value in _LETTERS else [value]
