"""The raw content of an item: whose it is to read, and what it never says."""

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from annotate_site.projects.events import SYSTEM
from annotate_site.projects.models import User
from queues.actions.assignment.claiming import claim_next
from queues.actions.items.adding import add_traces, start_batch
from queues.models import Item, Queue
from traces.models import Span, Trace

from .. import factories
from ..conftest import Cast
from .pages import read, url

pytestmark = pytest.mark.django_db
BrowserOf = Callable[[User], Client]


def stepped(cast: Cast) -> Trace:
    trace = factories.make_trace(cast.project, model="gpt-4o", inputs={"a": 1, "secret": "key"})
    Trace.objects.filter(pk=trace.pk).update(span_count=2)
    start = timezone.now()
    Span.objects.create(
        project=cast.project, trace=trace, span_id="s", parent_id="root", kind="llm",
        name="chat gpt-4o", start=start, end=start + timedelta(seconds=2),
        attributes={"gen_ai.response.model": "gpt-4o-mini"}, inputs={"deep": "secret"},
    )  # fmt: skip
    return trace


def queue_with(cast: Cast, trace: Trace, **more: Any) -> Queue:
    queue = factories.make_queue(cast.project, annotators=[cast.annotator, cast.second], **more)
    display = {"inputs": ["a"], "outputs": ["messages"], "steps": True}
    batch = start_batch(queue=queue, by=None, display=display, filter={})
    add_traces(queue=queue, trace_ids=[trace.pk], batch=batch, actor=SYSTEM)
    return queue


def where(name: str, item: Item) -> str:
    return url(name, item.queue.project, item.queue, item=item)


def content(client: Client, item: Item) -> Any:
    response = client.get(where("item-content", item))
    assert response.status_code == 200
    assert response["Content-Type"] == "application/json; charset=utf-8"
    return json.loads(response.content)


def test_those_who_hold_or_held_it_and_those_who_read_results_get_it(
    cast: Cast, browser_of: BrowserOf
) -> None:
    queue = queue_with(cast, stepped(cast))
    item = queue.items.get()
    address = where("item-content", item)
    assert browser_of(cast.annotator).get(address).status_code == 404
    claim_next(queue_id=queue.pk, user=cast.annotator)
    assert content(browser_of(cast.annotator), item)["inputs"] == {"a": 1}
    assert browser_of(cast.second).get(address).status_code == 404
    for reader in (cast.manager, cast.viewer):
        assert content(browser_of(reader), item)["inputs"] == {"a": 1}
    assert browser_of(cast.member).get(address).status_code == 403
    assert browser_of(cast.stranger).get(address).status_code == 404


def test_only_what_was_chosen_is_frozen_and_a_hidden_model_is_not(
    cast: Cast, browser_of: BrowserOf
) -> None:
    queue = queue_with(cast, stepped(cast), hidden_extras=["model"])
    got = content(browser_of(cast.manager), queue.items.get())
    assert set(got) == {"inputs", "outputs", "dialects", "steps"}
    assert [step["name"] for step in got["steps"]["spans"]][1:] == ["Model call"]
    assert "secret" not in str(got)
    assert "gpt" not in str(got)


def test_a_model_hidden_after_it_was_frozen_is_shown_nowhere(
    cast: Cast, browser_of: BrowserOf
) -> None:
    queue = queue_with(cast, stepped(cast), hidden_extras=[])
    item, client = queue.items.get(), browser_of(cast.manager)
    assert "gpt-4o-mini" in str(content(client, item))
    Queue.objects.filter(pk=queue.pk).update(hidden_extras=["model"])
    assert "gpt" not in str(content(client, item))
    assert "gpt-4o" not in read(client, where("item-detail", item))


def test_a_trace_of_one_span_has_no_steps(cast: Cast) -> None:
    queue = queue_with(cast, factories.make_trace(cast.project))
    assert "steps" not in queue.items.get().snapshot
