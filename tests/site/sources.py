"""The site's own modules, as text and as syntax trees."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("annotate_site", "fields", "traces", "queues", "reviews")


@cache
def modules() -> dict[str, ast.Module]:
    """{dotted name: tree} of every module; a package goes by its own name."""
    found = {}
    for package in PACKAGES:
        for path in sorted((ROOT / package).rglob("*.py")):
            name = ".".join(path.relative_to(ROOT).with_suffix("").parts)
            found[name] = ast.parse(path.read_text())
    return found


def written_by_hand() -> dict[str, ast.Module]:
    """The same without migrations."""
    return {name: tree for name, tree in modules().items() if ".migrations." not in name}


@cache
def nodes(tree: ast.AST) -> tuple[ast.AST, ...]:
    """All of a tree; many rules look at each module."""
    return tuple(ast.walk(tree))


def imported(name: str, tree: ast.Module) -> Iterator[str]:
    """Dotted names of what a module imports, anywhere in it, without `from __future__`."""
    # `a.b.c` and `a.b.__init__` both stand in the package a.b.
    package = name.split(".")[:-1]
    for node in nodes(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            above = package[: len(package) - node.level + 1] if node.level else []
            base = [*above, *([node.module] if node.module else [])]
            yield from (".".join([*base, alias.name]) for alias in node.names)


def calls(tree: ast.AST) -> Iterator[ast.Call]:
    return (node for node in nodes(tree) if isinstance(node, ast.Call))


def texts(tree: ast.AST) -> Iterator[str]:
    """Every text written out in a module, joined where Python joins it; in an f-string what is
    put in stands as it is written, in braces.
    """
    for node in nodes(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value
        elif isinstance(node, ast.JoinedStr):
            yield "".join(_written(part) for part in node.values)


def _written(part: ast.expr) -> str:
    match part:
        case ast.Constant(value=text):
            return str(text)
        case ast.FormattedValue(value=expression):
            return f"{{{ast.unparse(expression)}}}"
    return ""
