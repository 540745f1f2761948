"""Whose answers a person may read is said in queues.visibility; whoever reads answers asks it."""

import ast
import re
from collections.abc import Iterator

import pytest

from tests.site.sources import imported, nodes, texts, written_by_hand

HOME = "queues.visibility"
ANSWERS = re.compile(r"\breviews_(score|annotation|review)\b")
MODELS = {f"reviews.models.{name}" for name in ("Annotation", "Review", "Score")}
NOTES = re.compile(r"\binsert into queues_itemopened\b")
# Who reads answers without asking, and why nobody sees another's by it.
ASK_NOT = {
    "one's own alone": {
        "reviews.judging.form",
        "reviews.my_history.earlier", "reviews.my_history.item", "reviews.my_history.listing",
        "reviews.views.earlier", "reviews.workspace.desk", "reviews.workspace.sent_back",
    },
    "states, times and counts": {
        "reviews.queries.effort", "reviews.results.analytics.throughput",
        "reviews.review_page.decided", "reviews.review_page.lists", "reviews.views.review_list",
    },
    "its caller asks": {
        "reviews.results.differences", "reviews.results.export.reviewed",
        "reviews.review_page.side_by_side", "reviews.scores",
    },
    "shown to nobody": {
        "reviews.direct_scores", "reviews.erasing.of_account", "reviews.erasing.of_sender",
        "reviews.invariants", "reviews.targets",
    },
}  # fmt: skip
WRITES = re.compile(r"^reviews\.actions\.")


def reads_answers(name: str, tree: ast.Module) -> bool:
    in_sql = any(ANSWERS.search(text) for text in texts(tree))
    return in_sql or bool(MODELS & set(imported(name, tree)))


def asks(name: str, tree: ast.Module) -> bool:
    return any(one.startswith(HOME) for one in imported(name, tree))


def decides(tree: ast.AST) -> Iterator[str]:
    """Conditions that weigh the right to annotate against one to read, as the rule does."""
    for node in nodes(tree):
        if isinstance(node, ast.BoolOp):
            condition = ast.unparse(node)
            if "Can.ANNOTATE" in condition and re.search(r"Can\.(MANAGE|READ_RESULTS)", condition):
                yield condition


def test_whoever_reads_answers_asks_or_is_listed() -> None:
    readers = {
        name
        for name, tree in written_by_hand().items()
        if reads_answers(name, tree) and not asks(name, tree) and not WRITES.match(name)
    }
    assert readers == set().union(*ASK_NOT.values())


def test_what_was_seen_is_noted_in_one_place() -> None:
    notes = {
        name
        for name, tree in written_by_hand().items()
        if any(NOTES.search(text) for text in texts(tree))
        or any("ItemOpened(" in ast.unparse(one) for one in nodes(tree)
               if isinstance(one, ast.Call))
    }  # fmt: skip
    assert notes == {HOME}


def test_the_rule_stands_once() -> None:
    assert {name for name, tree in written_by_hand().items() if list(decides(tree))} == {HOME}


@pytest.mark.parametrize(
    "source",
    ["from reviews.models import Score", "X = 'select value from reviews_score'"],
)
def test_a_stray_reader_would_be_seen(source: str) -> None:
    assert reads_answers("queues.views.stray", ast.parse(source))
    assert not asks("queues.views.stray", ast.parse(source))


def test_a_stray_rule_would_be_seen() -> None:
    source = "def page(access): return Can.ANNOTATE in access or Can.MANAGE not in access"
    assert list(decides(ast.parse(source)))
