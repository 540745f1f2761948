"""A rule that many places ask for is written in one of them; strays are found by their text."""

import ast
import re
from dataclasses import dataclass

import pytest

from tests.site.sources import nodes, texts, written_by_hand


@dataclass(frozen=True)
class Rule:
    """`pattern`: how the rule reads in SQL or as a text; `homes`: the modules that may write it.

    `apps`: where it is looked for; other apps have times and states of their own.
    """

    what: str
    pattern: str
    homes: frozenset[str]
    strays: tuple[str, ...]
    apps: tuple[str, ...] = ("queues.", "reviews.")


RULES = (
    Rule(
        "whether the time of a hold is over",
        r"\bexpires_at\s*(<=|>=|<|>)|remaining is not null or",
        # A link to a queue has a time of its own.
        frozenset({"queues.conditions", "queues.actions.people.links"}),
        ("s.expires_at > clock_timestamp()", "expires_at<= now()", "remaining is not null or x"),
    ),
    Rule(
        "whether a skip is cleared",
        r"'skipped'\s+and\s+(\S+\.)?cleared_at is null",
        frozenset({"queues.conditions"}),
        ("r.ending = 'skipped' and r.cleared_at is null",),
    ),
    Rule(
        "who has opened others' answers, of one item",
        r"from queues_itemopened \w+\s+where \w+\.item_id = [^a]",
        # What a reviewer's decision must have opened is an invariant about reviews.
        frozenset({"queues.conditions", "reviews.invariants"}),
        ("select 1 from queues_itemopened o where o.item_id = i.id and o.user_id = 1",),
    ),
    Rule(
        "who is barred because they had the item in the last round",
        r"\bbars_last_round and (exists|\{)",
        frozenset({"queues.conditions"}),
        ("i.bars_last_round and exists (select 1)",),
    ),
    Rule(
        "scores are written",
        r"\b(insert into|update|delete from) reviews_score\b",
        frozenset({"reviews.scores"}),
        ("update reviews_score set value = null",),
    ),
    Rule(
        "what a repeated request answers",
        r"\b(insert into|update) projects_idempotencykey\b",
        frozenset({"annotate_site.projects.idempotency"}),
        ("update projects_idempotencykey set outcome = null",),
        apps=("annotate_site.", "queues.", "reviews."),
    ),
    Rule(
        "a score is present",
        r"\bsuperseded_at is null",
        # An invariant that asked the rule's own words could not find it broken.
        frozenset({"reviews.scores", "reviews.invariants"}),
        ("s.superseded_at is null",),
    ),
)
LOOKUPS = {
    "expires_at__gt": {"queues.conditions", "queues.actions.people.links"},
    "expires_at__lte": {"queues.conditions"},
    "superseded_at": {"reviews.models", "reviews.scores"},
    # The model's own constraint says which of the two times a hold has.
    "remaining__isnull": {"queues.conditions", "queues.models.slots"},
}


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.what)
def test_a_rule_is_written_in_its_home_alone(rule: Rule) -> None:
    found = {
        name
        for name, tree in written_by_hand().items()
        if name.startswith(rule.apps) and any(re.search(rule.pattern, text) for text in texts(tree))
    }
    assert found <= rule.homes
    assert found & rule.homes, "the rule is not where it is said to be"


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.what)
def test_a_stray_rule_would_be_seen(rule: Rule) -> None:
    for text in rule.strays:
        assert re.search(rule.pattern, text)


def keywords(tree: ast.AST) -> set[str]:
    return {node.arg for node in nodes(tree) if isinstance(node, ast.keyword) and node.arg}


@pytest.mark.parametrize("lookup", LOOKUPS)
def test_a_lookup_is_written_in_its_home_alone(lookup: str) -> None:
    found = {
        name
        for name, tree in written_by_hand().items()
        if name.startswith(("queues.", "reviews.")) and lookup in keywords(tree)
    }
    assert found <= LOOKUPS[lookup]


def tables_of_endings(tree: ast.AST) -> int:
    """Dictionaries that have something for several endings of a hold."""
    keys = (node.keys for node in nodes(tree) if isinstance(node, ast.Dict))
    return sum(
        len([key for key in some if key and ast.unparse(key).startswith("Ending.")]) > 1
        for some in keys
    )


def test_what_an_ending_is_called_is_written_in_its_home_alone() -> None:
    found = {name for name, tree in written_by_hand().items() if tables_of_endings(tree)}
    assert found == {"queues.endings"}
    assert tables_of_endings(ast.parse("X = {Ending.EXPIRED: 'late', Ending.SKIPPED: 'no'}"))
