import json
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

import pytest
from django.test import Client
from django.urls import reverse

from annotate_site.projects.models import User
from tests import factories
from tests.conftest import Cast
from traces.models import Span, Trace

from .samples import MARKUP, conversation

Browser = Callable[[User], Client]
PIXEL = "data:image/png;base64,iVBORw0KGgo="


def read(client: Client, trace: Trace, **query: str) -> str:
    address = reverse("traces:trace-detail", args=[trace.project.slug, trace.pk])
    response = client.get(address, query)
    assert response.status_code == 200
    return response.content.decode()


@pytest.fixture
def reader(cast: Cast, browser_of: Browser) -> Client:
    return browser_of(cast.viewer)


def test_only_those_who_read_traces_get_in(cast: Cast, browser_of: Browser) -> None:
    trace = factories.make_trace(cast.project)
    address = reverse("traces:trace-detail", args=[cast.project.slug, trace.pk])
    for who, status in [("manager", 200), ("viewer", 200), ("member", 403), ("stranger", 404)]:
        assert browser_of(getattr(cast, who)).get(address).status_code == status
    assert Client().get(address).status_code == 302
    elsewhere = reverse("traces:trace-detail", args=[cast.other_project.slug, trace.pk])
    assert browser_of(cast.other_manager).get(elsewhere).status_code == 404


def test_a_conversation_is_turns_with_each_call_joined_to_its_result(
    cast: Cast, reader: Client
) -> None:
    messages = conversation(7)["messages"]
    trace = factories.make_trace(
        cast.project, inputs={"messages": messages[:2]}, outputs={"messages": messages[2:]}
    )
    text = read(reader, trace)
    assert text.count('class="turn turn-') == 4
    assert 'aria-label="Message 2 of 4, User"' in text
    assert text.count('<details class="tool') == 1
    assert '<span class="tool-name">find_order</span>' in text
    assert '<bdi class="tool-asked">order_id: 7</bdi>' in text
    assert "state: sent</bdi>" in text
    assert '<span class="json-string">sent</span>' in text
    assert "Order 7 was <strong>sent</strong>." in text
    assert "hx-disable" in text


def test_facts_attributes_and_queues_are_shown(cast: Cast, reader: Client) -> None:
    trace = factories.make_trace(
        cast.project, session_id="s-1", tags=["legal"], cost="0.0125", latency=61_500,
        attributes={"items": "an attribute called items", "deep": {"keys": [1, None, True]}},
    )  # fmt: skip
    queue = factories.make_queue(cast.project, name="Parcels")
    factories.add_items(queue, [trace])
    text = read(reader, trace)
    for word in ("s-1", "legal", "0.0125", "1 min 1 s", "an attribute called items"):
        assert word in text
    assert f'/queues/{queue.pk}/"><bdi>Parcels</bdi></a>' in text
    assert ">Open<" in text
    assert f"/traces/session/?{urlencode({'id': 's-1'})}" in text
    assert '<span class="json-key">keys</span>' in text


def test_a_span_is_shown_by_itself_and_the_tree_leads_to_it(cast: Cast, reader: Client) -> None:
    trace = factories.make_trace(cast.project)
    Trace.objects.filter(pk=trace.pk).update(span_count=2)
    Span.objects.create(
        project=cast.project, trace=trace, span_id="a/b&c", parent_id="root", name="look up",
        kind="tool", inputs={"order": 7}, outputs={"answer": "Found it"}, events=[{"name": "x"}],
    )  # fmt: skip
    text = read(reader, trace)
    assert 'href="?span=a%2Fb%26c"' in text
    span = read(reader, trace, span="a/b&c")
    assert '<h2 dir="auto">look up</h2>' in span
    assert "Found it" in span
    assert "Where is my parcel?" not in span.partition("Content</h2>")[2]
    assert "Events" in span


@pytest.mark.parametrize("span", ["absent", "\x00"])
def test_an_unknown_span_is_404(cast: Cast, reader: Client, span: str) -> None:
    trace = factories.make_trace(cast.project)
    address = reverse("traces:trace-detail", args=[cast.project.slug, trace.pk])
    assert reader.get(address, {"span": span}).status_code == 404


