from datetime import UTC, datetime, timedelta
from decimal import Decimal

from traces.models import Span
from traces.reading.steps import DEEPEST
from traces.span_tree import SHORTEST, SpanNode, Sums, failed_only, lines_of, span_tree, sums_of


def spans(*pairs: tuple[str, str]) -> list[Span]:
    return [
        Span(pk=number, span_id=own, parent_id=parent, name=own)
        for number, (own, parent) in enumerate(pairs)
    ]


def outline(nodes: list[SpanNode]) -> list[object]:
    return [(node.span.span_id, outline(node.children)) for node in nodes]


def test_children_hang_below_their_parents_in_whatever_order_they_came() -> None:
    tree = span_tree(spans(("c", "b"), ("a", ""), ("b", "a"), ("d", "a")), "b")
    assert outline(tree) == [("a", [("b", [("c", [])]), ("d", [])])]
    assert [node.is_current for node in tree[0].children] == [True, False]


def test_a_lost_parent_or_a_circle_hides_no_span() -> None:
    tree = span_tree(spans(("a", ""), ("b", "gone"), ("x", "y"), ("y", "x"), ("z", "z")), "")
    assert outline(tree) == [("a", []), ("b", []), ("x", [("y", [])]), ("z", [])]


def test_a_long_chain_is_flat_from_a_depth_on() -> None:
    chain = [("0", "")] + [(str(number), str(number - 1)) for number in range(1, 400)]
    nodes, depth, seen = span_tree(spans(*chain), ""), 0, 0
    while nodes:
        depth, seen = depth + 1, seen + len(nodes)
        nodes = [child for node in nodes for child in node.children]
    assert (seen, depth) == (400, DEEPEST + 1)


def timed(own: str, start: float | None, end: float | None, status: str = "ok") -> Span:
    begin = datetime(2026, 3, 1, tzinfo=UTC)
    return Span(
        pk=ord(own), span_id=own, parent_id="" if own == "a" else "a", name=own, status=status,
        start=None if start is None else begin + timedelta(seconds=start),
        end=None if end is None else begin + timedelta(seconds=end),
    )  # fmt: skip


def test_each_span_has_its_place_in_the_time_of_all() -> None:
    (top,) = span_tree([timed("a", 0, 10), timed("b", 2.5, 5), timed("c", 9.999, 10)], "")
    places = [(node.offset, node.width) for node in [top, *top.children]]
    assert places == [(0, 1000), (250, 250), (1000 - SHORTEST, SHORTEST)]


def test_a_span_without_a_time_and_a_run_without_a_length_have_no_bars() -> None:
    (top,) = span_tree([timed("a", 0, 1), timed("b", None, None), timed("c", 1, None)], "")
    assert [node.width for node in top.children] == [SHORTEST, None]
    (alone,) = span_tree([timed("a", 3, 3)], "")
    assert (alone.offset, alone.width) == (None, None)


def test_errors_only_keeps_failed_spans_and_what_leads_there() -> None:
    spans = [timed("a", 0, 9), timed("b", 1, 2, "error"), timed("c", 2, 3)]
    assert outline(failed_only(span_tree(spans, ""))) == [("a", [("b", [])])]
    assert failed_only(span_tree(spans[::2], "")) == []


def test_the_tree_below_one_span_has_its_own_time() -> None:
    listed = [timed("a", 0, 10), timed("b", 2, 4), timed("c", 3, 4)]
    listed[2].parent_id = "b"
    tree = span_tree(listed, "", top="b")
    assert outline(tree) == [("b", [("c", [])])]
    assert [(node.offset, node.width) for node in lines_of(tree)] == [(0, 1000), (500, 500)]
    assert span_tree(spans(("x", "y"), ("y", "x")), "", top="x")[0].span.span_id == "x"


def test_lines_are_in_the_order_of_reading_with_their_depth() -> None:
    tree = span_tree(spans(("a", ""), ("b", "a"), ("c", "b"), ("d", "a"), ("e", "gone")), "")
    lines = [(node.span.span_id, node.depth) for node in lines_of(tree)]
    assert lines == [("a", 0), ("b", 1), ("c", 2), ("d", 1), ("e", 0)]


def used(own: str, parent: str, tokens: int | None, cost: str | None = None) -> Span:
    told = Decimal(cost) if cost else None
    return Span(pk=ord(own), span_id=own, parent_id=parent, tokens_in=tokens, cost=told)


def test_sums_are_of_what_is_below_and_a_span_that_repeats_it_does_not_count() -> None:
    listed = [
        used("a", "", 99, "9"), used("b", "a", None), used("c", "b", 3, "0.5"), used("d", "b", 4),
        used("e", "a", None), used("f", "a", 0),
    ]  # fmt: skip
    sums = sums_of(listed)
    assert sums["b"] == Sums(7, None, Decimal("0.5"))
    assert sums["a"] == Sums(7, None, Decimal("0.5"))
    assert (sums["e"], sums["f"].tokens) == (Sums(), 0)


def test_sums_of_a_circle_and_of_a_long_chain_have_an_end() -> None:
    assert sums_of([used("x", "y", 1), used("y", "x", 2)])["x"].tokens is not None
    chain = [Span(span_id=str(n), parent_id=str(n - 1), tokens_in=n) for n in range(10_000)]
    assert sums_of(chain)["0"] == Sums(9_999, None, None)
