from traces.models import Span
from traces.reading.steps import DEEPEST
from traces.view_models import SpanNode, span_tree


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
