"""An app imports only what stands to its right: see docs/architecture.md.

reviews → queues → fields | traces → annotate_site.joining → annotate_site.jobs
→ annotate_site.projects → helpers
"""

import ast
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from graphlib import CycleError, TopologicalSorter
from pkgutil import resolve_name

import pytest

from tests.site.sources import PACKAGES, ROOT, imported, modules, texts

HELPER = "helper"
JOINING = "annotate_site.joining"
JOBS = "annotate_site.jobs"
PROJECTS = "annotate_site.projects"
MAY_IMPORT = {
    "reviews": {"queues", "fields", "traces", JOINING, JOBS, PROJECTS, HELPER},
    "queues": {"fields", "traces", JOINING, JOBS, PROJECTS, HELPER},
    "fields": {JOBS, PROJECTS, HELPER},
    "traces": {JOBS, PROJECTS, HELPER},
    JOINING: {JOBS, PROJECTS, HELPER},
    JOBS: {PROJECTS, HELPER},
    PROJECTS: {HELPER},
    HELPER: set(),
}
# The site as a whole: where the apps are put together.
MAY_IMPORT_ALL = {
    "annotate_site.settings",
    "annotate_site.status",
    "annotate_site.urls",
    "annotate_site.views",
    "annotate_site.celery",
}
ROOTS = ("annotate_site.api", "annotate_site.otlp")
# Each costs a process ten megabytes or more.
HEAVY = {"numpy", "scipy", "pandas", "pyarrow", "mcp", "prometheus_client", "jsonschema", "google"}
FORBIDDEN = [
    ("fields.models", "import traces.models"),
    ("traces.models", "from fields import models"),
    ("queues.lifecycle", "from reviews.models import Score"),
    ("annotate_site.projects.models.people", "from queues.models import Queue"),
    ("annotate_site.projects.views", "from annotate_site.jobs import start_job"),
    ("annotate_site.jobs.outbox", "from annotate_site import joining"),
    ("annotate_site.sql", "from .projects.models import User"),
    ("annotate_site.http", "from annotate_site import projects"),
    ("annotate_site.http", "from annotate_site.api import guard"),
    ("reviews.views", "from annotate_site.api.errors import Invalid"),
    ("fields.views", "def later():\n    from queues import models"),
]


def layer(name: str) -> str | None:
    """Which layer a dotted name belongs to; None for what is not ours."""
    top = name.split(".")[0]
    if top not in PACKAGES:
        return None
    if top != "annotate_site":
        return top
    inner = (one for one in (JOINING, JOBS, PROJECTS) if f"{name}.".startswith(f"{one}."))
    return next(inner, HELPER)


def is_root(name: str) -> bool:
    """May import every app, and nothing imports it."""
    return f"{name}.".startswith(tuple(f"{root}." for root in ROOTS))


def breaches(name: str, tree: ast.Module) -> Iterator[str]:
    if name in MAY_IMPORT_ALL or is_root(name):
        return
    own = layer(name)
    assert own is not None
    for target in imported(name, tree):
        if is_root(target):
            yield f"{name} imports {target}"
        other = layer(target)
        if other and other != own and other not in MAY_IMPORT[own]:
            yield f"{name} imports {target}"


def test_every_module_imports_only_what_stands_to_its_right() -> None:
    assert [breach for name, tree in modules().items() for breach in breaches(name, tree)] == []


def graph() -> dict[str, set[str]]:
    """Each module with those of ours that it imports, anywhere in it."""
    trees = {name.removesuffix(".__init__"): tree for name, tree in modules().items()}

    def module_of(target: str) -> str:
        while target and target not in trees:
            target = target.rpartition(".")[0]
        return target

    return {
        name.removesuffix(".__init__"): {module_of(one) for one in imported(name, tree)}
        - {"", name.removesuffix(".__init__")}
        for name, tree in modules().items()
    }


def test_no_modules_import_each_other_in_a_circle() -> None:
    TopologicalSorter(graph()).prepare()  # raises CycleError, which names them


def test_a_circle_would_be_seen() -> None:
    with pytest.raises(CycleError):
        TopologicalSorter(
            graph() | {"annotate_site.sql": {"queues.actions.items.changing"}}
        ).prepare()


@pytest.mark.parametrize(("name", "source"), FORBIDDEN)
def test_a_breach_would_be_seen(name: str, source: str) -> None:
    assert list(breaches(name, ast.parse(source)))


def test_a_relative_import_means_its_own_package() -> None:
    tree = ast.parse("from . import locks\nfrom ..models import Queue")
    assert list(imported("queues.actions.status", tree)) == [
        "queues.actions.locks",
        "queues.models.Queue",
    ]


def test_every_layer_is_there() -> None:
    assert {layer(name) for name in modules()} == set(MAY_IMPORT)


def test_nothing_of_the_site_imports_its_tests() -> None:
    for name, tree in modules().items():
        assert not any(target.split(".")[0] == "tests" for target in imported(name, tree)), name


def test_heavy_libraries_are_imported_where_they_are_used_and_not_with_the_site() -> None:
    source = """
import sys, django
from django.urls import get_resolver
django.setup()
get_resolver().url_patterns
print(*{name.partition(".")[0] for name in sys.modules})
"""
    environment = os.environ | {"DJANGO_SETTINGS_MODULE": "annotate_site.settings"}
    command = [sys.executable, "-c", source]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, check=True)
    loaded = set(done.stdout.decode().split())
    assert {"annotate_site", "reviews"} <= loaded
    assert loaded & HEAVY == set()


def test_what_production_runs_imports_nothing_of_local() -> None:
    local = "annotate_site.local."
    for name, tree in modules().items():
        if not name.startswith(local):
            assert not any(f"{target}.".startswith(local) for target in imported(name, tree)), name


def test_scripts_in_the_tests_import_what_is_there() -> None:
    """They are texts, run in a process of their own, which no other tool reads."""
    line = re.compile(rf"^from ((?:{'|'.join(PACKAGES)})[\w.]*) import (\w+(?:, \w+)*)$", re.M)
    scripts = [
        text
        for path in sorted((ROOT / "tests").rglob("*.py"))
        for text in texts(ast.parse(path.read_text()))
    ]
    named = [
        f"{found[1]}.{name}"
        for script in scripts
        for found in line.finditer(script)
        for name in found[2].split(", ")
    ]
    assert named
    for name in named:
        resolve_name(name)  # raises where there is none
