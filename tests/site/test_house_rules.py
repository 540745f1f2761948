"""Rules of the house that no linter knows: what may stand in few places stands nowhere else.

`mark_safe` and `|safe` are counted in test_templates.
"""

import ast
import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.urls import URLPattern, URLResolver, get_resolver

from tests.site.sources import calls, imported, nodes, texts, written_by_hand

# Whoever talks to the database directly; everybody else goes through annotate_site.sql.
CURSORS = {
    "annotate_site.sql",
    "annotate_site.local.embedded.postgres",  # makes the database, before Django
}
# Column defaults that the database computes, and nothing else.
RAW_EXPRESSIONS = {"annotate_site.projects.models.records", "queues.models.items"}
# Here a statement comes from a table or an argument, each of which is a constant of the module.
CHOSEN_STATEMENTS = {
    "annotate_site.jobs.pruning",
    "queues.actions.assignment.candidates",
    "queues.actions.status",
    "queues.locks",
    "queues.notices.following",
    "reviews.invariants",
    "traces.actions.storing",
}
SANITISERS = {
    "markdown": {"annotate_site.guidelines_child"},
    "bleach": {"annotate_site.guidelines_child"},
    "markdown_it": {
        "annotate_site.trace_markdown.__init__",
        *(
            f"annotate_site.trace_markdown.{name}"
            for name in ("footnotes", "formulas", "pictures", "tasks")
        ),
    },
    "nh3": {"annotate_site.richtext"},
}
# Where a status or a state may change; traces.queue_states keeps a copy of an item's.
MAY_MOVE = re.compile(r"\.(lifecycle|actions|jobs|queue_states|scores)(\.|$)")
STATES = {"status", "state", "review_state"}
TABLES = r"(queues_queue|queues_item|queues_slot|reviews_annotation|projects_job)"
MOVE_IN_SQL = re.compile(rf"\bupdate\s+{TABLES}\b.*?\bset\b.*?\b({'|'.join(STATES)})\s*=", re.S)
# Pages of others, which have guards of their own.
FOREIGN = ("accounts/", "admin/")


def where(found: Any) -> set[str]:
    """The names of modules for whose tree `found` gives something."""
    return {name for name, tree in written_by_hand().items() if any(True for _ in found(tree))}


def raw_sql(tree: ast.AST) -> Iterator[ast.Call]:
    """Statements beside annotate_site.sql: cursors, QuerySet.raw and extra."""
    for call in calls(tree):
        if isinstance(call.func, ast.Attribute) and (
            call.func.attr in {"cursor", "execute", "executemany", "raw", "extra"}
        ):
            yield call


def raw_expressions(tree: ast.AST) -> Iterator[ast.Call]:
    return (call for call in calls(tree) if getattr(call.func, "id", "") == "RawSQL")


def made_statements(tree: ast.AST) -> Iterator[ast.Call]:
    """Calls of sql.rows, one and run whose statement is not written out or a constant."""
    for call in calls(tree):
        if (
            isinstance(call.func, ast.Attribute)
            and call.func.attr in {"rows", "one", "run"}
            and getattr(call.func.value, "id", "") == "sql"
            and not is_constant(call.args[0])
        ):
            yield call


def made_markup(tree: ast.AST) -> Iterator[ast.Call]:
    """Calls of Drawing with what is not written out, where it escapes nothing."""
    unescaped = {"markup": (0,), "wrap": (0, 2)}
    for call in calls(tree):
        places = unescaped.get(getattr(call.func, "attr", ""), ())
        if not all(is_constant(call.args[place]) for place in places):
            yield call


def is_constant(node: ast.expr) -> bool:
    """Written out, a name in capitals, or put together from such alone."""
    match node:
        case ast.Constant():
            return True
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name.isupper()
        case ast.BinOp(left=left, right=right) | ast.IfExp(body=left, orelse=right):
            return is_constant(left) and is_constant(right)
    return False


