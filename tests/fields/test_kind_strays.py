"""What depends on a field's kind is asked of `fields.kinds`, and decided nowhere else."""

import ast
import re
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from fields.kinds import KINDS
from tests.site.sources import ROOT, imported, nodes, texts, written_by_hand

HOME = "fields.kinds"
MODULES = {f"{HOME}.{name}" for name in KINDS}
NAMES = "|".join(KINDS)
KIND_IN_SQL = re.compile(rf"\bkind\s*(=|<>|!=|in\s*\(|=\s*any)\s*\(?\s*'({NAMES})'")
KIND_IN_TEMPLATE = re.compile(rf"\bkind(\.name|\.value)?\s*(==|!=|in)\s*[\"']({NAMES})[\"']")
KIND_IN_SCRIPT = re.compile(rf"\bkind\s*[!=]==?\s*[\"'`]({NAMES})[\"'`]")
# Spans, sections and nodes of traces have kinds of their own, some of the same name.
OTHER_KINDS = "traces"


def strays(name: str, tree: ast.Module) -> Iterator[str]:
    yield from (target for target in imported(name, tree) if _module(target) in MODULES)
    yield from (text for text in texts(tree) if KIND_IN_SQL.search(text))
    kinds: Sequence[ast.AST]
    named: Sequence[ast.AST]
    for node in nodes(tree):
        match node:
            case ast.Compare(left=left, comparators=others):
                kinds = [one for one in (left, *others) if _is_kind(one)]
                named = [one for one in (left, *others) if _names(one) & set(KINDS)]
            case ast.Match(subject=subject, cases=cases):
                kinds = [subject] if _is_kind(subject) else []
                named = [one.pattern for one in cases if _names(one.pattern) & set(KINDS)]
            case ast.Dict(keys=keys):
                kinds = named = [node] if _is_table(keys) else []
            case _:
                continue
        if kinds and named:
            yield ast.unparse(node)


def _module(target: str) -> str:
    """`fields.kinds.text` of `fields.kinds.text.Text`."""
    return ".".join(target.split(".")[:3])


def _is_kind(node: ast.AST) -> bool:
    inner = node.value if isinstance(node, ast.Attribute) and node.attr == "name" else node
    name = getattr(inner, "attr", getattr(inner, "id", ""))
    return name in {"kind", "kinds", "chosen"} or name.endswith("_kind")


def _names(node: ast.AST) -> set[str]:
    """What is written out there, and the members of enumerations."""
    constants = {str(one.value) for one in ast.walk(node) if isinstance(one, ast.Constant)}
    return constants | {o.attr.lower() for o in ast.walk(node) if isinstance(o, ast.Attribute)}


def _is_table(keys: list[ast.expr | None]) -> bool:
    """Keyed by kinds: one of the names may stand there by chance, three do not."""
    named = {str(key.value) for key in keys if isinstance(key, ast.Constant)}
    return len(named & set(KINDS)) > 2


def ours() -> Iterator[tuple[str, ast.Module]]:
    for name, tree in written_by_hand().items():
        if not f"{name}.".startswith((f"{HOME}.", f"{OTHER_KINDS}.")):
            yield name, tree


def markup(folder: str, pattern: str) -> Iterator[Path]:
    for path in (ROOT / folder).rglob(pattern):
        if OTHER_KINDS not in path.parts and "vendor" not in path.parts:
            yield path


def test_no_module_decides_by_a_kind() -> None:
    assert [stray for name, tree in ours() for stray in strays(name, tree)] == []


def test_no_template_and_no_script_decides_by_a_kind() -> None:
    templates = [p for p in markup("templates", "*.html") if KIND_IN_TEMPLATE.search(p.read_text())]
    scripts = [p for p in markup("static/js", "*.js") if KIND_IN_SCRIPT.search(p.read_text())]
    assert [*templates, *scripts] == []


def test_every_kind_is_a_module_of_its_name() -> None:
    assert set(written_by_hand()) >= MODULES


@pytest.mark.parametrize(
    "source",
    [
        "if field.kind == 'text': pass",
        "if 'text' != kind: pass",
        "if field.kind != Kind.TEXT: pass",
        "if kind.name in ('category', 'categories'): pass",
        "match field.kind:\n    case 'text': pass",
        "SHOWN = {'boolean': 1, 'thumbs': 2, 'text': 3}",
        "from fields.kinds.text import Text",
        "from fields.kinds import text",
        "S = \"select 1 from fields_field f where f.kind = 'text'\"",
    ],
)
def test_a_stray_would_be_seen(source: str) -> None:
    assert list(strays("reviews.stray", ast.parse(source)))


@pytest.mark.parametrize(
    "source",
    [
        "from fields.kinds import KINDS, clean_settings",
        "KINDS[field.kind].show(field.settings, value)",
        "if reservation.kind == 'review': pass",
        "row = {'text': 1, 'note': 2}",
    ],
)
def test_what_is_no_stray_passes(source: str) -> None:
    assert not list(strays("reviews.fine", ast.parse(source)))