def test_raw_shows_everything_as_json(cast: Cast, reader: Client) -> None:
    trace = factories.make_trace(cast.project, inputs={"é": [1]}, attributes={"b": MARKUP})
    text = read(reader, trace, view="raw")
    assert "&quot;é&quot;: [" in text
    assert "&lt;script&gt;" in text
    assert "<script>alert" not in text
    address = reverse("traces:trace-detail", args=[trace.project.slug, trace.pk])
    file = reader.get(address, {"view": "json"})
    assert file["Content-Type"].startswith("application/json")
    assert json.loads(file.content)["attributes"] == {"b": MARKUP}


HOSTILE: dict[str, dict[str, Any]] = {
    "text": {"question": MARKUP},
    "a key": {MARKUP: "x", "n": {MARKUP: {MARKUP: 1}}},
    "a turn": {"messages": [{"role": "user", "content": MARKUP, "name": MARKUP}]},
    "a role": {"messages": [{"role": MARKUP, "content": "x"}, {"role": "user", "content": "y"}]},
    "a tool": {
        "messages": [
            {"role": "assistant", "tool_calls": [
                {"id": "1", "function": {"name": MARKUP, "arguments": MARKUP}},
            ]},
            {"role": "tool", "tool_call_id": "1", "content": MARKUP},
        ]
    },
    "a link": {"question": "[x](javascript:alert(1)) <a href='javascript:alert(1)' hx-get='/x'>"},
}  # fmt: skip


@pytest.mark.parametrize("where", HOSTILE)
def test_markup_in_any_text_stays_text(cast: Cast, reader: Client, where: str) -> None:
    trace = factories.make_trace(
        cast.project, name=MARKUP, inputs=HOSTILE[where], outputs={}, tags=[MARKUP],
        attributes={MARKUP: MARKUP}, session_id=MARKUP,
    )  # fmt: skip
    text = read(reader, trace)
    assert "<script>alert" not in text
    assert 'href="javascript:' not in text
    assert "<a href='javascript" not in text
    assert "&lt;script&gt;alert(1)" in text


def test_only_images_inside_the_message_are_shown(cast: Cast, reader: Client) -> None:
    parts = [
        {"type": "image_url", "image_url": {"url": PIXEL}},
        {"type": "image_url", "image_url": {"url": "https://tracker.example/x.png"}},
    ]
    trace = factories.make_trace(
        cast.project, inputs={"messages": [{"role": "user", "content": parts}]}
    )
    text = read(reader, trace)
    assert text.count("<img") == 1
    assert f'src="{PIXEL}"' in text


def test_a_value_as_deep_as_allowed_is_drawn(cast: Cast, reader: Client) -> None:
    value: Any = "the bottom"
    for _ in range(62):
        value = [value]
    trace = factories.make_trace(cast.project, inputs={"deep": value}, outputs={})
    assert "the bottom" in read(reader, trace)


def test_errors_only_lists_failed_spans_with_what_leads_to_them(cast: Cast, client: Client) -> None:
    trace = factories.make_trace(cast.project)
    trace.span_count = 3
    trace.save()
    root = trace.spans.get()
    common = {"project": cast.project, "trace": trace, "parent_id": root.span_id}
    Span.objects.create(**common, span_id="good", name="looks up")
    Span.objects.create(**common, span_id="bad", name="books", status="error")
    client.force_login(cast.manager)
    address = f"/p/{cast.project.slug}/traces/{trace.pk}/"
    whole = client.get(address).content.decode()
    assert "Errors only" in whole
    assert "looks up" in whole
    some = client.get(address + "?errors=only").content.decode()
    assert ("All spans" in some, "books" in some, "looks up" in some) == (True, True, False)


def test_a_trace_in_many_queues_tells_three_and_folds_the_rest(
    cast: Cast, browser_of: Callable[[User], Client]
) -> None:
    trace = factories.make_trace(cast.project)
    for number in range(6):
        queue = factories.make_queue(cast.project, name=f"Weekly {number}")
        factories.add_items(queue, [trace])
    client = browser_of(cast.manager)
    page = client.get(f"/p/{cast.project.slug}/traces/{trace.pk}/").content.decode()
    shown, _, folded = page.partition('<details class="more-places">')
    assert [n for n in range(6) if f"Weekly {n}</bdi>" in shown] == [0, 1, 2]
    assert "In 3 more queues" in folded
    assert [n for n in range(6) if f"Weekly {n}</bdi>" in folded] == [3, 4, 5]
    listed = client.get(f"/p/{cast.project.slug}/traces/").content.decode()
    assert listed.count('<span class="tag" title="Weekly') == 1
    assert "and 5 more" in listed
