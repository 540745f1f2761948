"""Spans in any order, in any batches, and again: the rows are the same."""

import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from threading import Barrier, Thread
from typing import Any
from uuid import UUID

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from annotate_site import sql
from annotate_site.projects.events import SYSTEM
from annotate_site.projects.models import Project
from tests.factories import make_project
from traces.actions.changing import Bulk, tag_traces
from traces.actions.receiving import receive_parts
from traces.ingest.formats.parts import part_of, with_facts
from traces.ingest.merging import Version, merge
from traces.ingest.parsed import KINDS, STATUSES, ParsedSpan, ParsedTrace

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
TIMES = st.none() | st.integers(0, 3).map(lambda number: NOON + timedelta(seconds=number))
NUMBERS = st.sampled_from([1, 1.0, 1.5, 0, -0.0, 1e22, 10**22, 1e-7, True, None, "1"])
OBJECTS = st.dictionaries(st.sampled_from("abc"), NUMBERS, max_size=2)
FACTS = st.fixed_dictionaries(
    {},
    optional={
        "model": st.sampled_from(["small", "large"]),
        "tokens_in": st.integers(0, 3),
        "cost": st.sampled_from([0, 0.25, "0.1"]),
        "session_id": st.sampled_from(["s", "z"]),
        "user_id": st.sampled_from(["u", "v"]),
        "tags": st.lists(st.sampled_from(["red", "blue", "green"]), max_size=2),
    },
)
SPANS = st.builds(
    lambda number, facts, start, end, **more: with_facts(
        ParsedSpan(span_id=str(number), start=start, end=end, **more), facts
    ),
    number=st.integers(1, 3), facts=FACTS, start=TIMES, end=TIMES,
    parent_id=st.sampled_from([None, "1", "2"]), name=st.sampled_from(["one", "two"]),
    kind=st.sampled_from(KINDS), status=st.sampled_from(STATUSES), inputs=OBJECTS, outputs=OBJECTS,
    attributes=OBJECTS | OBJECTS.map(lambda one: {"resource": one}),
    events=st.lists(OBJECTS, max_size=1),
)  # fmt: skip
ARRIVALS = st.lists(st.tuples(st.sampled_from(["t1", "t2"]), SPANS), min_size=1, max_size=6)

SPAN_ROWS = """
select t.trace_id as of_trace, s.span_id, s.parent_id, s.name, s.kind, s.start, s."end", s.status,
       s.inputs::text, s.outputs::text, s.attributes::text, s.events::text, s.model, s.tokens_in,
       s.tokens_out, s.cost, s.told::text, s.ends::text
  from traces_span s join traces_trace t on t.id = s.trace_id
 where s.project_id = %s order by 1, 2
"""
# Without the time of a trace that tells none, which is that of its arrival.
TRACE_ROWS = """
select id, trace_id, name, session_id, user_id, case when start < '2026-04-01' then start end,
       "end", latency, status, model, tokens_in, tokens_out, cost, tags, sent_tags,
       attributes::text, input_preview, output_preview, span_count
  from traces_trace where project_id = %s order by trace_id
"""
ATTRIBUTE_ROWS = """
select path, value, number, trace_id from traces_traceattribute where project_id = %s
 order by 4, 1, 2
"""


def rows(project: Project) -> list[list[Any]]:
    with connection.cursor() as cursor:
        found = []
        for statement in (SPAN_ROWS, TRACE_ROWS, ATTRIBUTE_ROWS):
            cursor.execute(statement, [project.pk])
            found.append(cursor.fetchall())
    return found


def parts(spans: list[tuple[str, ParsedSpan]]) -> list[ParsedTrace]:
    return [part_of(trace, [one for name, one in spans if name == trace], {})
            for trace in dict.fromkeys(name for name, _ in spans)]  # fmt: skip


def receive(project: Project, spans: list[tuple[str, ParsedSpan]]) -> None:
    assert receive_parts(project=project, parts=parts(spans), actor=SYSTEM) == []


def batches(spans: list[Any], cuts: list[int]) -> Iterator[list[Any]]:
    last = 0
    for cut in [*sorted(set(cuts)), len(spans)]:
        if spans[last:cut]:
            yield spans[last:cut]
        last = cut


def rows_after(given: list[list[tuple[str, ParsedSpan]]]) -> list[list[Any]]:
    """What is in store after these batches, in a project that is gone afterwards."""
    with transaction.atomic():
        project = make_project("Orders")
        project.pk = UUID(int=1)
        project.slug = "orders-of-arrival"
        project.save(force_insert=True)
        for batch in given:
            receive(project, batch)
        sql.run("set constraints all immediate")
        found = rows(project)
        transaction.set_rollback(True)
    return found


