"""The spans of a trace on its page: chosen, fetched beside the tree, narrowed to one."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django.fixtures import DjangoAssertNumQueries

from annotate_site.projects.models import User
from tests import factories
from tests.conftest import Cast
from traces.models import Span, Trace
from traces.view_models import SHOWN_SPANS

pytestmark = pytest.mark.django_db
Browser = Callable[[User], Client]
NOW = timezone.now()


@pytest.fixture
def reader(cast: Cast, browser_of: Browser) -> Client:
    return browser_of(cast.viewer)


def with_spans(cast: Cast, *spans: tuple[str, str], **more: Any) -> Trace:
    """Each span as (id, parent), a second after the one before it."""
    trace = factories.make_trace(cast.project)
    Span.objects.bulk_create(
        Span(
            project=cast.project, trace=trace, span_id=own, parent_id=parent, name=f"step {own}",
            start=NOW + timedelta(seconds=n), end=NOW + timedelta(seconds=n + 1),
            inputs={"asked": f"In of {own}"}, **more,
        )
        for n, (own, parent) in enumerate(spans)
    )  # fmt: skip
    Trace.objects.filter(pk=trace.pk).update(span_count=1 + len(spans))
    return trace


def get(client: Client, trace: Trace, *, beside: bool = False, **query: str) -> Any:
    headers = {"HX-Request": "true", "HX-Target": "beside"} if beside else {}
    address = reverse("traces:trace-detail", args=[trace.project.slug, trace.pk])
    response = client.get(address, query, headers=headers)
    assert response.status_code == 200
    return response


def test_a_chosen_span_is_fetched_without_the_page_around_it(cast: Cast, reader: Client) -> None:
    trace = with_spans(cast, ("a", "root"), ("b", "a"))
    text = get(reader, trace, beside=True, span="a").content.decode()
    assert text.lstrip().startswith('<div class="trace-text" id="beside">')
    assert "In of a" in text
    assert "In of b" not in text
    assert "data-spans" not in text
    page = get(reader, trace, span="a").content.decode()
    assert 'aria-current="true"' in page
    assert text.strip() in page


def test_only_a_span_and_what_is_below_it(cast: Cast, reader: Client) -> None:
    trace = with_spans(cast, ("a", "root"), ("b", "a"), ("c", "root"), tokens_in=5)
    response = get(reader, trace, top="a", span="b")
    assert [line.span.span_id for line in response.context["lines"]] == ["a", "b"]
    page = response.content.decode()
    assert "?top=a&amp;span=b" in page
    assert "Show the whole trace" in page
    assert "In of b" in page
    alone = get(reader, trace, top="a")
    assert "In of a" in alone.content.decode()
    facts = {fact.label: fact.value for fact in alone.context["span_facts"]}
    assert facts["Tokens in"] == "5"


def test_of_thousands_the_first_are_listed_and_the_chosen_one_always(
    cast: Cast, reader: Client
) -> None:
    trace = with_spans(cast, *((f"s{n}", "root") for n in range(SHOWN_SPANS + 20)))
    response = get(reader, trace)
    assert len(response.context["lines"]) == SHOWN_SPANS
    assert response.context["spans_left"] == 21
    assert "?list=all" in response.content.decode()
    chosen = get(reader, trace, span=f"s{SHOWN_SPANS + 9}").context["lines"]
    assert chosen[-1].is_current
    whole = get(reader, trace, list="all").context
    assert (len(whole["lines"]), whole["spans_left"]) == (SHOWN_SPANS + 21, 0)


@pytest.mark.parametrize("wrong", [{"top": "absent"}, {"top": "\x00"}, {"span": "absent"}])
def test_a_span_of_another_trace_is_404(cast: Cast, reader: Client, wrong: dict[str, str]) -> None:
    other = with_spans(cast, ("absent", "root"))
    trace = factories.make_trace(cast.project)
    address = reverse("traces:trace-detail", args=[other.project.slug, trace.pk])
    assert reader.get(address, wrong).status_code == 404


@pytest.mark.parametrize("number", [3, 300])
def test_the_page_costs_the_same_for_few_spans_and_for_many(
    cast: Cast, reader: Client, django_assert_num_queries: DjangoAssertNumQueries, number: int
) -> None:
    trace = with_spans(cast, *((f"s{n}", "root") for n in range(number)))
    with django_assert_num_queries(14):
        get(reader, trace, span="s1")