def moves(tree: ast.AST) -> Iterator[str]:
    """Assignments of a state, in Python or in SQL."""
    for node in nodes(tree):
        match node:
            case ast.Attribute(attr=name, ctx=ast.Store()) if name in STATES:
                yield ast.unparse(node)
            case ast.Call(func=ast.Attribute(attr="update"), keywords=given):
                if STATES & {keyword.arg for keyword in given}:
                    yield ast.unparse(node)
    yield from (text for text in texts(tree) if MOVE_IN_SQL.search(text))


def test_raw_sql_stands_only_in_listed_places() -> None:
    assert where(raw_sql) == CURSORS
    assert where(raw_expressions) == RAW_EXPRESSIONS


def test_statements_are_constants() -> None:
    """What comes from a person reaches the database as a parameter, never as SQL."""
    assert where(made_statements) <= CHOSEN_STATEMENTS


def test_markup_that_is_not_escaped_is_constant() -> None:
    assert where(made_markup) == set()
    assert list(made_markup(ast.parse("draw.markup(node.text)")))
    assert list(made_markup(ast.parse("draw.wrap('<b>', node.text, node.end)")))
    assert not list(made_markup(ast.parse("draw.markup('<b>' if x else '')")))
    assert not list(made_markup(ast.parse("draw.wrap('<b>', node.text, '</b>')")))


def test_sanitisers_stand_only_in_listed_places() -> None:
    for package, places in SANITISERS.items():
        users = {
            name
            for name, tree in written_by_hand().items()
            if package in {target.split(".")[0] for target in imported(name, tree)}
        }
        assert users == places, package


def test_a_state_moves_only_in_lifecycles_and_actions() -> None:
    strays = {name for name in where(moves) if not MAY_MOVE.search(name)}
    assert strays == set()


@pytest.mark.parametrize(
    "source",
    [
        "item.status = 'completed'",
        "a, slot.state = 1, 'free'",
        "Item.objects.filter(pk=1).update(status='completed')",
        "sql.run(\"update queues_slot s set state = 'free' where id = %s\", [1])",
        "X = \"update queues_item set priority = 1, review_state = ''\"",
    ],
)
def test_a_stray_move_would_be_seen(source: str) -> None:
    assert list(moves(ast.parse(source)))


@pytest.mark.parametrize(
    "source",
    [
        "connection.cursor()", "Item.objects.raw('select 1')", "items.extra(where=['1'])",
        "cursor.execute(x)",
    ],
)  # fmt: skip
def test_stray_sql_would_be_seen(source: str) -> None:
    assert list(raw_sql(ast.parse(source)))


@pytest.mark.parametrize(
    "source", ["sql.rows(f'select {x}')", "sql.run('select ' + x)", "sql.one(statement)"]
)
def test_a_statement_put_together_would_be_seen(source: str) -> None:
    assert list(made_statements(ast.parse(source)))


def patterns(resolver: URLResolver, prefix: str = "") -> Iterator[tuple[str, URLPattern]]:
    for one in resolver.url_patterns:
        route = prefix + str(one.pattern)
        if isinstance(one, URLResolver):
            yield from patterns(one, route)
        else:
            yield route, one


def unguarded() -> set[str]:
    return {
        route
        for route, pattern in patterns(get_resolver())
        if not route.startswith(FOREIGN) and not getattr(pattern.callback, "guard", "")
    }


def test_every_page_has_a_guard() -> None:
    assert unguarded() == set()


def test_a_guard_is_no_decoration() -> None:
    """Its mark comes from the guards alone; nobody sets it by hand."""
    setters = {
        name
        for name, tree in written_by_hand().items()
        for node in nodes(tree)
        if isinstance(node, ast.Attribute)
        and node.attr == "guard"
        and isinstance(node.ctx, ast.Store)
    }
    assert setters == {"annotate_site.projects.access"}
    marking = {
        name
        for name, tree in written_by_hand().items()
        if "annotate_site.projects.access.marked" in imported(name, tree)
    }
    assert marking == {"annotate_site.api.urls", "annotate_site.otlp.guard", "queues.access"}


def test_all_routes_were_walked() -> None:
    routes = {route for route, _ in patterns(get_resolver())}
    assert {"", "healthz", "p/<slug:project>/traces/<uuid:trace>/"} <= routes
