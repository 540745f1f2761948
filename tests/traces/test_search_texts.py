"""The texts of traces that are searched: what is in them, and that they follow their traces."""

from collections.abc import Callable
from importlib import import_module
from typing import Any
from uuid import UUID

import pytest
from django.apps import apps
from django.test import Client
from opentelemetry.proto.trace.v1.trace_pb2 import Span

from annotate_site.projects.events import SYSTEM
from annotate_site.projects.models import Project, User
from tests import factories
from tests.conftest import Cast
from tests.otlp.sending import in_json, request, span
from traces.actions.receiving import receive_parts
from traces.filters import Row, TraceFilter
from traces.ingest.formats.otlp_request import otlp_parts
from traces.models import Trace, TraceText
from traces.search_texts import SEARCHED, fill_texts, searched

Browser = Callable[[User], Client]


def found(project: Project, side: str, text: str, operator: str = "contains") -> list[str]:
    filter = TraceFilter((Row(side, operator, text),))
    assert filter.problems == []
    return sorted(filter.queryset(project).values_list("trace_id", flat=True))


def test_values_are_searched_and_keys_ids_and_words_of_formats_are_not() -> None:
    side = {
        "messages": [
            {"role": "user", "content": [{"type": "text", "text": "Wo ist mein PAKET?"}]},
            {"role": "assistant", "content": None, "id": "msg-1", "usage": {"total": 7}},
        ],
        "limit": 12, "ok": True, "ratio": 0.5,
    }  # fmt: skip
    assert searched(side) == "wo ist mein paket?\n12\n0.5"


@pytest.mark.parametrize(
    "side", [{}, {"a": None}, {"a": ""}, {"a": []}, {"role": "user"}, [], "", None]
)
def test_nothing_said_is_an_empty_text(side: Any) -> None:
    assert searched(side) == ""


def test_a_text_ends_where_it_says_and_what_grows_in_lower_case_stays_within() -> None:
    assert searched({"a": "x" * 9000}) == "x" * SEARCHED
    assert len(searched({"a": ["İ" * 5000, "tail"]})) == SEARCHED
    assert searched({"a": ["x" * (SEARCHED - 3), "tail", "more"]})[-3:] == "\nta"


@pytest.mark.parametrize(
    "spans",
    [
        [span(1, {"input.value": "asked", "output.value": "answered"})],
        [span(1, {"input.value": "asked"}), span(2, {"output.value": "below"}, parent=1)],
        [span(1), span(2, {"input.value": "asked", "output.value": "answered"}, parent=1)],
        [span(1), span(2, {"input.value": "asked"}, parent=1),
         span(3, {"output.value": "later"}, parent=1)],
        [span(1, {"output.value": "first"}), span(2, {"input.value": "second root"})],
        [span(2, {"input.value": "an orphan"}, parent=9)],
    ],
)  # fmt: skip
def test_what_is_kept_as_spans_come_is_what_the_stored_trace_says(
    cast: Cast, spans: list[Span]
) -> None:
    parts = otlp_parts(in_json(request(*spans)))
    receive_parts(project=cast.project, parts=parts, actor=SYSTEM)
    kept = TraceText.objects.values_list("input", "output").get()
    TraceText.objects.all().delete()
    fill_texts(cast.project.pk, [cast.project.traces.get().pk])
    assert TraceText.objects.values_list("input", "output").get() == kept


def test_a_trace_is_found_by_what_stands_far_behind_its_preview(cast: Cast) -> None:
    long = "word " * 400 + "Needle 42% done"
    trace = factories.make_trace(cast.project, inputs={"q": long}, trace_id="long")
    factories.make_trace(cast.project, trace_id="other")
    fill_texts(cast.project.pk, list(cast.project.traces.values_list("pk", flat=True)))
    assert found(cast.project, "input", "needle 42%") == ["long"]
    assert found(cast.project, "input", "42_") == []
    assert found(cast.project, "output", "needle") == []
    assert found(cast.project, "input", "WORD word", "starts_with") == ["long"]
    assert found(cast.project, "input", "ord word", "starts_with") == []
    cast.project.traces.filter(pk=trace.pk).delete()
    assert not TraceText.objects.filter(trace_id=trace.pk).exists()


def test_a_trace_without_a_row_is_searched_by_its_preview(cast: Cast) -> None:
    factories.make_trace(cast.project, text="Of an Older version", trace_id="old")
    assert not TraceText.objects.exists()
    assert found(cast.project, "input", "older") == ["old"]


def test_another_projects_texts_are_not_searched_and_not_written(cast: Cast) -> None:
    factories.make_trace(cast.other_project, text="Secret there", trace_id="there")
    fill_texts(cast.project.pk, list(Trace.objects.values_list("pk", flat=True)))
    assert found(cast.project, "input", "secret") == []
    assert not TraceText.objects.exists()


def test_what_was_there_before_is_filled_in(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    migration = import_module("traces.migrations.0017_texts_to_search")
    monkeypatch.setattr(migration, "BATCH", 2)
    for number in range(5):
        factories.make_trace(cast.project, text=f"Earlier {number}", trace_id=f"t{number}")
    migration.fill_all(apps, None)
    migration.fill_all(apps, None)
    assert TraceText.objects.count() == 5
    assert TraceText.objects.filter(input__startswith="earlier").count() == 5


def test_a_search_says_how_far_it_looks(
    cast: Cast, browser_of: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("traces.queries.MOST_TEXTS", 2)
    for number in range(3):
        factories.make_trace(cast.project, text=f"n{number}")
    address = f"/p/{cast.project.slug}/traces/?filter=input:contains:absent"
    shown = " ".join(browser_of(cast.viewer).get(address).content.decode().split())
    assert "None of 2 traces matches." in shown
    assert "Searches the first 8,192 characters of a trace" in shown


def test_ids_that_are_gone_are_passed_over(cast: Cast) -> None:
    fill_texts(cast.project.pk, [])
    fill_texts(cast.project.pk, [UUID(int=5)])
    assert not TraceText.objects.exists()