@pytest.mark.django_db
@settings(
    max_examples=50, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(ARRIVALS, st.randoms(use_true_random=False), st.lists(st.integers(1, 8), max_size=3))
def test_any_order_any_batches_and_repeats_give_the_same_rows(
    spans: list[tuple[str, ParsedSpan]], shuffle: random.Random, cuts: list[int]
) -> None:
    again = [*spans, *shuffle.choices(spans, k=shuffle.randint(0, 3))]
    shuffle.shuffle(again)
    assert rows_after(list(batches(again, cuts))) == rows_after([spans])


@settings(max_examples=300, deadline=None)
@given(SPANS, SPANS, SPANS)
def test_merging_is_of_any_order_and_a_repeat_is_nothing(
    one: ParsedSpan, two: ParsedSpan, three: ParsedSpan
) -> None:
    a, b, c = map(Version, (one, two, three))
    whole = merge(merge(a, b), c)
    assert told(whole) == told(merge(a, merge(b, c))) == told(merge(merge(c, b), a))
    assert told(merge(whole, b)) == told(whole)


def told(version: Version) -> tuple[Any, ...]:
    """Exactly, where 1 and True and 1.0 are three values."""
    return repr(vars(version.span) | {"span_id": ""}), sorted(version.ends.items())


def span(number: int, **more: Any) -> tuple[str, ParsedSpan]:
    given = {"name": "step", "kind": "llm", "status": "ok", "start": NOON, "end": NOON}
    parent = more.pop("parent", None)
    facts = more.pop("facts", {})
    read = ParsedSpan(span_id=str(number), parent_id=parent, **{**given, **more})
    return more.pop("trace", "t1"), with_facts(read, facts)


@pytest.fixture
def project(db: None) -> Project:
    return make_project()


def test_a_value_beats_none_then_the_later_end_counts(project: Project) -> None:
    later = NOON + timedelta(seconds=5)
    receive(project, [span(1, end=later, name="last", outputs={"a": 2})])
    receive(project, [span(1, name="first", inputs={"q": 1}, outputs={"a": 1},
                           facts={"tokens_in": 7, "cost": "0.5"})])  # fmt: skip
    (stored,) = project.traces.get().spans.all()
    assert (stored.name, stored.inputs, stored.outputs) == ("last", {"q": 1}, {"a": 2})
    assert (stored.end, stored.tokens_in, stored.cost) == (later, 7, Decimal("0.5"))
    receive(project, [span(1, end=NOON + timedelta(seconds=3), name="middle", inputs={"q": 2})])
    (stored,) = project.traces.get().spans.all()
    assert (stored.name, stored.inputs) == ("last", {"q": 2})


def test_a_tag_that_a_person_took_away_stays_away(project: Project) -> None:
    receive(project, [span(1, facts={"tags": ["red", "blue"]})])
    trace = project.traces.get()
    tag_traces(project=project, ids=[trace.pk], add=["mine"], remove=["red", "blue"], actor=SYSTEM,
               bulk=Bulk("1"))  # fmt: skip
    receive(project, [span(2, parent="1", facts={"tags": ["red", "green"]})])
    trace.refresh_from_db()
    assert trace.tags == ["green", "mine"]
    tag_traces(project=project, ids=[trace.pk], add=["red"], remove=[], actor=SYSTEM,
               bulk=Bulk("2"))  # fmt: skip
    receive(project, [span(3, parent="1")])
    trace.refresh_from_db()
    assert set(trace.tags) == {"green", "mine", "red"}


def test_a_repeated_batch_writes_no_span(project: Project) -> None:
    batch = [span(number, inputs={"q": 1.0, "n": 1e22}, parent="9") for number in range(1, 4)]
    receive(project, batch)
    before = sql.rows("select ctid::text from traces_span order by id")
    receive(project, batch)
    assert sql.rows("select ctid::text from traces_span order by id") == before


@pytest.mark.django_db(transaction=True)
def test_two_batches_of_the_same_traces_at_once_converge_without_a_deadlock() -> None:
    project, at_once = make_project(), Barrier(4)
    errors: list[BaseException] = []
    names = [f"t{number}" for number in range(12)]

    def send(seed: int) -> None:
        shuffled = random.Random(seed)
        try:
            at_once.wait()
            for turn in range(6):
                spans = [(name, span(seed % 2 + turn, name=f"by {seed}", inputs={"by": seed})[1])
                         for name in names]  # fmt: skip
                shuffled.shuffle(spans)
                receive(project, spans)
        except BaseException as error:
            errors.append(error)
        finally:
            connection.close()

    threads = [Thread(target=send, args=[seed]) for seed in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not errors
    counts = set(project.traces.values_list("span_count", flat=True))
    assert (project.traces.count(), counts) == (12, {7})
    told = {(one.span_id, one.name, one.inputs["by"]) for trace in project.traces.all()
            for one in trace.spans.all()}  # fmt: skip
    assert len(told) == 7
