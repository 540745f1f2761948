"""The steps of a run: frozen, shown as a tree, and silent about a hidden model."""

from datetime import UTC, datetime, timedelta
from typing import Any

from django.template.loader import render_to_string

from traces.models import Span
from traces.reading.steps import MOST_STEPS, Step, freeze_steps, shown_steps, without_model

from .samples import MARKUP

START = datetime(2026, 3, 1, 10, tzinfo=UTC)


def span(own: str, parent: str = "", name: str = "", kind: str = "chain", **more: Any) -> Span:
    start = more.pop("start", 0)
    return Span(
        span_id=own, parent_id=parent, name=name or own, kind=kind,
        start=None if start is None else START + timedelta(seconds=start),
        end=None if start is None else START + timedelta(seconds=start + 1.5), **more,
    )  # fmt: skip


RUN = [
    (span("root", kind="agent"), ""),
    (span("b", "root", "charge", "tool", start=3, status="error"), ""),
    (span("a", "root", "chat gpt-4o", "llm", start=1), "gpt-4o-2024-08-06"),
    (span("c", "a", "ask openai/gpt-4o and GPT-4O", start=2), ""),
]


def frozen(hide: bool = False, run: Any = RUN) -> dict[str, Any]:
    return {"steps": freeze_steps(run, model="openai/gpt-4o", hide_model=hide)}


def outline(steps: list[Step]) -> list[Any]:
    return [(step.name, outline(step.children)) for step in steps]


def tops(content: dict[str, Any], hide: bool = False) -> list[Any]:
    steps = shown_steps(content, hide_model=hide)
    assert steps is not None
    return outline(steps.tops)


def test_names_kinds_times_status_and_parents_are_frozen_and_nothing_else() -> None:
    first, charge, *_ = frozen()["steps"]["spans"]
    assert first == {
        "id": 0, "parent": None, "name": "root", "kind": "agent", "status": "unset", "start": 0,
        "took": 1500,
    }  # fmt: skip
    assert (charge["parent"], charge["start"], charge["status"]) == (0, 3000, "error")


def test_the_tree_goes_by_parents_and_time_and_counts_what_failed() -> None:
    steps = shown_steps(frozen(), hide_model=False)
    assert steps is not None
    assert (steps.count, steps.failed, steps.took, steps.left) == (4, 1, 4500, 0)
    below: list[Any] = [("chat gpt-4o", [("ask openai/gpt-4o and GPT-4O", [])]), ("charge", [])]
    assert outline(steps.tops) == [("root", below)]


def test_a_hidden_model_is_neither_frozen_nor_shown() -> None:
    hidden: list[Any] = [("root", [("Model call", [("ask … and …", [])]), ("charge", [])])]
    assert "gpt" not in str(frozen(hide=True)).lower()
    assert tops(frozen(hide=True)) == hidden
    # Hidden later, after it had been frozen.
    content = frozen() | {"model": "openai/gpt-4o"}
    assert tops(content, hide=True) == hidden
    assert "gpt" not in str(without_model(content)).lower()


def test_circles_lost_parents_and_missing_times_hide_no_step() -> None:
    run = [(span("a", "b", start=None), ""), (span("b", "a"), ""), (span("c", "gone"), "")]
    run.append((span("d", "d"), ""))
    steps = shown_steps(frozen(run=run), hide_model=False)
    assert steps is not None
    assert sorted(str(outline([top])) for top in steps.tops) == [
        "[('a', [('b', [])])]", "[('c', [])]", "[('d', [])]",
    ]  # fmt: skip


def test_a_long_run_is_cut_and_says_so() -> None:
    steps = shown_steps(frozen(run=[(span(str(n)), "") for n in range(700)]), hide_model=False)
    assert steps is not None
    assert (steps.count, len(steps.tops), steps.left) == (700, MOST_STEPS, 200)
    html = render_to_string("traces/_steps.html", {"steps": steps})
    assert "200 more are not listed" in html


def test_no_steps_no_tree_and_names_are_never_markup() -> None:
    assert shown_steps({"inputs": {}}, hide_model=True) is None
    steps = shown_steps(frozen(run=[(span("a", name=MARKUP), "")]), hide_model=False)
    assert "<script>" not in render_to_string("traces/_steps.html", {"steps": steps})
