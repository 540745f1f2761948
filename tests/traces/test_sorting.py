"""The list in every order: each trace once, both ways, and by an index of the project."""

import json
import random
from decimal import Decimal
from typing import Any

import pytest

from annotate_site import sql
from annotate_site.projects.models import Project
from tests.conftest import Cast
from traces.filters import Row, TraceFilter
from traces.models import Trace
from traces.queries import Cursor, Keys, read_page
from traces.sorting import SORTABLE, Order

from .naive_filter import random_run

ORDERS = [Order(column, falling) for column in SORTABLE for falling in (True, False)]
ALL = TraceFilter()
SLOW = TraceFilter((Row("model", "is_not", "a"),))


@pytest.fixture
def several(cast: Cast) -> list[Trace]:
    luck, made = random.Random(3), []
    for number in range(17):
        run = vars(random_run(luck))
        given = {key: run[key] for key in ("name", "start", "latency", "cost", "model")}
        tokens = {key: run[key] for key in ("tokens_in", "tokens_out")}
        made.append(Trace(project=cast.project, trace_id=f"r{number}", **given, **tokens))
    Trace.objects.bulk_create(made)
    return list(cast.project.traces.all())


def key(trace: Trace, column: str) -> tuple[Any, Any]:
    tokens = [one for one in (trace.tokens_in, trace.tokens_out) if one is not None]
    value = {
        "time": trace.start, "name": trace.name,
        "latency": -1 if trace.latency is None else trace.latency,
        "cost": -1 if trace.cost is None else trace.cost, "tokens": sum(tokens) if tokens else -1,
    }[column]  # fmt: skip
    return value, trace.pk


def walk(project: Project, filter: TraceFilter, order: Order, *, back: bool) -> list[str]:
    """Every page's names down the list, or all but the last page's up again."""
    found, place, pages = [], None, []
    while True:
        page = read_page(project, filter, after=place, before=None, order=order)
        pages.append(page)
        found += [trace.trace_id for trace in page.traces]
        if page.older is None:
            break
        place = Cursor.parse(str(page.older), order)
    if not back:
        return found
    found = []
    while page.newer:
        place = Cursor.parse(str(page.newer), order)
        page = read_page(project, filter, after=None, before=place, order=order)
        found = [trace.trace_id for trace in page.traces] + found
    return found


@pytest.mark.parametrize("filter", [ALL, SLOW], ids=["all", "bounded"])
@pytest.mark.parametrize("order", ORDERS, ids=str)
def test_pages_hold_every_trace_once_in_order(
    cast: Cast,
    several: list[Trace],
    order: Order,
    filter: TraceFilter,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("traces.queries.PAGE", 3)
    monkeypatch.setattr("traces.queries.MOST_READ", 4)
    matching = [one for one in several if filter is ALL or one.model != "a"]
    ordered = sorted(matching, key=lambda one: key(one, order.column), reverse=order.falling)
    names = [one.trace_id for one in ordered]
    if order.column == "name":  # the database has an order of its own for letters
        by_name = cast.project.traces.filter(pk__in=[one.pk for one in matching])
        sign = "-" if order.falling else ""
        names = list(
            by_name.order_by(f"{sign}name", f"{sign}id").values_list("trace_id", flat=True)
        )
    assert walk(cast.project, filter, order, back=False) == names
    up = walk(cast.project, filter, order, back=True)
    assert up == names[: len(up)]
    assert len(up) >= len(names) - 3


MANY = """
insert into traces_trace (id, project_id, trace_id, name, session_id, user_id, start, status, model,
       tags, attributes, input_preview, output_preview, span_count, latency, tokens_in, cost)
select gen_random_uuid(), project, 'bulk ' || n, 'run ' || n, '', '', now(), 'ok', '', '{}', '{}',
       '', '', 1, nullif(n %% 100, 0), n, n
  from generate_series(1, 3000) n, unnest(%(projects)s::uuid[]) project
"""


def test_each_order_has_an_index_of_the_project(cast: Cast) -> None:
    sql.run(MANY, {"projects": [cast.project.pk, cast.other_project.pk]})
    sql.run("analyze traces_trace")
    for order in ORDERS:
        keys = Keys(cast.project, order)
        page = keys.keyset(ALL).ordered(keys.of(ALL))[:51]
        (plan,) = json.loads(page.explain(format="json"))
        step = plan["Plan"]["Plans"][0]
        name = "trace_list" if order.by_time else f"trace_list_{order.column}"
        assert step.get("Index Name") == name, (str(order), plan)
        assert "project_id = " in step["Index Cond"]


@pytest.mark.parametrize("text", ["x~", "NaN~", "1e99~", "~", "\x00~", "2026-01-01~"])
@pytest.mark.parametrize("column", sorted(set(SORTABLE) - {"name"}))
def test_a_place_of_another_order_is_none(text: str, column: str) -> None:
    assert Cursor.parse(text + "0" * 32, Order(column)) is None


def test_an_order_survives_its_text() -> None:
    assert [Order.parse(str(order)) for order in ORDERS] == ORDERS
    assert Order.parse("project__name") == Order.parse("") == Order()
    for value in (5, Decimal("0.5"), "a~b"):
        column = {int: "latency", Decimal: "cost", str: "name"}[type(value)]
        place = Cursor(value, Trace().pk)
        assert Cursor.parse(str(place), Order(column)) == place
